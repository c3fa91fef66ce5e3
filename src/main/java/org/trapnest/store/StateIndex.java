package org.trapnest.store;

import java.util.Arrays;

/**
 * Finds the numbers of states by the hashes of their keys; the owner keeps the keys. Hot and
 * mutable; different shards may be used by different threads at once.
 */
final class StateIndex {
  /*
   * Representation. The highest bits of a hash choose one of 4096 shards, so many that each is
   * small beside the regions in which the collector gives out memory; the bits below them choose
   * the home slot. Probing is linear. A slot is zero when free. Otherwise it holds, from its highest
   * bit: the tag, which is the bits of the hash right below those that chose the home slot; how far
   * the slot is behind the home slot; and the number plus one.
   *
   * Invariants.
   *  1. A distance that has all bits set says only that the slot is at least so far from home.
   *  2. Of a shard's tags the highest tagBits[shard] bits are those of the hash, all others zero.
   *  3. All shards give numbers equally many bits; distances get three bits as long as there are
   *     as many.
   *
   * Why so. When a shard doubles, the bit of the hash that each home slot needs more is the highest
   * of the tag, and the home slot itself follows from the distance: so no key is read, which would
   * be a random access for each state. The bit is gone from the tag then, but a table that is twice
   * as large needs a bit more for its numbers anyway. Only entries that are far from home have
   * their keys read, and all entries of a small table, whose keys are near at hand, or of a shard
   * that has no tag left: this renews all bits of the tags. Distances are not wasted on lookups
   * either: an entry with the right distance has the right home slot. Compare J. Cleary, "Compact
   * hash tables using bidirectional linear probing" (1984).
   */

  /** The hashes of keys by their numbers. */
  interface Hashes {
    long of(int number);
  }

  /** Numbers are below 2^31 - 1. */
  private static final int MOST_NUMBER_BITS = 31;

  private static final int SHARD_BITS = 12;
  private static final int FIRST_LENGTH = 8;
  private static final int FIRST_NUMBER_BITS = 18;
  private static final int MOST_DISTANCE_BITS = 3;

  /** Keys are read as long as shards are shorter. */
  private static final int LONG_LENGTH = 128;

  /** How many keys are read at once, so that their accesses overlap. */
  private static final int READ_AHEAD = 64;

  private final MemoryBudget budget;
  private final int[][] shards = new int[1 << SHARD_BITS][FIRST_LENGTH];
  private final int[] counts = new int[shards.length];
  private final int[] limits = new int[shards.length];
  private final byte[] tagBits = new byte[shards.length];
  private int numberBits;
  private int distanceStep;
  private int distanceMask;
  private int numberMask;

  /** An empty index. */
  StateIndex(MemoryBudget budget) {
    this.budget = budget;
    takeNumberBits(FIRST_NUMBER_BITS);
    for (int shard = 0; shard < shards.length; shard++) {
      limits[shard] = usualLimit(FIRST_LENGTH);
      tagBits[shard] = (byte) tagCapacity();
      budget.charge(4L * FIRST_LENGTH);
    }
  }

  private void takeNumberBits(int bits) {
    int distanceBits = Math.min(MOST_DISTANCE_BITS, 32 - bits);
    numberBits = bits;
    numberMask = -1 >>> 32 - bits;
    distanceStep = 1 << bits;
    distanceMask = (1 << distanceBits) - 1 << bits;
  }

  private int tagCapacity() {
    return 32 - Integer.bitCount(numberMask | distanceMask);
  }

  private static int usualLimit(int length) {
    return (int) (3L * length >> 2);
  }

  /** How many it can hold, slowly, when it cannot grow; a slot always stays free. */
  private static int hardLimit(int length) {
    return (int) (15L * length >> 4);
  }

  long bytes() {
    long slots = 0;
    for (int[] shard : shards) {
      slots += shard.length;
    }
    return 4 * slots;
  }

  /** The shard of a hash, from 0 to 4095, by its highest bits. */
  static int shard(long hash) {
    return (int) (hash >>> 64 - SHARD_BITS);
  }

  /** The part of {@code workers} equal parts of all shards to which that of a hash belongs. */
  static int part(long hash, int workers) {
    return shard(hash) * workers >>> SHARD_BITS;
  }

  /** The slots of a shard; an access to {@link #home} of them is what a search begins with. */
  int[] slots(int shard) {
    return shards[shard];
  }

  /** The first slot to look at for a hash among so many. */
  static int home(long hash, int length) {
    // The low half of the product is 2^32 times that of the 32 bits below the shard's.
    return (int) ((hash << SHARD_BITS >>> 32) * length >>> 32);
  }

  private static int highest(int bits) {
    return bits == 0 ? 0 : -1 << 32 - bits;
  }

  /** What an entry in the home slot has in the bits of {@link #mask} if it is for a hash. */
  int pattern(int shard, long hash) {
    int below = (int) (hash >>> 32 - SHARD_BITS);
    int lengthBits = Integer.numberOfTrailingZeros(shards[shard].length);
    return below << lengthBits & highest(tagBits[shard]);
  }

  /** The pattern for the next slot. */
  int further(int pattern) {
    return (pattern & distanceMask) == distanceMask ? pattern : pattern + distanceStep;
  }

  /** The bits of a shard's entries that are to be compared with patterns. */
  int mask(int shard) {
    return highest(tagBits[shard]) | distanceMask;
  }

  /** The number of an entry, -1 of a free slot. */
  int number(int entry) {
    return (entry & numberMask) - 1;
  }

  /** Whether there is room for one more in a shard as it is. */
  boolean hasRoom(int shard) {
    return counts[shard] < limits[shard];
  }

