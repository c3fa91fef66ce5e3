package org.trapnest.store;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.trapnest.bits.Mixing;

/**
 * A growing set of longs, each with a number, to which all threads may add at once. One thread
 * alone numbers the keys from zero in the order of their insertion.
 */
final class LongTable {
  /*
   * Searches take no lock. A key is written before its slot is published, and slots are read with
   * acquire semantics, so that who finds a number finds its key, and, since a key that is a pair
   * of numbers was made after those, all that the key refers to. A search that ends at a free slot
   * is repeated under the lock of the stripe, in which alone slots are filled and arrays replaced.
   * A search in an array that has just been replaced sees what it held at that time, which is
   * correct but for misses, and those are repeated.
   */
  static final int REFUSED = -1;
  private static final int STRIPE_BITS = 6;

  private final PagedRows keys;
  private final MemoryBudget budget;
  private final Stripe[] stripes = new Stripe[1 << STRIPE_BITS];
  private final AtomicInteger size = new AtomicInteger();

  LongTable(MemoryBudget budget) {
    this.keys = new PagedRows(1, budget);
    this.budget = budget;
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** The number of a key, which is inserted if it is not known; or {@link #REFUSED}. */
  int number(long key) {
    long hash = Mixing.mix(key);
    Stripe stripe = stripes[(int) (hash >>> 64 - STRIPE_BITS)];
    SlotArray array = stripe.array;
    int slot = array.home(hash);
    for (int entry = array.acquire(slot); entry != 0; entry = array.acquire(slot)) {
      if (array.mayMatch(entry, hash) && keys.get(array.number(entry)) == key) {
        return array.number(entry);
      }
      slot = array.next(slot);
    }
    return stripe.numberAlone(key, hash);
  }

  /** The key of a number. */
  long key(int number) {
    return keys.get(number);
  }

  int size() {
    return size.get();
  }

  long bytes() {
    long bytes = keys.bytes();
    for (Stripe stripe : stripes) {
      bytes += stripe.array.bytes();
    }
    return bytes;
  }

  /** The keys whose hashes have equal highest bits. */
  private final class Stripe {
    private volatile SlotArray array =
        new SlotArray(SlotArray.FIRST_LENGTH, SlotArray.LEAST_NUMBER_BITS);
    private int count;
    private int limit = array.usualLimit();

    Stripe() {
      budget.charge(array.bytes());
    }

    synchronized int numberAlone(long key, long hash) {
      SlotArray held = array;
      int slot = held.home(hash);
      for (int entry = held.slots[slot]; entry != 0; entry = held.slots[slot]) {
        if (held.mayMatch(entry, hash) && keys.get(held.number(entry)) == key) {
          return held.number(entry);
        }
        slot = held.next(slot);
      }
      if (count >= limit && !grow()) {
        return REFUSED;
      }
      return insert(key, hash);
    }

    private int insert(long key, long hash) {
      int number = size.getAndIncrement();
      if (number < 0 || number == Integer.MAX_VALUE || !keys.ensure(number)) {
        // The number is lost: to give it back would race with others that took the next one.
        return REFUSED;
      }
      if (!array.fits(number)) {
        array = array.widened(SlotArray.MOST_NUMBER_BITS);
      }
      keys.set(number, key);
      array.publish(array.freeSlot(hash), hash, number);
      count++;
      return number;
    }

    private boolean grow() {
      SlotArray old = array;
      Optional<SlotArray> room = SlotArray.reserve(old.nextLength(), old.numberBits(), budget);
      if (room.isEmpty()) {
        limit = old.hardLimit();
        return count < limit;
      }
      SlotArray fresh = room.get();
      for (int entry : old.slots) {
        if (entry != 0) {
          int number = old.number(entry);
          long hash = Mixing.mix(keys.get(number));
          fresh.put(fresh.freeSlot(hash), hash, number);
        }
      }
      budget.release(old.bytes());
      limit = fresh.usualLimit();
      array = fresh;
      return true;
    }
  }
}
