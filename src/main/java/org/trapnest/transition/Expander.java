package org.trapnest.transition;

/** Enumerates the successors of states; confined to one thread. */
public interface Expander {

  /** Gives each initial state to the sink, with choice numbers that count from zero. */
  void initialStates(SuccessorSink sink);

  /**
   * Gives each successor of a state to the sink, in a deterministic order with strictly increasing
   * choice numbers. The parent's words are not changed.
   *
   * @param words an array that holds the parent; it must not alias the array given to the sink
   * @param offset the index of the parent's first word
   */
  void expand(long[] words, int offset, SuccessorSink sink);
}
