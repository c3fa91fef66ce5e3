package org.trapnest.explore;

import org.trapnest.transition.Expander;
import org.trapnest.transition.TransitionSystem;

/**
 * nest(D,L,P), a family of systems with known numbers of states: one CPU enters exception paths
 * that nest up to {@code D} levels of {@code L} steps each; events arrive between any two steps,
 * through latches when {@code P} is one.
 *
 * <p>Check 0 is: user mode never runs with IBRS set.
 *
 * @param levels D, 1 to 5
 * @param steps L, 12 to 64
 * @param latches whether P is one
 * @param bug whether step 0 sets IBRS before it saves it, so that check 0 fails after L+1 steps
 * @param fat whether frames lie in a memory of 64 words, or packed in one word
 */
record Nest(int levels, int steps, boolean latches, boolean bug, boolean fat)
    implements TransitionSystem {

  static Nest thin(int levels, int steps, int latches) {
    return new Nest(levels, steps, latches == 1, false, false);
  }

  static Nest fat(int levels, int steps, int latches) {
    return new Nest(levels, steps, latches == 1, false, true);
  }

  Nest withBug() {
    return new Nest(levels, steps, latches, true, fat);
  }

  @Override
  public int wordCount() {
    return fat ? 65 : 2;
  }

  @Override
  public int checkCount() {
    return 1;
  }

  @Override
  public int boundCount() {
    return 1;
  }

  @Override
  public Expander newExpander() {
    return fat ? new FatNestExpander(this) : new ThinNestExpander(this);
  }

  /** Prefers few open frames. */
  @Override
  public int preference(long[] words, int offset) {
    return (int) NestExpander.DEPTH.extract(words[offset]);
  }
}
