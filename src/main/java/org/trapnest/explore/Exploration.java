package org.trapnest.explore;

import org.trapnest.transition.TransitionSystem;

/** Explores a transition system exhaustively. */
public final class Exploration {
  private Exploration() {}

  /**
   * Explores until everything is explored, everything is decided, a limit is hit, or the monitor
   * interrupts.
   */
  public static ExplorationResult run(
      TransitionSystem system, ExplorationOptions options, ExplorationMonitor monitor) {
    throw new UnsupportedOperationException();
  }
}
