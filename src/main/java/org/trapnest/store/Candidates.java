package org.trapnest.store;

import java.util.Arrays;

/**
 * Successors of a block of states that wait, in order, to be looked up together.
 *
 * <p>Hot and mutable. One thread fills it; then each worker looks up its share in the table; then
 * one thread numbers those that are new. The phases are separated by barriers.
 */
public final class Candidates {
  /** In place of the slot of a candidate that is known, or equal to an earlier one. */
  static final int KNOWN = -1;

  private static final int FIRST_CAPACITY = 64;

  private final int keyWidth;
  private final StateTable.KeyHash keyHash;
  private int[][] shares = new int[1][];
  private int[] shareSizes = new int[1];
  private int[] freshCounts = new int[1];
  private int workers = 1;
  long[] keys;
  long[] hashes = new long[FIRST_CAPACITY];
  int[] slots = new int[FIRST_CAPACITY];
  private int size;

  /** No candidates, whose keys take so many longs each. */
  Candidates(int keyWidth, StateTable.KeyHash keyHash) {
    this.keyWidth = keyWidth;
    this.keyHash = keyHash;
    this.keys = new long[FIRST_CAPACITY * keyWidth];
  }

  /** Becomes empty, to be looked up by so many workers. */
  public void clear(int workerCount) {
    size = 0;
    if (workerCount != workers || shares[0] == null) {
      workers = workerCount;
      shares = new int[workerCount][FIRST_CAPACITY];
      shareSizes = new int[workerCount];
      freshCounts = new int[workerCount];
    }
    Arrays.fill(shareSizes, 0);
    Arrays.fill(freshCounts, 0);
  }

  public int size() {
    return size;
  }

  /** How many are new, once all workers have looked up their shares. */
  public int freshCount() {
    int sum = 0;
    for (int count : freshCounts) {
      sum += count;
    }
    return sum;
  }

  /** Whether a candidate is new, once it is looked up. */
  public boolean isFresh(int candidate) {
    return slots[candidate] != KNOWN;
  }

  /**
   * Appends a candidate whose key the caller then writes.
   *
   * @return the index in {@code keys} of the key's first long
   */
  int append(long hash) {
    if (size == hashes.length) {
      grow();
    }
    hashes[size] = hash;
    if (workers > 1) {
      assign(worker(hash));
    }
    return size++ * keyWidth;
  }

  /** Appends a candidate whose key begins at an index of an array. */
  public void append(long[] source, int from) {
    int at = append(keyHash.of(source, from));
    System.arraycopy(source, from, keys, at, keyWidth);
  }

  /** Copies the key of a candidate into an array. */
  public void copyKey(int candidate, long[] target, int to) {
    System.arraycopy(keys, candidate * keyWidth, target, to, keyWidth);
  }

  private void grow() {
    int capacity = 2 * size;
    keys = Arrays.copyOf(keys, capacity * keyWidth);
    slots = new int[capacity];
    hashes = Arrays.copyOf(hashes, capacity);
  }

  /** The worker that owns the shard of a hash. */
  private int worker(long hash) {
    return (int) ((hash >>> 64 - SlotArray.SHARD_BITS) * workers >>> SlotArray.SHARD_BITS);
  }

  private void assign(int worker) {
    int at = shareSizes[worker]++;
    if (at == shares[worker].length) {
      shares[worker] = Arrays.copyOf(shares[worker], 2 * at);
    }
    shares[worker][at] = size;
  }

  /** How many candidates a worker looks up. */
  int shareSize(int worker) {
    return workers == 1 ? size : shareSizes[worker];
  }

  /** The candidate at a position of a worker's share, in increasing order. */
  int share(int worker, int position) {
    return workers == 1 ? position : shares[worker][position];
  }

  /** Says, until they are looked up, that the candidates of a worker's share are not new. */
  void skip(int worker) {
    if (workers == 1) {
      Arrays.fill(slots, 0, size, KNOWN);
    } else {
      for (int position = 0; position < shareSizes[worker]; position++) {
        slots[shares[worker][position]] = KNOWN;
      }
    }
  }

  void countFresh(int worker, int count) {
    freshCounts[worker] = count;
  }
}
