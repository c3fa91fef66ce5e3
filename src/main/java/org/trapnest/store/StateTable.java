package org.trapnest.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The set of states by their keys, rows of equally many longs, numbered from zero.
 *
 * <p>A key can be added alone, or a round of candidates in phases, in which all workers take part
 * and whose result does not depend on how many they are.
 */
final class StateTable {
  /*
   * Representation. Row n of `rows` is the key of state n. Numbers are found through 4096 slot
   * arrays, the shards, chosen by the highest bits of the key's hash: so many that each is small
   * beside the regions in which the collector gives out memory.
   *
   * A round. Each worker looks up the candidates of its own shards, in order, and puts those that
   * are new into free slots under provisional numbers: `size`, plus the block of the candidate
   * shifted by `blockShift`, plus the candidate. So a later equal one finds it, and the new ones
   * are the first of their kind whichever worker met them when. When all is looked up it is known
   * how many are new in each block; final numbers follow the order of the candidates, and replace
   * the provisional ones in the slots. Or the round is truncated: the slots of its
   * last new ones are freed, which leaves the arrays as if these had never been put, since linear
   * probing can take away first what it put last.
   *
   * Invariants.
   *  1. Between rounds each number in a slot is below `size`, and each row below `size` has a slot.
   *  2. In a round a shard is touched by the worker that owns it alone.
   *  3. All shards give numbers equally many bits.
   *
   * Why so. No slot is shared, so nothing needs an atomic operation; workers meet at barriers
   * only. A block of lookups first touches all home slots: these loads do not depend on each
   * other, so that the processor waits for many lines of memory at once instead of one by one.
   */
  private static final int TOUCH_AHEAD = 64;
  private static final int FIRST_NUMBER_BITS = 20;

  /** How the hash of a key is computed from the key. */
  interface KeyHash {
    long of(long[] page, int offset);
  }

  private final int keyWidth;
  private final int stride;
  private final KeyHash keyHash;
  private final MemoryBudget budget;
  private final PagedRows rows;
  private final SlotArray[] shards = new SlotArray[1 << SlotArray.SHARD_BITS];
  private final int[] counts = new int[shards.length];
  private final int[] limits = new int[shards.length];
  private List<Candidates> round = List.of();
  private int blockShift;
  private int size;
  private int touched;

  /**
   * An empty table.
   *
   * @param keyWidth the number of longs in each key
   * @param stride the number of longs that a candidate takes, which begin with its key
   */
  StateTable(int keyWidth, int stride, KeyHash keyHash, MemoryBudget budget) {
    this.keyWidth = keyWidth;
    this.stride = stride;
    this.keyHash = keyHash;
    this.budget = budget;
    this.rows = new PagedRows(keyWidth, budget);
    for (int i = 0; i < shards.length; i++) {
      use(i, new SlotArray(SlotArray.FIRST_LENGTH, FIRST_NUMBER_BITS));
      budget.charge(shards[i].bytes());
    }
  }

  private void use(int shard, SlotArray array) {
    shards[shard] = array;
    limits[shard] = array.usualLimit();
  }

  private static int shard(long hash) {
    return (int) (hash >>> 64 - SlotArray.SHARD_BITS);
  }

  int size() {
    return size;
  }

  KeyHash keyHash() {
    return keyHash;
  }

  /** The page that holds the key of a state. */
  long[] page(long number) {
    return rows.page(number);
  }

  int offset(long number) {
    return rows.offset(number);
  }

  long bytes() {
    long bytes = rows.bytes();
    for (SlotArray shard : shards) {
      bytes += shard.bytes();
    }
    return bytes;
  }

  /**
   * Adds one key, outside rounds.
   *
   * @return the number if it is new; its complement if it is known; {@link StateStore#REFUSED} if
   *     it is not known and there is no room, or none is allowed
   */
  long add(long[] key, long hash, boolean allowed) {
    int shard = shard(hash);
    SlotArray array = shards[shard];
    int slot = array.home(hash);
    for (int entry = array.slots[slot]; entry != 0; entry = array.slots[slot]) {
      if (array.mayMatch(entry, hash)) {
        int number = array.number(entry);
        if (equal(rows.page(number), rows.offset(number), key, 0)) {
          return ~(long) number;
        }
      }
      slot = array.next(slot);
    }
    if (!allowed || !rows.ensure(size) || !fits(size) || !hasRoom(shard)) {
      return StateStore.REFUSED;
    }
    array = shards[shard];
    array.put(array.freeSlot(hash), hash, size);
    counts[shard]++;
    copyKey(key, 0, size);
    return size++;
  }

