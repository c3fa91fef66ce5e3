package org.trapnest.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * An exact store for systems in which most states have one successor: of a run of such states only
 * some have their trees kept, from which the others follow by stepping. States come in rounds only.
 */
public final class RunStore extends StateStore {
  /*
   * Representation. A state's key is the low lane of its hash. A state is held if its tree is among
   * `trees`, with the root that `held` has for it. Any other one is derived: it is the only
   * successor of its parent, and one of the states not far before it is held. To read it is to read
   * that one and to step. A candidate is its key and its root, or NO_ROOT if it is the only
   * successor of the state that it was proposed at and is not held.
   *
   * A look-up takes states with equal keys for equal. When a round is numbered, each candidate that
   * was taken for a known state is compared with that state as a whole (`confirms`): by the roots,
   * if there are both, or else word by word. If two differ, the search is void and must be made
   * with a store that compares before; keys of n states collide with a probability below n²/2^65.
   *
   * Invariants, as long as all rounds are confirmed.
   *  1. Two states have the same key exactly if they are equal.
   *  2. A state without a root has a parent that has no other successor.
   *  3. At a cursor, `waiting` says that the one successor that was proposed has no tree yet; it
   *     gets one before another is proposed.
   *
   * Why so. To find the nodes of each state costs more than the step that leads to it, and of a run
   * nobody asks for the inner states again: they are expanded on the way, and only one state in some
   * dozens is reached a second time. So most states cost their key and their entry in the index.
   * Where runs meet, a derived state is read for the comparison. With a tree at every k-th state of
   * a run, trees cost t / k steps a state, and comparisons about m k if a part m of the transitions
   * leads to known states: that is the least where k is the root of t / m.
   */
  private static final int MOST_DERIVED = 16;

  /** With fewer in a row, to look up all trees is better. */
  private static final int LEAST_DERIVED = 4;

  /** To find the nodes of a tree takes about as long as so many steps. */
  private static final double STEPS_PER_TREE = 1.5;

  private static final int KEY_WIDTH = 2;

  private final MemoryBudget budget;
  private final Derivation derivation;
  private final HeldRoots held;
  private StateTrees trees;
  private List<Candidates> round = List.of();
  private long candidates;
  private int mostDerived = MOST_DERIVED;

