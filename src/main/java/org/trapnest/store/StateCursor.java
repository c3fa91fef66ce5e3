package org.trapnest.store;

import org.trapnest.transition.ChangedWords;

/** A position in a store: the state that is being expanded. Confined to one thread. */
public interface StateCursor {

  /** Reads a state that is in the store and not released. */
  void moveTo(long number);

  /**
   * The words of the state at the cursor; owned by the cursor, valid until it moves, not to be
   * changed. All zero before the first move.
   */
  long[] words();

  /**
   * Inserts a successor of the state at the cursor, which stays where it is.
   *
   * @param words the successor, from index 0
   * @param changed the words that may differ from those at the cursor; all of them before the first
   *     move
   * @return the state's number {@code n} if it is new; {@code ~n} if it is known; {@link
   *     StateStore#REFUSED} if it is not known and the store has no room
   */
  long insert(long[] words, ChangedWords changed);
}