  /** Puts a number into the free slot at which a search has ended. */
  void put(int slot, long hash, int number) {
    int shard = shard(hash);
    int[] slots = shards[shard];
    int distance = slot - home(hash, slots.length) & slots.length - 1;
    slots[slot] = pattern(shard, hash) | distance(distance) | number + 1;
    counts[shard]++;
  }

  private int distance(int slots) {
    return Math.min(slots, distanceMask >>> numberBits) << numberBits;
  }

  /** The free slot at which a search for a hash ends. */
  int freeSlot(long hash) {
    int[] slots = shards[shard(hash)];
    return freeSlot(slots, home(hash, slots.length));
  }

  private static int freeSlot(int[] slots, int home) {
    int slot = home;
    while (slots[slot] != 0) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  /** The slot that holds a number, which is there. */
  private int slotOf(long hash, int number) {
    int[] slots = shards[shard(hash)];
    int slot = home(hash, slots.length);
    while ((slots[slot] & numberMask) != number + 1) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  /** Gives a key that is there another number. */
  void renumber(long hash, int from, int to) {
    int[] slots = shards[shard(hash)];
    int slot = slotOf(hash, from);
    slots[slot] = slots[slot] & ~numberMask | to + 1;
  }

  /**
   * Frees the slot of a number. If those that were put last are taken away first, the last one
   * first or all of them together, the rest is as if they had never been put.
   */
  void remove(long hash, int number) {
    int shard = shard(hash);
    shards[shard][slotOf(hash, number)] = 0;
    counts[shard]--;
  }

  /** Gives numbers enough bits, by one thread; false when there are none for such a number. */
  boolean fit(long number) {
    int bits = 64 - Long.numberOfLeadingZeros(number + 1);
    if (bits > MOST_NUMBER_BITS) {
      return false;
    }
    if (bits > numberBits) {
      widen(bits);
    }
    return true;
  }

  private void widen(int bits) {
    int oldBits = numberBits;
    int oldNumbers = numberMask;
    int oldDistances = distanceMask;
    takeNumberBits(bits);
    for (int shard = 0; shard < shards.length; shard++) {
      tagBits[shard] = (byte) Math.min(tagBits[shard], tagCapacity());
      int tag = highest(tagBits[shard]);
      widen(shards[shard], tag | oldNumbers, oldBits, oldDistances);
    }
  }

  /** Without a branch, which could not be foretold; a free slot stays free. */
  private void widen(int[] slots, int kept, int oldBits, int oldDistances) {
    for (int slot = 0; slot < slots.length; slot++) {
      int entry = slots[slot];
      slots[slot] = entry & kept | distance((entry & oldDistances) >>> oldBits);
    }
  }

  /**
   * Grows a shard, or else permits a higher load; returns whether there is room now.
   *
   * @param settled the numbers from which on those that were put later are greater
   */
  boolean grow(int shard, int settled, Hashes hashes) {
    int[] old = shards[shard];
    if (!budget.reserve(8L * old.length)) {
      return crowd(shard);
    }
    try {
      int[] grown = new int[2 * old.length];
      move(shard, grown, settled, hashes);
    } catch (OutOfMemoryError e) {
      budget.release(8L * old.length);
      return crowd(shard);
    }
    budget.release(4L * old.length);
    return true;
  }

  private boolean crowd(int shard) {
    limits[shard] = hardLimit(shards[shard].length);
    return hasRoom(shard);
  }

  /** Moves a shard's entries to an array of twice the length; allocates before it changes any. */
  private void move(int shard, int[] grown, int settled, Hashes hashes) {
    int[] old = shards[shard];
    int tag = highest(tagBits[shard]);
    boolean byTag = tag != 0 && old.length >= LONG_LENGTH;
    int count = counts[shard];
    int[] byKey = new int[count];
    long[] read = new long[READ_AHEAD];
    int settledByKey = 0;
    int unsettled = count;
    for (int slot = 0; slot < old.length; slot++) {
      int entry = old[slot];
      int number = number(entry);
      if (number >= settled) {
        byKey[--unsettled] = number;
      } else if (entry != 0 && (!byTag || (entry & distanceMask) == distanceMask)) {
        byKey[settledByKey++] = number;
      } else if (entry != 0) {
        int home = slot - ((entry & distanceMask) >>> numberBits) & old.length - 1;
        place(grown, 2 * home + (entry >>> 31), (entry & tag) << 1 | number + 1);
      }
    }
    Arrays.sort(byKey, unsettled, count);
    shards[shard] = grown;
    limits[shard] = usualLimit(grown.length);
    tagBits[shard] = (byte) (byTag ? tagBits[shard] - 1 : tagCapacity());
    counts[shard] = count - settledByKey - (count - unsettled);
    putAll(byKey, 0, settledByKey, read, hashes);
    putAll(byKey, unsettled, count, read, hashes);
  }

  private void place(int[] slots, int home, int tagAndNumber) {
    int slot = freeSlot(slots, home);
    slots[slot] = tagAndNumber | distance(slot - home & slots.length - 1);
  }

  /** Puts the numbers in {@code [from, to)}; reads many keys before it puts the first. */
  private void putAll(int[] numbers, int from, int to, long[] read, Hashes hashes) {
    for (int start = from; start < to; start += read.length) {
      int count = Math.min(read.length, to - start);
      for (int i = 0; i < count; i++) {
        read[i] = hashes.of(numbers[start + i]);
      }
      for (int i = 0; i < count; i++) {
        put(freeSlot(read[i]), read[i], numbers[start + i]);
      }
    }
  }
}
