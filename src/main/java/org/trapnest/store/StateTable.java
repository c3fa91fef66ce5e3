package org.trapnest.store;

import java.io.IOException;
import java.util.List;

/**
 * The set of states by their keys, rows of equally many longs, numbered from zero.
 *
 * <p>A key can be added alone, or a round of candidates in phases, in which all workers take part
 * and whose result does not depend on how many they are.
 */
final class StateTable {
  /*
   * Representation. Row n of `rows` is the key of state n; `index` has the numbers.
   *
   * A round. Each worker looks up the candidates of its own shards, in order, and puts those that
   * are new into the index. If there is but one share, they get their numbers and rows at once,
   * from `size` to `written`, and blocks may come one by one. Otherwise they get provisional numbers: `firstProvisional`, plus the
   * block of the candidate shifted by `blockShift`, plus its position in the worker's share. So a
   * later equal one finds it, and the new ones are the first of their kind whichever worker met
   * them when. When all is looked up it is known how many are new in each block; final numbers
   * follow the order of the candidates, and replace the provisional ones. Or the round is
   * truncated: its last new ones are removed, which leaves the index as if these had never been
   * put.
   *
   * Invariants.
   *  1. Between rounds each number in the index is below `size`, which is `written`.
   *  2. In a round a shard is touched by the worker that owns it alone.
   *  3. Rows below `written` hold the keys of their numbers.
   *  4. Provisional numbers are greater than all final ones of the round, so that an entry is known
   *     by its number while others have got their final ones.
   *
   * Why so. No slot is shared, so nothing needs an atomic operation; workers meet at barriers
   * only. A block of lookups first touches all home slots: these loads do not depend on each
   * other, so that the processor waits for many lines of memory at once instead of one by one.
   */
  private static final int TOUCH_AHEAD = 64;

  /** How the hash of a key is computed from the key. */
  interface KeyHash {
    long of(long[] page, int offset);
  }

