package org.trapnest.store;

import java.util.Arrays;
import org.trapnest.bits.Mixing;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * A successor by what it changes: words, their values, and what these add to the hash of the state.
 * Hot and mutable.
 */
final class Patch {
  private static final int FIRST_CAPACITY = 16;

  private int[] indices = new int[FIRST_CAPACITY];
  private long[] values = new long[FIRST_CAPACITY];
  private long[] lows = new long[FIRST_CAPACITY];
  private long[] highs = new long[FIRST_CAPACITY];
  private int size;

  /**
   * Becomes what leads from one state to another.
   *
   * @param changed the words that may differ
   * @param hash the hash of the first state, which becomes that of the second
   */
  void record(long[] before, long[] after, ChangedWords changed, StateHash hash) {
    size = 0;
    if (changed.size() > indices.length) {
      grow(2 * changed.size());
    }
    for (int i = 0; i < changed.size(); i++) {
      int word = changed.wordIndex(i);
      long from = before[word];
      long to = after[word];
      if (from != to) {
        indices[size] = word;
        values[size] = to;
        lows[size] = Mixing.low(word, to) - Mixing.low(word, from);
        highs[size] = Mixing.high(word, to) - Mixing.high(word, from);
        hash.add(lows[size], highs[size]);
        size++;
      }
    }
  }

  private void grow(int capacity) {
    indices = Arrays.copyOf(indices, capacity);
    values = Arrays.copyOf(values, capacity);
    lows = Arrays.copyOf(lows, capacity);
    highs = Arrays.copyOf(highs, capacity);
  }

  /** How many words differ. */
  int size() {
    return size;
  }

  /** The index of a word that differs, by its position from zero. */
  int word(int position) {
    return indices[position];
  }

  /** Its new value. */
  long value(int position) {
    return values[position];
  }

  /** What its change adds to the low lane. */
  long low(int position) {
    return lows[position];
  }

  /** What its change adds to the high lane. */
  long high(int position) {
    return highs[position];
  }

  /** Exchanges the values with those of a state: once makes it the other one, twice neither. */
  void exchange(long[] state) {
    for (int i = 0; i < size; i++) {
      long value = state[indices[i]];
      state[indices[i]] = values[i];
      values[i] = value;
    }
  }
}
