package org.trapnest.store;

import java.util.Arrays;

/**
 * Successors of a block of states that wait, in order, to be looked up together.
 *
 * <p>Hot and mutable. One thread fills it; then each worker looks up its share in the table; then
 * one thread numbers those that are new. The phases are separated by barriers.
 */
public final class Candidates {
  private static final int FIRST_CAPACITY = 64;

  /** The candidates that one worker looks up, in order, one behind the other. */
  static final class Share {
    private final int keyWidth;
    long[] keys;
    long[] hashes = new long[FIRST_CAPACITY];
    private long[] fresh = new long[FIRST_CAPACITY >>> 6];
    private int freshCount;
    int size;

    private Share(int keyWidth) {
      this.keyWidth = keyWidth;
      this.keys = new long[FIRST_CAPACITY * keyWidth];
    }

    private void clear() {
      Arrays.fill(fresh, 0, size + 63 >>> 6, 0);
      freshCount = 0;
      size = 0;
    }

    private void grow() {
      int capacity = 2 * size;
      keys = Arrays.copyOf(keys, capacity * keyWidth);
      hashes = Arrays.copyOf(hashes, capacity);
      fresh = new long[capacity >>> 6];
    }

    /** Says that one is new. */
    void freshen(int position) {
      fresh[position >>> 6] |= 1L << position;
      freshCount++;
    }

    boolean isFresh(int position) {
      return (fresh[position >>> 6] >>> position & 1) != 0;
    }

    /** Says of one that was new that it is not. */
    void stale(int position) {
      fresh[position >>> 6] &= ~(1L << position);
      freshCount--;
    }
  }

  private final int keyWidth;
  private final StateTable.KeyHash keyHash;
  private Share[] shares;
  private char[] owners = new char[FIRST_CAPACITY];
  private long[] fresh = new long[FIRST_CAPACITY >>> 6];
  private Share last;
  private int size;

  /** No candidates, whose keys take so many longs each. */
  Candidates(int keyWidth, StateTable.KeyHash keyHash) {
    this.keyWidth = keyWidth;
    this.keyHash = keyHash;
    this.last = new Share(keyWidth);
    this.shares = new Share[] {last};
  }

  /** Becomes empty, to be looked up by so many workers. */
  public void clear(int workers) {
    if (workers != shares.length) {
      shares = Arrays.copyOf(shares, workers);
      for (int worker = 0; worker < workers; worker++) {
        shares[worker] = shares[worker] == null ? new Share(keyWidth) : shares[worker];
      }
    }
    for (Share share : shares) {
      share.clear();
    }
    last = shares[0];
    size = 0;
  }

  public int size() {
    return size;
  }

  /** How many are new, once all workers have looked up their shares. */
  public int freshCount() {
    int sum = 0;
    for (Share share : shares) {
      sum += share.freshCount;
    }
    return sum;
  }

  /** Whether a candidate is new, once the block is numbered. */
  public boolean isFresh(int candidate) {
    return shares.length == 1
        ? last.isFresh(candidate)
        : (fresh[candidate >>> 6] >>> candidate & 1) != 0;
  }

  /**
   * Appends a candidate whose key the caller then writes.
   *
   * @return the array for the key, which begins at {@link #lastKey}
   */
  long[] append(long hash) {
    if (shares.length > 1) {
      choose(hash);
    }
    if (last.size == last.hashes.length) {
      last.grow();
    }
    last.hashes[last.size++] = hash;
    size++;
    return last.keys;
  }

  private void choose(long hash) {
    if (size == owners.length) {
      owners = Arrays.copyOf(owners, 2 * size);
    }
    int owner = StateIndex.part(hash, shares.length);
    owners[size] = (char) owner;
    last = shares[owner];
  }

  /** Appends a candidate whose key begins at an index of an array. */
  public void append(long[] source, int from) {
    long[] keys = append(keyHash.of(source, from));
    System.arraycopy(source, from, keys, lastKey(), keyWidth);
  }

  /** The array that holds the key of the candidate that was appended last. */
  long[] lastKeys() {
    return last.keys;
  }

  /** The index in {@link #lastKeys} of the first long of that key. */
  int lastKey() {
    return (last.size - 1) * keyWidth;
  }

  /** Copies the key of the candidate that was appended last into an array. */
  public void copyLastKey(long[] target, int to) {
    System.arraycopy(last.keys, lastKey(), target, to, keyWidth);
  }

  /** Copies the key of the first candidate into an array, if one worker looks up all. */
  public void copyFirstKey(long[] target, int to) {
    System.arraycopy(last.keys, 0, target, to, keyWidth);
  }

  /** Completes the key of the candidate that was appended last, at which a cursor is. */
  public void completeLastKey(StateCursor cursor) {
    cursor.complete(last.keys, lastKey());
  }

  /** The candidates that a worker looks up. */
  Share share(int worker) {
    return shares[worker];
  }

  int workers() {
    return shares.length;
  }

  /** A walk through the new ones, or through the others, in order. */
  final class Walk {
    private final boolean fresh;
    private final int[] positions = new int[shares.length];
    private int candidate = -1;
    private int worker;
    private int position;

    private Walk(boolean fresh) {
      this.fresh = fresh;
    }

    /** Goes to the next one; false when there is none. */
    boolean next() {
      while (++candidate < size) {
        worker = shares.length == 1 ? 0 : owners[candidate];
        position = positions[worker]++;
        if (shares[worker].isFresh(position) == fresh) {
          return true;
        }
      }
      return false;
    }

    /** Which candidate it is. */
    int candidate() {
      return candidate;
    }

    /** In whose share it is. */
    int worker() {
      return worker;
    }

    /** Where in the share it is. */
    int position() {
      return position;
    }
  }

  /** A walk that begins before the first new one. */
  Walk newWalk() {
    return new Walk(true);
  }

  /** A walk that begins before the first one that is not new. */
  Walk newKnownWalk() {
    return new Walk(false);
  }

  /** Forgets which are new in the order of all candidates; by one thread. */
  void clearFresh() {
    int words = size + 63 >>> 6;
    fresh = fresh.length < words ? new long[2 * words] : fresh;
    Arrays.fill(fresh, 0, words, 0);
  }

  /** Notes that the one at a walk is new; by the same thread. */
  void noteFresh(Walk walk) {
    fresh[walk.candidate >>> 6] |= 1L << walk.candidate;
  }
}
