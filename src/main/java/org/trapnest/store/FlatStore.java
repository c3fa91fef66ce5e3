package org.trapnest.store;

import java.util.Arrays;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/** An exact store of whole vectors: the plain twin of {@link TreeStore}, and its test oracle. */
public final class FlatStore extends StateStore {

  /** An empty store for at most so many states of the given number of words. */
  public FlatStore(int wordCount, long maxStates, MemoryBudget budget) {
    super(
        wordCount,
        maxStates,
        wordCount,
        new StateTable(
            wordCount, wordCount, (page, offset) -> hash(page, offset, wordCount), budget));
  }

  private static long hash(long[] page, int offset, int wordCount) {
    StateHash hash = new StateHash();
    hash.set(page, offset, 0, wordCount);
    return hash.low();
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public long bytes() {
    return table.bytes();
  }

  private final class Cursor implements StateCursor {
    private final long[] current = new long[wordCount()];
    private final StateHash currentHash = new StateHash();
    private final StateHash hash = new StateHash();
    private final ChangedWords moved = new ChangedWords(wordCount());

    Cursor() {
      currentHash.set(current, wordCount());
      moved.addAll();
    }

    @Override
    public void moveTo(long number) {
      moveTo(table.page(number), table.offset(number));
    }

    private void moveTo(long[] source, int offset) {
      for (int i = 0; i < current.length; i++) {
        long word = source[offset + i];
        if (word != current[i]) {
          currentHash.replace(i, current[i], word);
          current[i] = word;
          moved.add(i);
        }
      }
    }

    @Override
    public void advance(Candidates proposed) {
      moveTo(proposed.lastKeys(), proposed.lastKey());
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
      moveTo(number);
      return Arrays.equals(current, words);
    }

    @Override
    public boolean propose(long[] words, ChangedWords changed, Candidates candidates) {
      hash.set(currentHash);
      SuccessorHash.follow(hash, current, words, changed);
      long[] keys = candidates.append(hash.low());
      System.arraycopy(words, 0, keys, candidates.lastKey(), current.length);
      return true;
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      hash.set(currentHash);
      SuccessorHash.follow(hash, current, words, changed);
      return table.add(words, hash.low(), allowance() > 0);
    }
  }
}
