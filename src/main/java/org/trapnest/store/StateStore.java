package org.trapnest.store;

/**
 * The set of visited states, numbered from zero in the order of their insertion.
 *
 * <p>States are inserted and read through a {@link StateCursor}, one for each thread. The present
 * stores permit one thread; the interface permits more.
 */
public interface StateStore {

  /** What {@link StateCursor#insert} returns when the store takes no further state. */
  long REFUSED = Long.MIN_VALUE;

  /** A cursor at no state, to be used by one thread. */
  StateCursor newCursor();

  /**
   * Says that a state will not be read again, so that an inexact store may drop its words.
   *
   * @param number the number of a state that was not released before
   */
  void release(long number);

  /** The number of distinct states. */
  long states();

  /** The bytes that the store takes. */
  long bytes();

  /** The order-independent 128-bit digest of all states, 32 hexadecimal digits. */
  String digest();

  /** An upper bound on the probability that two states were taken for one; 0 for exact stores. */
  double collisionBound();
}
