package org.trapnest.store;

import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * The values of leaves of several words each, numbered, for all threads at once, with what they add
 * to the hash of a state.
 *
 * <p>A row holds the leaf, the two lanes of the hash of its words, and the words.
 */
final class ChunkTable extends NumberedSet {
  private static final int LOW = 1;
  private static final int HIGH = 2;
  private static final int WORDS = 3;

  private final TreeShape shape;

  /** A table for the leaves of a shape. */
  ChunkTable(TreeShape shape, MemoryBudget budget) {
    super(WORDS + shape.longestLeaf(), budget);
    this.shape = shape;
  }

  /**
   * The number of the value that a leaf has in a state, which is inserted if it is not known; or
   * {@link #REFUSED}.
   *
   * @param hash the low lane of the hash of the leaf's words
   */
  int number(int leaf, long[] words, long hash) {
    SlotArray array = array(hash);
    int slot = array.home(hash);
    for (int entry = array.acquire(slot); entry != 0; entry = array.acquire(slot)) {
      if (array.mayMatch(entry, hash) && is(array.number(entry), leaf, words)) {
        return array.number(entry);
      }
      slot = array.next(slot);
    }
    return stripe(hash).number(hash, new Chunk(leaf, words));
  }

  private boolean is(int number, int leaf, long[] words) {
    long[] page = rows.page(number);
    int offset = rows.offset(number);
    if (page[offset] != leaf) {
      return false;
    }
    int from = shape.firstWord(leaf);
    int length = shape.wordsIn(leaf);
    for (int i = 0; i < length; i++) {
      if (page[offset + WORDS + i] != words[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** Writes the words of a leaf into a state and lists those that were different. */
  void read(int number, int leaf, long[] words, ChangedWords changed) {
    long[] page = rows.page(number);
    int from = rows.offset(number) + WORDS;
    int to = shape.firstWord(leaf);
    int length = shape.wordsIn(leaf);
    for (int i = 0; i < length; i++) {
      if (words[to + i] != page[from + i]) {
        words[to + i] = page[from + i];
        changed.add(to + i);
      }
    }
  }

  long low(int number) {
    return rows.page(number)[rows.offset(number) + LOW];
  }

  long high(int number) {
    return rows.page(number)[rows.offset(number) + HIGH];
  }

  @Override
  long hash(int number) {
    return low(number);
  }

  private final class Chunk implements Key {
    private final int leaf;
    private final long[] words;

    Chunk(int leaf, long[] words) {
      this.leaf = leaf;
      this.words = words;
    }

    @Override
    public boolean is(int number) {
      return ChunkTable.this.is(number, leaf, words);
    }

    @Override
    public void write(int number) {
      long[] page = rows.page(number);
      int offset = rows.offset(number);
      int from = shape.firstWord(leaf);
      int length = shape.wordsIn(leaf);
      StateHash hash = new StateHash();
      hash.set(words, from, from, length);
      page[offset] = leaf;
      page[offset + LOW] = hash.low();
      page[offset + HIGH] = hash.high();
      System.arraycopy(words, from, page, offset + WORDS, length);
    }
  }
}
