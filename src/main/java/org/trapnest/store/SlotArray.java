package org.trapnest.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * One open-addressing array from hashes to numbers; the owner keeps the keys, the count and the
 * locks. Hot: the slots are public to the package.
 *
 * <p>A slot is zero when free; otherwise its low bits hold the number plus one, and its other bits
 * the lowest bits of the hash, so that a key is seldom read in vain. The twelve highest bits of a
 * hash choose among arrays, the 32 below them the home slot; probing is linear. Arrays double.
 */
final class SlotArray {
  /** The bits of a hash, from the highest, that do not enter the home slot. */
  private static final int SHARD_BITS = 12;

  static final int FIRST_LENGTH = 8;

  /** So that a tag never holds bits that chose the home slot. */
  static final int LEAST_NUMBER_BITS = 12;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);

  final int[] slots;
  private final int numberBits;

  SlotArray(int length, int numberBits) {
    this(new int[length], numberBits);
  }

  private SlotArray(int[] slots, int numberBits) {
    this.slots = slots;
    this.numberBits = numberBits;
  }

  /** An array of more slots, free all; empty when the budget or the heap has no room for it. */
  static Optional<SlotArray> reserve(int length, int numberBits, MemoryBudget budget) {
    if (!budget.reserve(4L * length)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SlotArray(length, numberBits));
    } catch (OutOfMemoryError e) {
      budget.release(4L * length);
      return Optional.empty();
    }
  }

  /** The length to grow to. */
  int nextLength() {
    return 2 * slots.length;
  }

  /** How many numbers it should hold at most. */
  int usualLimit() {
    return (int) (3L * slots.length >> 2);
  }

  /** How many numbers it can hold, slowly, when it cannot grow; a slot always stays free. */
  int hardLimit() {
    return (int) (15L * slots.length >> 4);
  }

  /** The bits that numbers up to and including one take in a slot. */
  static int numberBits(long number) {
    return Math.max(LEAST_NUMBER_BITS, 64 - Long.numberOfLeadingZeros(number + 1));
  }

  /** Whether a number can be put. */
  boolean fits(long number) {
    return number + 1 >>> numberBits == 0;
  }

  /** The first slot to look at for a hash. */
  int home(long hash) {
    return (int) ((hash >>> 32 - SHARD_BITS & 0xffffffffL) * slots.length >>> 32);
  }

  int next(int slot) {
    int next = slot + 1;
    return next == slots.length ? 0 : next;
  }

  /** What a slot holds, and all that was written before it was put there. */
  int acquire(int slot) {
    return (int) SLOT.getAcquire(slots, slot);
  }

  /** Whether an entry may have a hash: certain if false. */
  boolean mayMatch(int entry, long hash) {
    return (entry ^ (int) hash << numberBits) >>> numberBits == 0;
  }

  int number(int entry) {
    return (entry & (int) ((1L << numberBits) - 1)) - 1;
  }

  private int entry(long hash, int number) {
    return (int) hash << numberBits | number + 1;
  }

  /** Fills the free slot that a search for the hash has ended at. */
  void put(int slot, long hash, int number) {
    slots[slot] = entry(hash, number);
  }

  /** As {@link #put}, for threads that read with {@link #acquire}. */
  void publish(int slot, long hash, int number) {
    SLOT.setRelease(slots, slot, entry(hash, number));
  }

  /** The slot for a hash whose number is not in the array. */
  int freeSlot(long hash) {
    int slot = home(hash);
    while (slots[slot] != 0) {
      slot = next(slot);
    }
    return slot;
  }

  /** A copy whose entries have room for larger numbers. */
  SlotArray widened(int newNumberBits) {
    int[] copy = new int[slots.length];
    for (int slot = 0; slot < copy.length; slot++) {
      int entry = slots[slot];
      if (entry != 0) {
        copy[slot] = entry >>> numberBits << newNumberBits | number(entry) + 1;
      }
    }
    return new SlotArray(copy, newNumberBits);
  }

  long bytes() {
    return 4L * slots.length;
  }
}
