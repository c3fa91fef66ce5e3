package org.trapnest.emulator;

/** A transition that the machine offers and that cannot be brought about on the emulator. */
final class Unsupported extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unsupported(String what) {
    super(what + " cannot be brought about on the emulator", null, false, false);
  }
}
