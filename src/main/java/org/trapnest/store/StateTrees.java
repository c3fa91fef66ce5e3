package org.trapnest.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trees of shared nodes over the vectors of states: two states are equal exactly if their roots
 * are. All threads may read and add trees at once, each through its own {@link TreeCursor}.
 */
final class StateTrees {
  /*
   * Representation. A tree of fixed shape stands over the words of a state, with two children at
   * the root and two to four at other inner nodes. Each node of a state's tree has a 32-bit id: a
   * leaf's id stands for the word's value, an inner node's id for the tuple of its children's ids,
   * its key. The pair at the root stands for the state; the keys of all other inner nodes are
   * numbered by the table `nodes`. Values of 0 to 2^31-1 are their own ids; other values are
   * numbered by the table `values`, and their ids have the sign bit set. Ids depend on which worker
   * came first; whether two keys are equal does not.
   *
   * Invariants.
   *  1. Below one node position, equal ids mean equal words: each table numbers a key once.
   *  2. Two states are equal exactly if their root pairs are.
   *  3. The children's ids are in the tables before the key is. A refused insertion may leave
   *     nodes behind that no root reaches; they cost memory and nothing else.
   *  4. At a folded cursor, ids[n] is the id of node n for the words at the cursor, or NONE before
   *     the first move; next[n] is that for the state encoded last, and differs from ids[n] only
   *     for the nodes in touched; dirty is empty. The place of a child that a node does not have is
   *     taken by a node of its own, whose id is always zero.
   *  5. At a cursor that is not folded, since it followed patches, dirty has the leaves whose words
   *     may differ from what ids says. In either case the lanes of the leaves are those of the
   *     words at the cursor.
   *
   * Why so. A step changes a handful of words, hence only the nodes above them: the cursor holds
   * the parent's ids, and an insertion looks up as many keys as there are such nodes, and stops
   * where an id comes out as the parent's. A move descends only where the ids differ from those
   * that the cursor has; breadth-first neighbours share most subtrees. The words' hashes are
   * followed on moves alone, since a breadth-first search takes the digest where it expands.
   * Four children rather than two: a node of a binary tree between two others is looked up at each
   * step below it, and has no value that the node above it does not have too.
   * One table for all inner positions shares equal parts of different stacks. The tables are
   * dense, with the hash index beside them, rather than open-addressing tables of keys whose
   * slots are the ids: so ids survive growth, and states have their numbers in order.
   *
   * The shape. A state costs eight bytes for its root, what its store keeps besides, and next to
   * nothing else if both halves of the vector are shared among many states; a shape that
   * puts all that changes into one half doubles it. So the trees start balanced, with one word a
   * leaf, and are rebuilt in a shape that fits a sample of the states (FittedShape): when there are
   * some thousands, once more when there are some ten thousands, and later only if the
   * inner tables hold more keys for each state than before: a copy costs as much as the exploration
   * of as many states. It is done between rounds and does not change numbers; each cursor notices
   * that the shape is another one.
   *
   * Leaves of several words. Their values are kept whole, in the table `chunks`, with what they add
   * to the hash of the state: so a leaf is read by one copy and found by one search, whatever lies
   * in it, and only words that change are ever hashed.
   *
   * References. S. Blom, B. Lisser, J. van de Pol, M. Weber, "A database approach to distributed
   * state space generation" (2009). A. Laarman, J. van de Pol, M. Weber, "Parallel recursive state
   * compression for free" (2011).
   */

  /** What no root is. */
  static final long NO_ROOT = -1;

  private static final long FIRST_FIT = 1 << 11;
  private static final long SECOND_FIT = 1 << 13;
  private static final int FIT_FACTOR = 4;
  private static final int SAMPLE_SIZE = 2048;

  /** Keys of the inner tables for each state; up to so many no other shape is tried. */
  private static final double MANY_INNER_KEYS = 0.125;

  private final int wordCount;
  private final MemoryBudget budget;
  private final TreeShape shape;
  private final LongTable values;
  private final ChunkTable chunks;
  private final NodeTable nodes;
  private final List<long[]> changeCounts;
  private long nextFit = FIRST_FIT;
  // When a new shape was last considered; it was good as long as this goes down.
  private double innerKeysPerState = Double.POSITIVE_INFINITY;

  /** Gives the root of a tree that is there. */
  interface Roots {
    /** The root with a position, from zero. */
    long at(long position);
  }

  /** Takes roots, one behind the other. */
  interface RootSink {
    /** Takes the next one; false when there is no memory for it. */
    boolean take(long root);
  }

