package org.trapnest.emulator;

/** The emulator or a tool did not do what it was asked: it ended, did not answer, or complained. */
public final class EmulatorFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmulatorFailure(String message) {
    super(message);
  }

  EmulatorFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
