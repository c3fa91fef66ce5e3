package org.trapnest.store;

import org.trapnest.bits.SetDigest;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * A probabilistic store of 128-bit hashes: two states with equal hashes are taken for one, which
 * {@link #collisionBound} bounds. The words of a state are kept until it is released.
 */
public final class HashStore implements StateStore {
  /*
   * Row n of `hashes` is the hash of state n. Row slot(n) of `vectors` holds its words while it is
   * not released; free rows are linked through their first word, from `freeRow` on. The index is
   * keyed by the low lane.
   */
  private static final long NO_ROW = -1;

  private final int wordCount;
  private final long maxStates;
  private final PagedRows hashes;
  private final PagedRows rowNumbers;
  private final PagedRows vectors;
  private final HashIndex index;
  private final SetDigest digest = new SetDigest();
  private int size;
  private long rowCount;
  private long freeRow = NO_ROW;

  /** An empty store for at most so many states of the given number of words. */
  public HashStore(int wordCount, long maxStates, MemoryBudget budget) {
    this.wordCount = wordCount;
    this.maxStates = maxStates;
    this.hashes = new PagedRows(2, budget);
    this.rowNumbers = new PagedRows(1, budget);
    this.vectors = new PagedRows(wordCount, budget);
    this.index = new HashIndex(budget);
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public void release(long number) {
    long row = rowNumber(number);
    vectors.set(row, freeRow);
    freeRow = row;
    setRowNumber(number, NO_ROW);
  }

  @Override
  public long states() {
    return size;
  }

  @Override
  public long bytes() {
    return hashes.bytes() + rowNumbers.bytes() + vectors.bytes() + index.bytes();
  }

  @Override
  public String digest() {
    return digest.toString();
  }

  @Override
  public double collisionBound() {
    return collisionBound(size);
  }

  /**
   * An upper bound on the probability that some two of {@code n} states have equal hashes, if
   * hashes are uniform and independent: the pairs of states over the hashes, at most n²/2^129.
   */
  public static double collisionBound(long states) {
    return (double) states * states * 0x1p-129;
  }

  /** Row numbers are packed two in a long. */
  private long rowNumber(long number) {
    return (int) (rowNumbers.get(number >>> 1) >>> shift(number));
  }

  private void setRowNumber(long number, long row) {
    long others = rowNumbers.get(number >>> 1) & ~(0xffffffffL << shift(number));
    rowNumbers.set(number >>> 1, others | (row & 0xffffffffL) << shift(number));
  }

  private static int shift(long number) {
    return (int) (number & 1) << 5;
  }

  private long insert(long[] words, StateHash hash) {
    int slot = index.home(hash.low());
    for (int entry = index.entry(slot); entry != 0; entry = index.entry(slot)) {
      if (index.mayMatch(entry, hash.low()) && holds(index.number(entry), hash)) {
        return ~(long) index.number(entry);
      }
      slot = index.next(slot);
    }
    if (size >= maxStates || !ensureRows()) {
      return StateStore.REFUSED;
    }
    if (!index.hasRoom()) {
      if (!growIndex()) {
        return StateStore.REFUSED;
      }
      slot = index.freeSlot(hash.low());
    }
    index.put(slot, hash.low(), size);
    hashes.page(size)[hashes.offset(size)] = hash.low();
    hashes.page(size)[hashes.offset(size) + 1] = hash.high();
    keep(words);
    digest.add(hash);
    return size++;
  }

  private boolean ensureRows() {
    return hashes.ensure(size)
        && rowNumbers.ensure(size >>> 1)
        && (freeRow != NO_ROW || vectors.ensure(rowCount));
  }

  private void keep(long[] words) {
    long row = freeRow;
    if (row == NO_ROW) {
      row = rowCount++;
    } else {
      freeRow = vectors.get(row);
    }
    System.arraycopy(words, 0, vectors.page(row), vectors.offset(row), wordCount);
    setRowNumber(size, row);
  }

  private boolean growIndex() {
    if (!index.grow()) {
      return index.overfill();
    }
    for (int number = 0; number < size; number++) {
      long low = hashes.get(number);
      index.put(index.freeSlot(low), low, number);
    }
    return true;
  }

  private boolean holds(int number, StateHash hash) {
    long[] page = hashes.page(number);
    int offset = hashes.offset(number);
    return page[offset] == hash.low() && page[offset + 1] == hash.high();
  }

  private final class Cursor implements StateCursor {
    private final long[] current = new long[wordCount];
    private final StateHash currentHash = new StateHash();
    private final StateHash hash = new StateHash();

    Cursor() {
      currentHash.set(current, wordCount);
    }

    @Override
    public void moveTo(long number) {
      long row = rowNumber(number);
      if (row == NO_ROW) {
        throw new IllegalStateException("only states that are not released are read: " + number);
      }
      System.arraycopy(vectors.page(row), vectors.offset(row), current, 0, wordCount);
      currentHash.set(
          hashes.page(number)[hashes.offset(number)],
          hashes.page(number)[hashes.offset(number) + 1]);
    }

    @Override
    public long[] words() {
      return current;
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      hash.set(currentHash);
      SuccessorHash.follow(hash, current, words, changed);
      return HashStore.this.insert(words, hash);
    }
  }
}
