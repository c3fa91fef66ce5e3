package org.trapnest.store;

import org.trapnest.bits.Mixing;

/** A growing set of longs, numbered, for all threads at once. */
final class LongTable extends NumberedSet {

  LongTable(MemoryBudget budget) {
    super(1, budget);
  }

  /** The number of a key, which is inserted if it is not known; or {@link #REFUSED}. */
  int number(long key) {
    long hash = Mixing.mix(key);
    SlotArray array = array(hash);
    int slot = array.home(hash);
    for (int entry = array.acquire(slot); entry != 0; entry = array.acquire(slot)) {
      if (array.mayMatch(entry, hash) && rows.get(array.number(entry)) == key) {
        return array.number(entry);
      }
      slot = array.next(slot);
    }
    return stripe(hash).number(hash, new LongKey(key));
  }

  /** The key of a number. */
  long key(int number) {
    return rows.get(number);
  }

  @Override
  long hash(int number) {
    return Mixing.mix(rows.get(number));
  }

  private final class LongKey implements Key {
    private final long key;

    LongKey(long key) {
      this.key = key;
    }

    @Override
    public boolean is(int number) {
      return rows.get(number) == key;
    }

    @Override
    public void write(int number) {
      rows.set(number, key);
    }
  }
}
