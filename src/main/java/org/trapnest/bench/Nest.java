package org.trapnest.bench;

import java.util.Locale;
import org.trapnest.transition.Expander;
import org.trapnest.transition.TransitionSystem;

/**
 * nest(D,L,P), a family of systems with known numbers of states: one CPU enters exception paths
 * that nest up to {@code D} levels of {@code L} steps each; events arrive between any two steps,
 * through latches when {@code P} is one.
 *
 * <p>Check 0 is: user mode never runs with IBRS set. It holds unless the bug is put in. The rules
 * of the family are spelled out in {@code src/bench/README.md}.
 *
 * @param levels D, 1 to {@value #MOST_LEVELS}
 * @param steps L, {@value #LEAST_STEPS} to {@value #MOST_STEPS}
 * @param latches whether P is one
 * @param bug whether step 0 sets IBRS before it saves it, so that check 0 fails after L+1 steps
 * @param vector how the state lies in words; the graph is the same
 */
public record Nest(int levels, int steps, boolean latches, boolean bug, Vector vector)
    implements TransitionSystem {
  public static final int MOST_LEVELS = 7;
  public static final int LEAST_STEPS = 12;
  public static final int MOST_STEPS = 64;

  /** How a state of the family lies in words. */
  public enum Vector {
    /** Frames are fields of 13 bits: two words. */
    THIN,
    /** Frames lie in a memory of 64 words, eight each, as hardware pushes them: 65 words. */
    FAT
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if D or L is out of its range, with a message for the user
   */
  public Nest {
    if (levels < 1 || levels > MOST_LEVELS) {
      throw new IllegalArgumentException("D is 1 to " + MOST_LEVELS + ", not " + levels);
    }
    if (steps < LEAST_STEPS || steps > MOST_STEPS) {
      throw new IllegalArgumentException(
          "L is " + LEAST_STEPS + " to " + MOST_STEPS + ", not " + steps);
    }
  }

  public static Nest thin(int levels, int steps, int latches) {
    return new Nest(levels, steps, latches == 1, false, Vector.THIN);
  }

  public static Nest fat(int levels, int steps, int latches) {
    return thin(levels, steps, latches).withVector(Vector.FAT);
  }

  public Nest withVector(Vector other) {
    return new Nest(levels, steps, latches, bug, other);
  }

  public Nest withBug() {
    return new Nest(levels, steps, latches, true, vector);
  }

  /** The instance as it is written in tables, such as {@code nest(4,16,0)}. */
  public String instance() {
    return String.format(Locale.ROOT, "nest(%d,%d,%d)", levels, steps, latches ? 1 : 0);
  }

  @Override
  public int wordCount() {
    return switch (vector) {
      case THIN -> ThinNestExpander.WORDS;
      case FAT -> FatNestExpander.WORDS;
    };
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
    return switch (vector) {
      case THIN -> new ThinNestExpander(this);
      case FAT -> new FatNestExpander(this);
    };
  }

  /** Prefers few open frames. */
  @Override
  public int preference(long[] words, int offset) {
    return (int) NestExpander.DEPTH.extract(words[offset]);
  }
}