  /** Gives numbers enough bits; false when there are none. */
  private boolean fits(long number) {
    if (shards[0].fits(number)) {
      return true;
    }
    int bits = SlotArray.numberBits(number);
    if (bits > SlotArray.MOST_NUMBER_BITS) {
      return false;
    }
    for (int i = 0; i < shards.length; i++) {
      shards[i] = shards[i].widened(bits);
    }
    return true;
  }

  private boolean equal(long[] left, int leftOffset, long[] right, int rightOffset) {
    for (int i = 0; i < keyWidth; i++) {
      if (left[leftOffset + i] != right[rightOffset + i]) {
        return false;
      }
    }
    return true;
  }

  private boolean hasRoom(int shard) {
    return counts[shard] < limits[shard] || grow(shard);
  }

  /** Grows a shard, or else permits a higher load; returns whether there is room now. */
  private boolean grow(int shard) {
    SlotArray old = shards[shard];
    Optional<SlotArray> room = SlotArray.reserve(old.nextLength(), old.numberBits(), budget);
    if (room.isEmpty()) {
      limits[shard] = old.hardLimit();
      return counts[shard] < limits[shard];
    }
    SlotArray fresh = room.get();
    List<Integer> provisional = moveNumbered(old, fresh);
    Collections.sort(provisional);
    provisional.forEach(number -> move(number, fresh));
    budget.release(old.bytes());
    use(shard, fresh);
    return true;
  }

  /** Moves all final numbers of a shard; returns the provisional ones. */
  private List<Integer> moveNumbered(SlotArray old, SlotArray fresh) {
    List<Integer> provisional = new ArrayList<>();
    int[] numbers = new int[TOUCH_AHEAD];
    long[] hashes = new long[TOUCH_AHEAD];
    int waiting = 0;
    for (int entry : old.slots) {
      int number = old.number(entry);
      if (number >= size) {
        provisional.add(number);
      } else if (number >= 0) {
        numbers[waiting++] = number;
        if (waiting == TOUCH_AHEAD) {
          moveNumbered(numbers, hashes, waiting, fresh);
          waiting = 0;
        }
      }
    }
    moveNumbered(numbers, hashes, waiting, fresh);
    return provisional;
  }

  /** Reads many keys before it puts the first, as lookups do. */
  private void moveNumbered(int[] numbers, long[] hashes, int count, SlotArray fresh) {
    for (int i = 0; i < count; i++) {
      hashes[i] = keyHash.of(rows.page(numbers[i]), rows.offset(numbers[i]));
    }
    for (int i = 0; i < count; i++) {
      fresh.put(fresh.freeSlot(hashes[i]), hashes[i], numbers[i]);
    }
  }

  /** Moves a candidate of the round, after all that was put before it. */
  private void move(int number, SlotArray target) {
    Candidates block = round.get(number - size >>> blockShift);
    int candidate = number - size & (1 << blockShift) - 1;
    long hash = block.hashes[candidate];
    block.slots[candidate] = target.freeSlot(hash);
    target.put(block.slots[candidate], hash, number);
  }

  /**
   * Begins a round; by one thread.
   *
   * @return false, without effect, when there are no numbers for so many candidates
   */
  boolean begin(List<Candidates> blocks) {
    int most = blocks.stream().mapToInt(Candidates::size).max().orElse(0);
    int shift = 32 - Integer.numberOfLeadingZeros(most);
    if (!fits(size + ((long) blocks.size() << shift))) {
      return false;
    }
    round = blocks;
    blockShift = shift;
    return true;
  }

  /**
   * Looks up a worker's share of each block of the round, in order; by all workers at once.
   *
   * @return false when there was no room for a new one; the round must then be truncated to nothing
   */
  boolean lookUp(int worker) {
    for (Candidates block : round) {
      block.skip(worker);
    }
    int number = size;
    for (Candidates block : round) {
      if (!lookUp(worker, block, number)) {
        return false;
      }
      number += 1 << blockShift;
    }
    return true;
  }

