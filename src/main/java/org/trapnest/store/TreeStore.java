package org.trapnest.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.trapnest.bits.Mixing;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * An exact store that folds each state into a tree of shared nodes ({@link StateTrees}) and has its
 * root as the key: some ten to thirty bytes a state, however long the vector is.
 */
public final class TreeStore extends StateStore {
  private static final long NONE = -1;

  /** In place of the number of the state at a cursor, where it has none yet. */
  private static final long AHEAD = -2;

  private final MemoryBudget budget;
  private StateTrees trees;

  /** An empty store for at most so many states of the given number of words. */
  public TreeStore(int wordCount, long maxStates, MemoryBudget budget) {
    super(wordCount, maxStates, 1, newTable(budget));
    this.budget = budget;
    this.trees = new StateTrees(wordCount, budget);
  }

  private static StateTable newTable(MemoryBudget budget) {
    return new StateTable(1, 1, (page, offset) -> Mixing.mix(page[offset]), budget);
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public long bytes() {
    return trees.bytes() + table.bytes();
  }

  @Override
  public boolean settle() {
    return trees.isDue(states()) && rebuild();
  }

  private boolean rebuild() {
    StateTable fresh = newTable(budget);
    long[] key = new long[1];
    Optional<StateTrees> settled =
        trees.settle(
            states(),
            this::root,
            root -> {
              key[0] = root;
              return fresh.add(key, Mixing.mix(root), true) != REFUSED;
            });
    budget.release(settled.isPresent() ? bytes() : fresh.bytes());
    if (settled.isPresent()) {
      trees = settled.get();
      table = fresh;
    }
    return settled.isPresent();
  }

  private long root(long number) {
    return table.page(number)[table.offset(number)];
  }

  @Override
  public void save(SnapshotWriter out) throws IOException {
    trees.save(out);
    super.save(out);
  }

  @Override
  public void load(SnapshotReader in) throws IOException {
    trees.release();
    trees = StateTrees.load(in, wordCount(), budget);
    super.load(in);
  }

  private final class Cursor implements StateCursor {
    private final long[] key = new long[1];
    private StateTrees read = trees;
    private TreeCursor tree = read.newCursor();
    private long number = NONE;
    // Only so that the loads of what is approached have a use.
    private long approached;

    @Override
    public void approach(long first, int count) {
      takeTrees();
      long sum = 0;
      for (long state = first; state < first + count; state++) {
        sum += tree.touch(root(state));
      }
      approached = sum;
    }

    @Override
    public void moveTo(long target) {
      takeTrees();
      number = target;
      tree.read(root(target));
    }

    /** Reads the state at the cursor again if the store has other trees since. */
    private void takeTrees() {
      if (read != trees) {
        read = trees;
        tree = read.newCursor();
        if (number >= 0) {
          tree.read(root(number));
        }
      }
    }

    @Override
    public void advance(Candidates proposed) {
      tree.advance();
      number = AHEAD;
    }

    @Override
    public ChangedWords moved() {
      return tree.moved();
    }

    @Override
    public long[] words() {
      return tree.words();
    }

    @Override
    public StateHash hash() {
      return tree.hash();
    }

    @Override
    public boolean holds(long other, long[] words) {
      moveTo(other);
      return Arrays.equals(words(), 0, wordCount(), words, 0, wordCount());
    }

    @Override
    public boolean propose(long[] words, ChangedWords changed, Candidates candidates) {
      long root = tree.encode(words, changed);
      if (root == StateTrees.NO_ROOT) {
        return false;
      }
      long[] keys = candidates.append(Mixing.mix(root));
      keys[candidates.lastKey()] = root;
      return true;
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      takeTrees();
      key[0] = tree.encode(words, changed);
      return key[0] == StateTrees.NO_ROOT
          ? StateStore.REFUSED
          : table.add(key, Mixing.mix(key[0]), allowance() > 0);
    }
  }
}
