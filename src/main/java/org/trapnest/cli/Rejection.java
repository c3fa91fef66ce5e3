package org.trapnest.cli;

/** Ends a command with a status and one message for the user. */
final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ExitStatus status;

  Rejection(ExitStatus status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  ExitStatus status() {
    return status;
  }
}