  private boolean lookUp(int worker, Candidates block, int firstNumber) {
    int fresh = 0;
    int shareSize = block.shareSize(worker);
    for (int from = 0; from < shareSize; from += TOUCH_AHEAD) {
      int to = Math.min(from + TOUCH_AHEAD, shareSize);
      touch(block, worker, from, to);
      for (int position = from; position < to; position++) {
        int candidate = block.share(worker, position);
        if (!lookUp(block, candidate, firstNumber + candidate)) {
          return false;
        }
        fresh += block.isFresh(candidate) ? 1 : 0;
      }
    }
    block.countFresh(worker, fresh);
    return true;
  }

  private void touch(Candidates block, int worker, int from, int to) {
    int sum = 0;
    for (int position = from; position < to; position++) {
      long hash = block.hashes[block.share(worker, position)];
      SlotArray array = shards[shard(hash)];
      sum += array.slots[array.home(hash)];
    }
    if (sum == 1) {
      // Only so that the loads have a use.
      touched = sum;
    }
  }

  private boolean lookUp(Candidates block, int candidate, int provisional) {
    long hash = block.hashes[candidate];
    int shard = shard(hash);
    SlotArray array = shards[shard];
    int slot = array.home(hash);
    for (int entry = array.slots[slot]; entry != 0; entry = array.slots[slot]) {
      if (array.mayMatch(entry, hash) && isKey(array.number(entry), block, candidate)) {
        block.slots[candidate] = Candidates.KNOWN;
        return true;
      }
      slot = array.next(slot);
    }
    if (counts[shard] >= limits[shard]) {
      if (!grow(shard)) {
        return false;
      }
      array = shards[shard];
      slot = array.freeSlot(hash);
    }
    array.put(slot, hash, provisional);
    block.slots[candidate] = slot;
    counts[shard]++;
    return true;
  }

  private boolean isKey(int number, Candidates block, int candidate) {
    if (number < size) {
      return equal(rows.page(number), rows.offset(number), block.keys, candidate * stride);
    }
    long[] earlier = round.get(number - size >>> blockShift).keys;
    int index = number - size & (1 << blockShift) - 1;
    return equal(earlier, index * stride, block.keys, candidate * stride);
  }

  /** Makes room for the rows of so many new states; by one thread. */
  boolean reserve(int freshCount) {
    return freshCount == 0 || rows.ensure((long) size + freshCount - 1);
  }

  /** Numbers the new ones of a block from a number on; by any one thread for each block. */
  void number(Candidates block, int firstNumber) {
    int number = firstNumber;
    for (int candidate = 0; candidate < block.size(); candidate++) {
      if (block.slots[candidate] >= 0) {
        number(block, candidate, number++);
      }
    }
  }

  private void number(Candidates block, int candidate, int number) {
    long hash = block.hashes[candidate];
    shards[shard(hash)].put(block.slots[candidate], hash, number);
    copyKey(block.keys, candidate * stride, number);
  }

  private void copyKey(long[] source, int from, int number) {
    long[] page = rows.page(number);
    int offset = rows.offset(number);
    for (int i = 0; i < keyWidth; i++) {
      page[offset + i] = source[from + i];
    }
  }

  /** Ends a round whose blocks are numbered, with so many new states; by one thread. */
  void end(int freshCount) {
    size += freshCount;
    round = List.of();
  }

  /**
   * Takes away all new ones of the round but the first few; by one thread, when all is looked up
   * and nothing is numbered.
   */
  void truncate(int kept) {
    int left = kept;
    for (Candidates block : round) {
      for (int candidate = 0; candidate < block.size(); candidate++) {
        if (block.isFresh(candidate) && --left < 0) {
          int shard = shard(block.hashes[candidate]);
          shards[shard].slots[block.slots[candidate]] = 0;
          counts[shard]--;
          block.slots[candidate] = Candidates.KNOWN;
        }
      }
    }
  }

  /** Writes all keys, outside rounds. */
  void save(SnapshotWriter out) throws IOException {
    out.put(size);
    rows.save(out, size);
  }

  /** Reads all keys into an empty table. */
  void load(SnapshotReader in) throws IOException {
    int count = Math.toIntExact(in.take());
    rows.load(in, count);
    size = count;
    boolean room = fits(count);
    for (int number = 0; room && number < count; number++) {
      long hash = keyHash.of(rows.page(number), rows.offset(number));
      int shard = shard(hash);
      room = hasRoom(shard);
      shards[shard].put(shards[shard].freeSlot(hash), hash, number);
      counts[shard]++;
    }
    if (!room) {
      throw new IOException("it needs more memory than is allowed");
    }
  }
}
