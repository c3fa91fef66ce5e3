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

  /**
   * Expands as {@link #expand} does, for an engine that may never come to the state: keeps nothing
   * of what it sees but what {@link #take} is given.
   *
   * @param words the state, from index 0
   * @param moved the words that may differ from those of the state that this expander was given
   *     before, by this method; all of them at first
   */
  default void expandAhead(long[] words, ChangedWords moved, SuccessorSink sink) {
    expand(words, 0, sink);
  }

  /**
   * What is to be kept of the successor that {@link #expandAhead} is giving to its sink, or 0 for
   * nothing; to be asked while it does.
   */
  default long note() {
    return 0;
  }

  /** Keeps what was noted of a successor, since the search has come to its parent. */
  default void take(long note) {}
}
