package org.trapnest.store;

import org.trapnest.bits.Mixing;

/** A growing set of longs, numbered from zero in the order of their insertion. */
final class LongTable {
  static final int REFUSED = -1;

  private final long maxSize;
  private final PagedRows keys;
  private final HashIndex index;
  private int size;

  LongTable(long maxSize, MemoryBudget budget) {
    this.maxSize = maxSize;
    this.keys = new PagedRows(1, budget);
    this.index = new HashIndex(budget);
  }

  /** The number of a key, which is inserted if it is not known; or {@link #REFUSED}. */
  int number(long key) {
    long hash = Mixing.mix(key);
    int slot = index.home(hash);
    for (int entry = index.entry(slot); entry != 0; entry = index.entry(slot)) {
      if (index.mayMatch(entry, hash) && keys.get(index.number(entry)) == key) {
        return index.number(entry);
      }
      slot = index.next(slot);
    }
    return insert(key, hash, slot);
  }

  private int insert(long key, long hash, int freeSlot) {
    if (size >= maxSize || !keys.ensure(size)) {
      return REFUSED;
    }
    int slot = freeSlot;
    if (!index.hasRoom()) {
      if (!growIndex()) {
        return REFUSED;
      }
      slot = index.freeSlot(hash);
    }
    keys.set(size, key);
    index.put(slot, hash, size);
    return size++;
  }

  private boolean growIndex() {
    if (!index.grow()) {
      return index.overfill();
    }
    for (int number = 0; number < size; number++) {
      long hash = Mixing.mix(keys.get(number));
      index.put(index.freeSlot(hash), hash, number);
    }
    return true;
  }

  /** The key of a number. */
  long key(int number) {
    return keys.get(number);
  }

  int size() {
    return size;
  }

  long bytes() {
    return keys.bytes() + index.bytes();
  }
}
