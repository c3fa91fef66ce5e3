package org.trapnest.store;

import org.trapnest.bits.Mixing;

/**
 * The inner nodes of state trees, numbered, for all threads at once.
 *
 * <p>A node's key is the ids of its children, two in each of two longs, zeros where it has none.
 */
final class NodeTable extends NumberedSet {
  private static final int KEY_WIDTH = 2;
  private static final long SECOND_KEY = 0x9e3779b97f4a7c15L;

  NodeTable(MemoryBudget budget) {
    super(KEY_WIDTH, budget);
  }

  /** The hash of a key; a key without a second half has that of its first. */
  static long hash(long first, long second) {
    return Mixing.mix(first + second * SECOND_KEY);
  }

  /** The number of a key with its hash, which is inserted if it is not known; or REFUSED. */
  int number(long first, long second, long hash) {
    SlotArray array = array(hash);
    int slot = array.home(hash);
    for (int entry = array.acquire(slot); entry != 0; entry = array.acquire(slot)) {
      if (array.mayMatch(entry, hash) && is(array.number(entry), first, second)) {
        return array.number(entry);
      }
      slot = array.next(slot);
    }
    return stripe(hash).number(hash, new NodeKey(first, second));
  }

  private boolean is(int number, long first, long second) {
    long[] page = rows.page(number);
    int offset = rows.offset(number);
    return page[offset] == first && page[offset + 1] == second;
  }

  /** The first half of the key of a number. */
  long firstHalf(int number) {
    return rows.get(number);
  }

  /** The array that holds the key of a number, which begins at {@link #offset}. */
  long[] page(int number) {
    return rows.page(number);
  }

  int offset(int number) {
    return rows.offset(number);
  }

  @Override
  long hash(int number) {
    long[] page = rows.page(number);
    int offset = rows.offset(number);
    return hash(page[offset], page[offset + 1]);
  }

  private final class NodeKey implements Key {
    private final long first;
    private final long second;

    NodeKey(long first, long second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public boolean is(int number) {
      return NodeTable.this.is(number, first, second);
    }

    @Override
    public void write(int number) {
      long[] page = rows.page(number);
      int offset = rows.offset(number);
      page[offset] = first;
      page[offset + 1] = second;
    }
  }
}
