package org.trapnest.trace;

/**
 * Thrown when the plain interpreter disagrees with a search: a bug in one of them. The message
 * names the invariant and the step.
 */
public final class ReplayMismatch extends IllegalStateException {
  private static final long serialVersionUID = 1;

  ReplayMismatch(String message) {
    super("invariant broken: every counterexample replays on the plain interpreter: " + message);
  }
}
