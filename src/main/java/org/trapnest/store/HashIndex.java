package org.trapnest.store;

import java.util.Arrays;

/**
 * An open-addressing index from hashes to numbers below 2^30; the owner keeps the keys.
 *
 * <p>A table of 2^k slots of 32 bits. A slot is zero when free; otherwise its low k bits hold the
 * number plus one, and its high 32-k bits the bits of the hash that follow the k that chose the
 * home slot, so that a key is seldom read in vain. Probing is linear. When the index is full the
 * owner calls {@link #grow} and puts all its numbers again, in order.
 */
final class HashIndex {
  private static final int FIRST_SLOT_BITS = 8;
  private static final int MAX_SLOT_BITS = 30;
  private static final int PAGE_BITS = 15;
  private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;

  private final MemoryBudget budget;
  private int slotBits;
  private int slotMask;
  private int[][] pages;
  private int size;
  private int limit;

  /** An index with a first table so small that it is not refused. */
  HashIndex(MemoryBudget budget) {
    this.budget = budget;
    budget.charge(4L << FIRST_SLOT_BITS);
    use(new int[1][1 << FIRST_SLOT_BITS], FIRST_SLOT_BITS);
  }

  /** Whether one more number may be put. */
  boolean hasRoom() {
    return size < limit;
  }

  /** Becomes empty and twice as large; false, without effect, when memory for that is missing. */
  boolean grow() {
    int bits = slotBits + 1;
    long newBytes = 4L << bits;
    if (bits > MAX_SLOT_BITS || !budget.reserve(newBytes)) {
      return false;
    }
    try {
      int pageSlots = 1 << Math.min(bits, PAGE_BITS);
      int[][] fresh = new int[1 << Math.max(0, bits - PAGE_BITS)][];
      Arrays.setAll(fresh, i -> new int[pageSlots]);
      budget.release(bytes());
      use(fresh, bits);
      return true;
    } catch (OutOfMemoryError e) {
      budget.release(newBytes);
      return false;
    }
  }

  /** Permits a higher load, for when the index cannot grow; returns whether there is room now. */
  boolean overfill() {
    limit = (int) ((1L << slotBits) * 15 / 16);
    return hasRoom();
  }

  private void use(int[][] freshPages, int bits) {
    pages = freshPages;
    slotBits = bits;
    slotMask = (1 << bits) - 1;
    limit = 3 << bits - 2;
    size = 0;
  }

  /** The first slot to look at for a hash. */
  int home(long hash) {
    return (int) (hash >>> 64 - slotBits);
  }

  int next(int slot) {
    return slot + 1 & slotMask;
  }

  /** What a slot holds: zero when it is free. */
  int entry(int slot) {
    return pages[slot >>> PAGE_BITS][slot & PAGE_MASK];
  }

  /** Whether an entry may have a hash: certain if false. */
  boolean mayMatch(int entry, long hash) {
    return entry >>> slotBits == tag(hash);
  }

  private int tag(long hash) {
    return (int) (hash << slotBits >>> 32 + slotBits);
  }

  int number(int entry) {
    return (entry & slotMask) - 1;
  }

  /** Fills the free slot that a search for the hash has ended at. */
  void put(int slot, long hash, int number) {
    pages[slot >>> PAGE_BITS][slot & PAGE_MASK] = tag(hash) << slotBits | number + 1;
    size++;
  }

  /** The slot for a hash whose number is not in the index. */
  int freeSlot(long hash) {
    int slot = home(hash);
    while (entry(slot) != 0) {
      slot = next(slot);
    }
    return slot;
  }

  long bytes() {
    return 4L << slotBits;
  }
}
