package org.trapnest.transition;

/**
 * A finite transition system whose states are flat vectors of words, with up to 64 numbered checks.
 *
 * <p>Engines know nothing else about what they explore. A system is shared by all workers and
 * immutable; each worker has its own {@link Expander}.
 */
public interface TransitionSystem {

  /** The number of words in each state, at least one. */
  int wordCount();

  /** The number of checks, 0 to 64; check {@code i} is bit {@code i} of a violation mask. */
  int checkCount();

  /** The number of bounds that may suppress successors, for {@link SuccessorSink#cut}. */
  int boundCount();

  /** A new expander, to be used by one thread. */
  Expander newExpander();

  /**
   * The checks that demand that something stays possible, a bit each, at most eight. Such a check
   * is reached by a successor in which its claim is so, and it is violated, once everything is
   * explored, if from some state no run leads to one, nor to a state whose every successor was
   * suppressed by a bound.
   */
  default long possibilities() {
    return 0;
  }

  /**
   * Whether its expanders implement {@link Expander#expandAhead} as it is described, so that states
   * may be expanded before it is known that the search comes to them. That pays where states have
   * so many words that to read one costs more than a step.
   */
  default boolean expandsAhead() {
    return false;
  }

  /**
   * How a state is preferred as the end of a counterexample: among states at the same depth that
   * break the same check, the one with the least value is reported.
   *
   * @param words an array that holds the state
   * @param offset the index of its first word
   */
  int preference(long[] words, int offset);
}
