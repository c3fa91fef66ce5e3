package org.trapnest.store;

import org.trapnest.bits.SetDigest;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/** An exact store of whole vectors: the plain twin of {@link TreeStore}, and its test oracle. */
public final class FlatStore implements StateStore {
  private final int wordCount;
  private final long maxStates;
  private final PagedRows vectors;
  private final HashIndex index;
  private final SetDigest digest = new SetDigest();
  private int size;

  /** An empty store for at most so many states of the given number of words. */
  public FlatStore(int wordCount, long maxStates, MemoryBudget budget) {
    this.wordCount = wordCount;
    this.maxStates = maxStates;
    this.vectors = new PagedRows(wordCount, budget);
    this.index = new HashIndex(budget);
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public void release(long number) {}

  @Override
  public long states() {
    return size;
  }

  @Override
  public long bytes() {
    return vectors.bytes() + index.bytes();
  }

  @Override
  public String digest() {
    return digest.toString();
  }

  @Override
  public double collisionBound() {
    return 0;
  }

  private long insert(long[] words, StateHash hash) {
    int slot = index.home(hash.low());
    for (int entry = index.entry(slot); entry != 0; entry = index.entry(slot)) {
      if (index.mayMatch(entry, hash.low()) && holds(index.number(entry), words)) {
        return ~(long) index.number(entry);
      }
      slot = index.next(slot);
    }
    if (size >= maxStates || !vectors.ensure(size)) {
      return StateStore.REFUSED;
    }
    if (!index.hasRoom()) {
      if (!growIndex()) {
        return StateStore.REFUSED;
      }
      slot = index.freeSlot(hash.low());
    }
    System.arraycopy(words, 0, vectors.page(size), vectors.offset(size), wordCount);
    index.put(slot, hash.low(), size);
    digest.add(hash);
    return size++;
  }

  private boolean growIndex() {
    if (!index.grow()) {
      return index.overfill();
    }
    StateHash hash = new StateHash();
    long[] words = new long[wordCount];
    for (int number = 0; number < size; number++) {
      read(number, words);
      hash.set(words, wordCount);
      index.put(index.freeSlot(hash.low()), hash.low(), number);
    }
    return true;
  }

  private boolean holds(int number, long[] words) {
    long[] page = vectors.page(number);
    int offset = vectors.offset(number);
    for (int i = 0; i < wordCount; i++) {
      if (page[offset + i] != words[i]) {
        return false;
      }
    }
    return true;
  }

  private void read(long number, long[] words) {
    System.arraycopy(vectors.page(number), vectors.offset(number), words, 0, wordCount);
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
      read(number, current);
      currentHash.set(current, wordCount);
    }

    @Override
    public long[] words() {
      return current;
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      hash.set(currentHash);
      SuccessorHash.follow(hash, current, words, changed);
      return FlatStore.this.insert(words, hash);
    }
  }
}
