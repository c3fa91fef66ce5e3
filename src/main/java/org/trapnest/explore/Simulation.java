package org.trapnest.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
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
    Walk walk = new Walk(seed, system.wordCount());
    Expander expander = system.newExpander();
    expander.initialStates(walk);
    List<Integer> path = new ArrayList<>();
    while (walk.take(path) && path.size() <= maxSteps) {
      expander.expand(walk.current, 0, walk);
    }
    return path;
  }

  /** Draws one of the successors that it is given, each with equal probability. */
  private static final class Walk implements SuccessorSink {
    private final SplittableRandom random;
    private long[] current;
    private long[] drawn;
    private int drawnChoice;
    private int offers;

    Walk(long seed, int wordCount) {
      this.random = new SplittableRandom(seed);
      this.current = new long[wordCount];
      this.drawn = new long[wordCount];
    }

    @Override
    public void successor(
        int choice, long[] words, ChangedWords changed, long violated, long reached) {
      offers++;
      if (random.nextInt(offers) == 0) {
        drawnChoice = choice;
        System.arraycopy(words, 0, drawn, 0, drawn.length);
      }
    }

    @Override
    public void cut(int bound) {}

    /** Goes to the successor that was drawn; false when none was offered. */
    boolean take(List<Integer> path) {
      if (offers == 0) {
        return false;
      }
      path.add(drawnChoice);
      long[] left = current;
      current = drawn;
      drawn = left;
      offers = 0;
      return true;
    }
  }
}
