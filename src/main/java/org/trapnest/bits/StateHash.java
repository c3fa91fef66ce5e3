package org.trapnest.bits;

/**
 * The 128-bit hash of a vector of words: in each of two lanes the sum of a keyed mix of each word
 * with its index, so that a change costs only the words that change.
 *
 * <p>Mutable and confined to one thread. Benchmark: HashBenchmark.
 */
public final class StateHash {
  private long low;
  private long high;

  /** Becomes the hash of the first {@code wordCount} words of an array. */
  public void set(long[] words, int wordCount) {
    set(words, 0, 0, wordCount);
  }

  /**
   * Becomes what some words add to the hash of a state.
   *
   * @param offset the index of the first of them in the array
   * @param firstWord its index in the state
   * @param length how many they are
   */
  public void set(long[] words, int offset, int firstWord, int length) {
    low = 0;
    high = 0;
    for (int i = 0; i < length; i++) {
      low += Mixing.low(firstWord + i, words[offset + i]);
      high += Mixing.high(firstWord + i, words[offset + i]);
    }
  }

  /** Adds to each lane. */
  public void add(long lowLane, long highLane) {
    low += lowLane;
    high += highLane;
  }

  /** Becomes a hash whose lanes are known. */
  public void set(long lowLane, long highLane) {
    low = lowLane;
    high = highLane;
  }

  /** Becomes equal to another hash. */
  public void set(StateHash other) {
    low = other.low;
    high = other.high;
  }

  /** Follows the change of one word. */
  public void replace(int wordIndex, long before, long after) {
    low += Mixing.low(wordIndex, after) - Mixing.low(wordIndex, before);
    high += Mixing.high(wordIndex, after) - Mixing.high(wordIndex, before);
  }

  public long low() {
    return low;
  }

  public long high() {
    return high;
  }
}