  private final int keyWidth;
  private final int stride;
  private final KeyHash keyHash;
  private final PagedRows rows;
  private final StateIndex index;
  private List<Candidates> round = List.of();
  private int firstProvisional;
  private int blockShift;
  private int size;
  private int written;
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
    this.rows = new PagedRows(keyWidth, budget);
    this.index = new StateIndex(budget);
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
    return rows.bytes() + index.bytes();
  }

  /**
   * Adds one key, outside rounds.
   *
   * @return the number if it is new; its complement if it is known; {@link StateStore#REFUSED} if
   *     it is not known and there is no room, or none is allowed
   */
  long add(long[] key, long hash, boolean allowed) {
    int found = search(0, hash, key, 0);
    if (found >= 0) {
      return ~(long) found;
    }
    if (!allowed || !rows.ensure(size) || !index.fit(size)) {
      return StateStore.REFUSED;
    }
    int slot = slotWithRoom(0, hash, ~found);
    if (slot < 0) {
      return StateStore.REFUSED;
    }
    index.put(slot, hash, size);
    write(key, 0);
    return size++;
  }

  /** The number of a key, outside rounds; negative if it is not there. */
  long find(long[] keys, int from, long hash) {
    return search(0, hash, keys, from);
  }

  /**
   * Searches a key.
   *
   * @param worker who owns its shard
   * @return its number, or the complement of the free slot at which the search ended
   */
  private int search(int worker, long hash, long[] keys, int from) {
    int shard = StateIndex.shard(hash);
    int[] slots = index.slots(shard);
    int slot = StateIndex.home(hash, slots.length);
    int entry = slots[slot];
    if (entry == 0) {
      return ~slot;
    }
    int mask = index.mask(shard);
    int pattern = index.pattern(shard, hash);
    do {
      if (((entry ^ pattern) & mask) == 0 && isKey(worker, index.number(entry), keys, from)) {
        return index.number(entry);
      }
      slot = slot + 1 & slots.length - 1;
      pattern = index.further(pattern);
      entry = slots[slot];
    } while (entry != 0);
    return ~slot;
  }

  private boolean isKey(int worker, int number, long[] keys, int from) {
    if (number < written) {
      return equal(rows.page(number), rows.offset(number), keys, from);
    }
    Candidates.Share earlier = round.get(blockOf(number)).share(worker);
    return equal(earlier.keys, positionOf(number) * stride, keys, from);
  }

  private int blockOf(int provisional) {
    return provisional - firstProvisional >>> blockShift;
  }

  private int positionOf(int provisional) {
    return provisional - firstProvisional & (1 << blockShift) - 1;
  }

  private boolean equal(long[] left, int leftOffset, long[] right, int rightOffset) {
    for (int i = 0; i < keyWidth; i++) {
      if (left[leftOffset + i] != right[rightOffset + i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Where to put a new one: the free slot at which the search for it ended, if its shard has room,
   * or else that in the grown shard; -1 when there is no memory.
   */
  private int slotWithRoom(int worker, long hash, int slot) {
    int shard = StateIndex.shard(hash);
    if (index.hasRoom(shard)) {
      return slot;
    }
    boolean grown = index.grow(shard, size, number -> hash(worker, number));
    return grown ? index.freeSlot(hash) : -1;
  }

  private long hash(int worker, int number) {
    return number < written
        ? keyHash.of(rows.page(number), rows.offset(number))
        : round.get(blockOf(number)).share(worker).hashes[positionOf(number)];
  }

  /** Writes the next row. */
  private void write(long[] keys, int from) {
    copyKey(keys, from, written);
    written++;
  }

  private void copyKey(long[] source, int from, int number) {
    long[] page = rows.page(number);
    int offset = rows.offset(number);
    for (int i = 0; i < keyWidth; i++) {
      page[offset + i] = source[from + i];
    }
  }

  private boolean isAlone() {
    return round.get(0).workers() == 1;
  }

  /**
   * Begins a round; by one thread. One whose blocks have one share each may begin with empty
   * blocks.
   *
   * @return false, without effect, when there is no room for so many candidates; always true for
   *     one share
   */
  boolean begin(List<Candidates> blocks) {
    if (blocks.get(0).workers() > 1) {
      int most = blocks.stream().mapToInt(Candidates::size).max().orElse(0);
      long all = blocks.stream().mapToLong(Candidates::size).sum();
      int shift = 32 - Integer.numberOfLeadingZeros(most);
      if (!index.fit(size + all + ((long) blocks.size() << shift))) {
        return false;
      }
      firstProvisional = (int) (size + all);
      blockShift = shift;
    }
    round = blocks;
    return true;
  }

  /**
   * Looks up a worker's share of each block of the round, in order, where there are several shares;
   * by all workers at once.
   *
   * @return false when there was no room for a new one; the round must then be truncated to nothing
   */
  boolean lookUp(int worker) {
    int firstNumber = firstProvisional;
    for (Candidates block : round) {
      if (!lookUp(worker, block.share(worker), firstNumber)) {
        return false;
      }
      firstNumber += 1 << blockShift;
    }
    return true;
  }

  /** Looks up the next block of a round that one worker looks up; by one thread at a time. */
  boolean lookUp(Candidates block) {
    long most = (long) written + block.size();
    return rows.ensure(most) && index.fit(most) && lookUp(0, block.share(0), written);
  }

  private boolean lookUp(int worker, Candidates.Share share, int firstNumber) {
    boolean alone = isAlone();
    for (int from = 0; from < share.size; from += TOUCH_AHEAD) {
      int to = Math.min(from + TOUCH_AHEAD, share.size);
      touch(share.hashes, from, to);
      for (int position = from; position < to; position++) {
        long hash = share.hashes[position];
        int found = search(worker, hash, share.keys, position * stride);
        if (found >= 0) {
          continue;
        }
        int slot = slotWithRoom(worker, hash, ~found);
        if (slot < 0) {
          return false;
        }
        index.put(slot, hash, alone ? written : firstNumber + position);
        share.freshen(position);
        if (alone) {
          write(share.keys, position * stride);
        }
      }
    }
    return true;
  }

  private void touch(long[] hashes, int from, int to) {
    int sum = 0;
    for (int position = from; position < to; position++) {
      int[] slots = index.slots(StateIndex.shard(hashes[position]));
      sum += slots[StateIndex.home(hashes[position], slots.length)];
    }
    if (sum == 1) {
      // Only so that the loads have a use.
      touched = sum;
    }
  }

  /** Makes room for the rows of so many new states; by one thread. */
  boolean reserve(int freshCount) {
    return freshCount == 0 || rows.ensure((long) size + freshCount - 1);
  }

  /**
   * Gives the new ones of a worker's share their final numbers; by all workers at once.
   *
   * @param firstNumbers for each block that of its first new one
   */
  void renumber(int worker, long[] firstNumbers) {
    if (isAlone()) {
      return;
    }
    int provisional = firstProvisional;
    for (int block = 0; block < firstNumbers.length; block++) {
      Candidates candidates = round.get(block);
      Candidates.Share share = candidates.share(worker);
      int number = (int) firstNumbers[block];
      Candidates.Walk walk = candidates.newWalk();
      while (walk.next()) {
        if (walk.worker() == worker) {
          index.renumber(share.hashes[walk.position()], provisional + walk.position(), number);
        }
        number++;
      }
      provisional += 1 << blockShift;
    }
  }

  /** Writes the rows of the new ones of a block; by any one thread for each block. */
  void writeRows(Candidates block, int firstNumber) {
    if (isAlone()) {
      return;
    }
    int number = firstNumber;
    block.clearFresh();
    Candidates.Walk walk = block.newWalk();
    while (walk.next()) {
      copyKey(block.share(walk.worker()).keys, walk.position() * stride, number++);
      block.noteFresh(walk);
    }
  }

  /** Ends a round whose new states, so many, have numbers and rows; by one thread. */
  void end(int freshCount) {
    size += freshCount;
    written = size;
    round = List.of();
  }

  /**
   * Takes away all new ones of the round but the first few; by one thread, when all is looked up
   * and nothing is renumbered.
   */
  void truncate(int kept) {
    int seen = 0;
    int provisional = firstProvisional;
    for (Candidates block : round) {
      Candidates.Walk walk = block.newWalk();
      while (walk.next()) {
        if (seen >= kept) {
          Candidates.Share share = block.share(walk.worker());
          int number = isAlone() ? size + seen : provisional + walk.position();
          index.remove(share.hashes[walk.position()], number);
          share.stale(walk.position());
        }
        seen++;
      }
      provisional += 1 << blockShift;
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
    boolean room = index.fit(count);
    for (; room && size < count; size++) {
      written = size + 1;
      long hash = hash(0, size);
      int slot = slotWithRoom(0, hash, index.freeSlot(hash));
      room = slot >= 0;
      if (room) {
        index.put(slot, hash, size);
      }
    }
    if (!room) {
      throw new IOException("it needs more memory than is allowed");
    }
  }
}
