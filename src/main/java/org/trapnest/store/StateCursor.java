package org.trapnest.store;

import java.util.function.IntToLongFunction;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/** A position in a store: the state that is being expanded. Confined to one thread. */
public interface StateCursor {

  /** Reads a state that is in the store and not released. */
  void moveTo(long number);

  /**
   * Says that the cursor will soon move to states in a row, so that what it will read may be on its
   * way from memory meanwhile; changes nothing else.
   */
  default void approach(long first, int count) {}

  /**
   * The words of the state at the cursor; owned by the cursor, valid until it moves, not to be
   * changed. All zero before the first move.
   */
  long[] words();

  /**
   * The words that may differ from those that were at the cursor when the caller last cleared this
   * list; all of them before it is cleared first.
   */
  ChangedWords moved();

  /**
   * Goes to the state that was proposed last, which need not be in the store, nor ever get there.
   *
   * @param proposed the candidates that it was appended to; it is the last one and was proposed at
   *     this cursor since it moved
   */
  void advance(Candidates proposed);

  /** The hash of the state at the cursor; owned by the cursor, valid until it moves. */
  StateHash hash();

  /**
   * Whether a state in the store, released or not, is the given one; the cursor may move.
   *
   * @param words the words to compare with, from index 0
   */
  boolean holds(long number, long[] words);

  /**
   * Appends a successor of the state at the cursor to candidates; by all threads at once, each to
   * its own.
   *
   * @param words the successor, from index 0
   * @param changed the words that may differ from those at the cursor; all of them before the first
   *     move
   * @return false, without effect, when the store has no room to prepare it
   */
  boolean propose(long[] words, ChangedWords changed, Candidates candidates);

  /**
   * Says of the state at the cursor, which was proposed and advanced to, that it will be read
   * again, so that the store keeps it in a way that is fast to read. A copy of its key must be
   * completed then.
   *
   * @return false, without effect, when the store has no room
   */
  default boolean hold() {
    return true;
  }

  /**
   * Completes a copy of the key of the state at the cursor, which was proposed and advanced to, by
   * what became known of it since.
   *
   * @param keys holds the copy
   * @param from the index where it begins
   */
  default void complete(long[] keys, int from) {}

  /**
   * Whether nothing more can become known of the key of the state at the cursor, which was proposed
   * and advanced to, than the low lane of its hash, so that {@link #proposeDerived} can take the
   * place of a copy.
   */
  default boolean isDerived() {
    return false;
  }

  /**
   * Appends a state to candidates that was {@link #isDerived} when a cursor of the same store was
   * there; the cursor need not be at the state that it is the successor of.
   *
   * @param low the low lane of its hash
   * @throws UnsupportedOperationException if the store does not derive states
   */
  default void proposeDerived(long low, Candidates candidates) {
    throw new UnsupportedOperationException("no state is derived");
  }

  /**
   * Whether the candidates of a block that are not new are equal to those that they were taken for;
   * by all workers at once, when the round has ended, each with its own cursor, which may move.
   *
   * @param parents the state whose successor a candidate is
   */
  default boolean confirms(Candidates block, IntToLongFunction parents) {
    return true;
  }

  /**
   * Inserts a successor of the state at the cursor, which stays where it is; by one thread, outside
   * rounds. Words and changes are as for {@link #propose}.
   *
   * @return the state's number {@code n} if it is new; {@code ~n} if it is known; {@link
   *     StateStore#REFUSED} if it is not known and the store has no room
   * @throws UnsupportedOperationException if the store takes rounds only
   */
  long insert(long[] words, ChangedWords changed);
}
