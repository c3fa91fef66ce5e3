package org.trapnest.explore;

import java.util.List;
import org.trapnest.transition.TransitionSystem;

/** One random run. */
public final class Simulation {
  private Simulation() {}

  /**
   * Walks at random, each successor equally likely, until a state has no successor.
   *
   * @param seed the seed of the pseudo-random generator; equal seeds give equal runs
   * @param maxSteps the greatest number of transitions
   * @return the choices from the start, as in {@link ExplorationResult.Violation#path}
   */
  public static List<Integer> run(TransitionSystem system, long seed, int maxSteps) {
    throw new UnsupportedOperationException();
  }
}
