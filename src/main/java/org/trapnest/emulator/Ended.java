package org.trapnest.emulator;

/** The emulated machine ended, as it does when the processor shuts down. */
final class Ended extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Ended() {
    super("the emulated machine has shut down");
  }
}