  /** An empty store for at most so many states of the given number of words. */
  public RunStore(int wordCount, long maxStates, MemoryBudget budget, Derivation derivation) {
    super(
        wordCount,
        maxStates,
        KEY_WIDTH,
        new StateTable(1, KEY_WIDTH, (page, offset) -> page[offset], budget));
    this.budget = budget;
    this.derivation = derivation;
    this.held = new HeldRoots(budget);
    this.trees = new StateTrees(wordCount, budget);
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public long bytes() {
    return table.bytes() + held.bytes() + trees.bytes();
  }

  @Override
  public boolean derives() {
    return true;
  }

  @Override
  public boolean settle() {
    if (!trees.isDue(held.count())) {
      return false;
    }
    Optional<StateTrees> settled = held.settle(trees);
    if (settled.isPresent()) {
      trees.release();
      trees = settled.get();
    }
    return settled.isPresent();
  }

  @Override
  public boolean begin(List<Candidates> blocks) {
    round = blocks;
    return super.begin(blocks);
  }

  @Override
  public boolean reserve(int freshCount) {
    return super.reserve(freshCount) && held.ensure(states() + freshCount, freshCount);
  }

  @Override
  public void end(int freshCount) {
    long number = states();
    for (Candidates block : freshCount == 0 ? List.<Candidates>of() : round) {
      Candidates.Walk walk = block.newWalk();
      while (walk.next()) {
        long root = root(walk, block);
        if (root != StateTrees.NO_ROOT) {
          held.put(number, root);
        }
        number++;
      }
    }
    for (Candidates block : round) {
      candidates += block.size();
    }
    round = List.of();
    super.end(freshCount);
    balance();
  }

  /** The root in the key of a candidate. */
  private static long root(Candidates.Walk walk, Candidates block) {
    return block.share(walk.worker()).keys[walk.position() * KEY_WIDTH + 1];
  }

  /** Chooses how many states in a row are derived. */
  private void balance() {
    long known = candidates - states();
    double best = Math.sqrt(STEPS_PER_TREE * states() / Math.max(1, known));
    mostDerived = best < LEAST_DERIVED ? 1 : (int) Math.min(MOST_DERIVED, best);
  }

  @Override
  public void save(SnapshotWriter out) throws IOException {
    super.save(out);
    trees.save(out);
    held.save(out, states());
  }

  @Override
  public void load(SnapshotReader in) throws IOException {
    super.load(in);
    trees.release();
    trees = StateTrees.load(in, wordCount(), budget);
    held.load(in, states());
  }

  private RunReader newReader(boolean ownsMoved) {
    return new RunReader(trees, derivation.newExpander(), ownsMoved);
  }

  private final class Cursor implements StateCursor {
    private final RunReader reader = newReader(false);
    private final RunReader known = newReader(true);
    private final RunReader other = newReader(true);
    private final StateHash hash = new StateHash();

    /** The first state that was proposed, while its tree is not looked up. */
    private final Patch patch = new Patch();

    private boolean waiting;
    private boolean placed;
    private int proposals;
    private int steps;

    @Override
    public void moveTo(long number) {
      steps = reader.read(trees, held, derivation, number);
      arrive();
    }

    private void arrive() {
      waiting = false;
      proposals = 0;
      placed = true;
    }

    @Override
    public void advance(Candidates proposed) {
      if (waiting) {
        reader.tree().follow(patch);
        steps++;
        if (steps >= mostDerived) {
          hold();
        }
      } else {
        reader.tree().advance();
        steps = 0;
      }
      arrive();
    }

    @Override
    public long[] words() {
      return reader.tree().words();
    }

    @Override
    public ChangedWords moved() {
      return reader.tree().moved();
    }

    @Override
    public StateHash hash() {
      return reader.tree().hash();
    }

    @Override
    public boolean holds(long number, long[] words) {
      moveTo(number);
      return Arrays.equals(words(), 0, wordCount(), words, 0, wordCount());
    }

    @Override
    public boolean propose(long[] words, ChangedWords changed, Candidates candidates) {
      TreeCursor tree = reader.tree();
      if (waiting && !encodeWaiting(candidates)) {
        return false;
      }
      boolean first = proposals++ == 0;
      hash.set(tree.hash());
      if (first && placed && steps < 2 * MOST_DERIVED) {
        patch.record(tree.words(), words, changed, hash);
        waiting = true;
        append(candidates, hash.low(), StateTrees.NO_ROOT);
        return true;
      }
      SuccessorHash.follow(hash, tree.words(), words, changed);
      long root = hold() ? tree.encode(words, changed) : StateTrees.NO_ROOT;
      if (root != StateTrees.NO_ROOT) {
        append(candidates, hash.low(), root);
      }
      return root != StateTrees.NO_ROOT;
    }

    private void append(Candidates candidates, long low, long root) {
      long[] keys = candidates.append(low);
      keys[candidates.lastKey()] = low;
      keys[candidates.lastKey() + 1] = root;
    }

    @Override
    public boolean isDerived() {
      return !reader.tree().isFolded();
    }

    @Override
    public void proposeDerived(long low, Candidates candidates) {
      append(candidates, low, StateTrees.NO_ROOT);
    }

    @Override
    public boolean hold() {
      boolean folded = reader.tree().fold();
      steps = folded ? 0 : steps;
      return folded;
    }

    /** Makes the state that waits have a tree, since it is not the only successor. */
    private boolean encodeWaiting(Candidates proposed) {
      long root = hold() ? reader.tree().encode(patch) : StateTrees.NO_ROOT;
      waiting = false;
      proposed.lastKeys()[proposed.lastKey() + 1] = root;
      return root != StateTrees.NO_ROOT;
    }

    @Override
    public void complete(long[] keys, int from) {
      if (reader.tree().isFolded()) {
        keys[from + 1] = reader.tree().root();
      }
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      throw new UnsupportedOperationException("states come in rounds");
    }

    @Override
    public boolean confirms(Candidates block, IntToLongFunction parents) {
      Candidates.Walk walk = block.newKnownWalk();
      while (walk.next()) {
        long number = numberAt(walk, block);
        if (number >= 0 && !isSame(number, root(walk, block), parents, walk.candidate())) {
          return false;
        }
      }
      return true;
    }

    private boolean isSame(long number, long root, IntToLongFunction parents, int candidate) {
      long knownRoot = held.root(number);
      if (root != StateTrees.NO_ROOT && knownRoot != StateTrees.NO_ROOT) {
        return root == knownRoot;
      }
      if (root == StateTrees.NO_ROOT) {
        other.read(trees, held, derivation, parents.applyAsLong(candidate));
        other.step();
      } else {
        other.read(trees, root);
      }
      known.read(trees, held, derivation, number);
      return Arrays.equals(known.tree().words(), other.tree().words());
    }
  }
}
