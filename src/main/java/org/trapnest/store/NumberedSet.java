package org.trapnest.store;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A growing set of keys, each with a number, to which all threads may add at once. One thread alone
 * numbers the keys from zero in the order of their insertion.
 */
abstract sealed class NumberedSet permits LongTable, NodeTable, ChunkTable {
  /*
   * Searches take no lock. A key is written before its slot is published, and slots are read with
   * acquire semantics, so that who finds a number finds its key, and, since a key that is a pair
   * of numbers was made after those, all that the key refers to. A search that ends at a free slot
   * is repeated under the lock of the stripe, in which alone slots are filled and arrays replaced.
   * A search in an array that has just been replaced sees what it held at that time, which is
   * correct but for misses, and those are repeated.
   */
  static final int REFUSED = -1;
  private static final int STRIPE_BITS = 5;
  private static final VarHandle ARRAYS = MethodHandles.arrayElementVarHandle(SlotArray[].class);

  /** So many unused elements keep what insertions write off the lines that all searches read. */
  private static final int PADDING = 16;

  /** A key that is looked for under a lock. */
  interface Key {
    /** Whether it is the key of a number. */
    boolean is(int number);

    /** Writes it into the row of a number. */
    void write(int number);
  }

  final PagedRows rows;
  private final MemoryBudget budget;
  private final Stripe[] stripes = new Stripe[1 << STRIPE_BITS];
  private final SlotArray[] arrays = new SlotArray[PADDING + stripes.length + PADDING];
  private final AtomicInteger size = new AtomicInteger();

  NumberedSet(int rowWidth, MemoryBudget budget) {
    this.rows = new PagedRows(rowWidth, budget);
    this.budget = budget;
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe(i);
    }
  }

  /** The hash of the key of a number. */
  abstract long hash(int number);

  /** The stripe of a hash. */
  final Stripe stripe(long hash) {
    return stripes[(int) (hash >>> 64 - STRIPE_BITS)];
  }

  /** The slots of the stripe of a hash, to be searched through {@link SlotArray#acquire}. */
  final SlotArray array(long hash) {
    return (SlotArray) ARRAYS.getAcquire(arrays, PADDING + (int) (hash >>> 64 - STRIPE_BITS));
  }

  final int size() {
    return size.get();
  }

  final long bytes() {
    long bytes = rows.bytes();
    for (Stripe stripe : stripes) {
      bytes += stripe.array.bytes();
    }
    return bytes;
  }

  /** Writes all keys; by one thread alone. */
  final void save(SnapshotWriter out) throws IOException {
    out.put(size());
    rows.save(out, size());
  }

  /** Reads all keys into an empty set; by one thread alone. */
  final void load(SnapshotReader in) throws IOException {
    int count = Math.toIntExact(in.take());
    rows.load(in, count);
    size.set(count);
    for (int number = 0; number < count; number++) {
      long hash = hash(number);
      if (!stripe(hash).take(hash, number)) {
        throw new IOException("it needs more memory than is allowed");
      }
    }
  }

  /** The keys whose hashes have equal highest bits. */
  final class Stripe {
    private final int index;
    private SlotArray array = new SlotArray(SlotArray.FIRST_LENGTH, SlotArray.LEAST_NUMBER_BITS);
    private int count;
    private int limit = array.usualLimit();

    Stripe(int index) {
      this.index = index;
      budget.charge(array.bytes());
      use(array);
    }

    /** Lets searches without a lock see an array. */
    private void use(SlotArray fresh) {
      array = fresh;
      ARRAYS.setRelease(arrays, PADDING + index, fresh);
    }

    /** The number of a key, which is inserted if it is not known; or {@link #REFUSED}. */
    synchronized int number(long hash, Key key) {
      SlotArray held = array;
      int slot = held.home(hash);
      for (int entry = held.slots[slot]; entry != 0; entry = held.slots[slot]) {
        if (held.mayMatch(entry, hash) && key.is(held.number(entry))) {
          return held.number(entry);
        }
        slot = held.next(slot);
      }
      return count < limit || grow() ? insert(hash, key) : REFUSED;
    }

    private int insert(long hash, Key key) {
      // Room is made for all that may take a number at the same time, so that none is lost.
      long most = (long) size.get() + stripes.length;
      if (most >= Integer.MAX_VALUE || !rows.ensure(most)) {
        return REFUSED;
      }
      if (!array.fits(most)) {
        use(array.widened(bitsForGrowth()));
      }
      int number = size.getAndIncrement();
      key.write(number);
      array.publish(array.freeSlot(hash), hash, number);
      count++;
      return number;
    }

    /** Adds a number whose key is written and not known yet; false when there is no room. */
    private synchronized boolean take(long hash, int number) {
      if (count >= limit && !grow()) {
        return false;
      }
      if (!array.fits(number)) {
        use(array.widened(bitsForGrowth()));
      }
      array.publish(array.freeSlot(hash), hash, number);
      count++;
      return true;
    }

    /** So many bits for numbers that the others, which spare reading keys in vain, are many. */
    private int bitsForGrowth() {
      long most = Math.min(2L * (size() + stripes.length), Integer.MAX_VALUE - 1);
      return SlotArray.numberBits(most);
    }

    private boolean grow() {
      SlotArray old = array;
      Optional<SlotArray> room = SlotArray.reserve(old.nextLength(), bitsForGrowth(), budget);
      if (room.isEmpty()) {
        limit = old.hardLimit();
        return count < limit;
      }
      SlotArray fresh = room.get();
      for (int entry : old.slots) {
        if (entry != 0) {
          int number = old.number(entry);
          long hash = hash(number);
          fresh.put(fresh.freeSlot(hash), hash, number);
        }
      }
      budget.release(old.bytes());
      limit = fresh.usualLimit();
      use(fresh);
      return true;
    }
  }
}