  /** No trees yet, in a shape that fits any states of the given number of words. */
  StateTrees(int wordCount, MemoryBudget budget) {
    this(TreeShape.balanced(wordCount), wordCount, budget, new ArrayList<>());
  }

  private StateTrees(
      TreeShape shape, int wordCount, MemoryBudget budget, List<long[]> changeCounts) {
    this.wordCount = wordCount;
    this.budget = budget;
    this.shape = shape;
    this.values = new LongTable(budget);
    this.chunks = new ChunkTable(shape, budget);
    this.nodes = new NodeTable(budget);
    this.changeCounts = changeCounts;
  }

  /** A cursor at no state, to be used by one thread. */
  TreeCursor newCursor() {
    long[] counts = new long[wordCount];
    changeCounts.add(counts);
    return new TreeCursor(this, counts);
  }

  int wordCount() {
    return wordCount;
  }

  TreeShape shape() {
    return shape;
  }

  LongTable values() {
    return values;
  }

  ChunkTable chunks() {
    return chunks;
  }

  NodeTable nodes() {
    return nodes;
  }

  long bytes() {
    return values.bytes() + chunks.bytes() + nodes.bytes();
  }

  /** Whether it is time to {@link #settle} with so many roots. */
  boolean isDue(long count) {
    return count >= nextFit;
  }

  /**
   * Rebuilds all trees in a shape that fits them, if that seems of use.
   *
   * @param count how many roots there are
   * @param target takes the new roots in the order of the old ones
   * @return the new trees; empty if there are none, because of memory or since nothing would be
   *     better: what the target has taken is to be forgotten then
   */
  Optional<StateTrees> settle(long count, Roots roots, RootSink target) {
    boolean early = nextFit <= SECOND_FIT;
    double keys = ((double) values.size() + chunks.size() + nodes.size()) / count;
    boolean worse = keys > Math.max(innerKeysPerState, MANY_INNER_KEYS);
    innerKeysPerState = keys;
    nextFit = nextFit < SECOND_FIT ? SECOND_FIT : FIT_FACTOR * nextFit;
    if (!early && !worse) {
      return Optional.empty();
    }
    TreeShape fitted = new FittedShape(sample(count, roots), changes()).shape();
    return fitted.isSame(shape) ? Optional.empty() : rebuilt(fitted, count, roots, target);
  }

  private Optional<StateTrees> rebuilt(TreeShape fitted, long count, Roots roots, RootSink target) {
    StateTrees fresh = new StateTrees(fitted, wordCount, budget, changeCounts);
    fresh.nextFit = nextFit;
    fresh.innerKeysPerState = innerKeysPerState;
    TreeCursor from = new TreeCursor(this, new long[wordCount]);
    TreeCursor to = new TreeCursor(fresh, new long[wordCount]);
    for (long position = 0; position < count; position++) {
      from.read(roots.at(position));
      long root = to.encode(from.words(), from.moved());
      if (root == NO_ROOT || !target.take(root)) {
        fresh.release();
        return Optional.empty();
      }
      from.moved().clear();
      to.advance();
    }
    return Optional.of(fresh);
  }

  /** Gives the memory back. */
  void release() {
    budget.release(bytes());
  }

  private long[][] sample(long count, Roots roots) {
    int size = (int) Math.min(SAMPLE_SIZE, count);
    long[][] sample = new long[size][];
    TreeCursor cursor = new TreeCursor(this, new long[wordCount]);
    for (int i = 0; i < size; i++) {
      cursor.read(roots.at(count * i / size));
      sample[i] = cursor.words().clone();
    }
    return sample;
  }

  /** How often each word changed since there are trees. */
  private long[] changes() {
    long[] sums = new long[wordCount];
    for (long[] counts : changeCounts) {
      for (int word = 0; word < sums.length; word++) {
        sums[word] += counts[word];
      }
    }
    return sums;
  }

  /** Writes all trees. */
  void save(SnapshotWriter out) throws IOException {
    out.put(nextFit);
    out.putArray(changes());
    shape.save(out);
    values.save(out);
    chunks.save(out);
    nodes.save(out);
  }

  /**
   * Reads trees.
   *
   * @throws IOException also if there is no memory for them
   */
  static StateTrees load(SnapshotReader in, int wordCount, MemoryBudget budget) throws IOException {
    long nextFit = in.take();
    List<long[]> changeCounts = new ArrayList<>(List.of(in.takeArray()));
    StateTrees trees =
        new StateTrees(TreeShape.load(in, wordCount), wordCount, budget, changeCounts);
    trees.nextFit = nextFit;
    trees.values.load(in);
    trees.chunks.load(in);
    trees.nodes.load(in);
    return trees;
  }
}
