package org.trapnest.store;

import java.io.IOException;
import org.trapnest.bits.SetDigest;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * A probabilistic store of 128-bit hashes: two states with equal hashes are taken for one, which
 * {@link #collisionBound} bounds. The words of a state are kept until it and its neighbours are
 * released. A candidate is its two lanes and its words.
 */
public final class HashStore extends StateStore {
  private static final int LANES = 2;

  private final LiveVectors vectors;

  /** An empty store for at most so many states of the given number of words. */
  public HashStore(int wordCount, long maxStates, MemoryBudget budget) {
    super(
        wordCount,
        maxStates,
        LANES + wordCount,
        new StateTable(LANES, LANES + wordCount, (page, offset) -> page[offset], budget));
    this.vectors = new LiveVectors(wordCount, budget);
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public void release(long from, long to) {
    for (long number = from; number < to; number++) {
      vectors.release(number);
    }
  }

  @Override
  public long bytes() {
    return table.bytes() + vectors.bytes();
  }

  @Override
  public double collisionBound() {
    return collisionBound(states());
  }

  /**
   * An upper bound on the probability that some two of {@code n} states have equal hashes, if
   * hashes are uniform and independent: the pairs of states over the hashes, at most n²/2^129.
   */
  public static double collisionBound(long states) {
    return (double) states * states * 0x1p-129;
  }

  @Override
  public void digestInto(SetDigest digest, long from) {
    StateHash hash = new StateHash();
    for (long number = from; number < states(); number++) {
      readHash(number, hash);
      digest.add(hash);
    }
  }

  @Override
  public void save(SnapshotWriter out) throws IOException {
    super.save(out);
    vectors.save(out);
  }

  @Override
  public void load(SnapshotReader in) throws IOException {
    super.load(in);
    vectors.load(in);
  }

  private void readHash(long number, StateHash hash) {
    long[] page = table.page(number);
    int offset = table.offset(number);
    hash.set(page[offset], page[offset + 1]);
  }

  @Override
  public boolean reserve(int freshCount) {
    return super.reserve(freshCount)
        && (freshCount == 0 || vectors.ensure(states() + freshCount - 1));
  }

  @Override
  public void store(Candidates block, long firstNumber) {
    super.store(block, firstNumber);
    long number = firstNumber;
    Candidates.Walk walk = block.newWalk();
    while (walk.next()) {
      keep(number++, block.share(walk.worker()).keys, walk.position() * keyWidth());
    }
  }

  private void keep(long number, long[] keys, int key) {
    System.arraycopy(keys, key + LANES, vectors.page(number), vectors.offset(number), wordCount());
  }

  private final class Cursor implements StateCursor {
    private final long[] current = new long[wordCount()];
    private final long[] key = new long[keyWidth()];
    private final StateHash currentHash = new StateHash();
    private final StateHash hash = new StateHash();
    private final ChangedWords moved = new ChangedWords(wordCount());

    Cursor() {
      currentHash.set(current, wordCount());
      moved.addAll();
    }

    @Override
    public void moveTo(long number) {
      if (!vectors.isLive(number)) {
        throw new IllegalStateException("only states that are not released are read: " + number);
      }
      moveTo(vectors.page(number), vectors.offset(number));
      readHash(number, currentHash);
    }

    private void moveTo(long[] source, int offset) {
      for (int i = 0; i < current.length; i++) {
        if (source[offset + i] != current[i]) {
          current[i] = source[offset + i];
          moved.add(i);
        }
      }
    }

    @Override
    public void advance(Candidates proposed) {
      long[] keys = proposed.lastKeys();
      int key = proposed.lastKey();
      moveTo(keys, key + LANES);
      currentHash.set(keys[key], keys[key + 1]);
    }

    @Override
    public ChangedWords moved() {
      return moved;
    }

    @Override
    public long[] words() {
      return current;
    }

    @Override
    public StateHash hash() {
      return currentHash;
    }

    @Override
    public boolean holds(long number, long[] words) {
      hash.set(words, words.length);
      long[] page = table.page(number);
      int offset = table.offset(number);
      return page[offset] == hash.low() && page[offset + 1] == hash.high();
    }

    @Override
    public boolean propose(long[] words, ChangedWords changed, Candidates candidates) {
      hash.set(currentHash);
      SuccessorHash.follow(hash, current, words, changed);
      long[] keys = candidates.append(hash.low());
      write(words, keys, candidates.lastKey());
      return true;
    }

    private void write(long[] words, long[] keys, int at) {
      keys[at] = hash.low();
      keys[at + 1] = hash.high();
      System.arraycopy(words, 0, keys, at + LANES, current.length);
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      hash.set(currentHash);
      SuccessorHash.follow(hash, current, words, changed);
      write(words, key, 0);
      boolean allowed = allowance() > 0 && vectors.ensure(states());
      long inserted = table.add(key, hash.low(), allowed);
      if (inserted >= 0) {
        keep(inserted, key, 0);
      }
      return inserted;
    }
  }
}
