package org.trapnest.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.trapnest.bits.Mixing;
import org.trapnest.bits.SetDigest;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * An exact store that folds each state into a tree of shared nodes: some ten to thirty bytes a
 * state, however long the vector is.
 */
public final class TreeStore extends StateStore {
  /*
   * Representation. A tree of fixed shape stands over the words of a state, with two children at
   * the root and two to four at other inner nodes. Each node of a state's tree has a 32-bit id: a
   * leaf's id stands for the word's value, an inner node's id for the tuple of its children's ids,
   * its key. The pair at the root is the state's key in the state table; the keys of all other
   * inner nodes are numbered by the table `nodes`. Values of 0 to 2^31-1 are their own ids; other
   * values are numbered by the table `values`, and their ids have the sign bit set. Ids depend on
   * which worker came first; whether two keys are equal does not.
   *
   * Invariants.
   *  1. Below one node position, equal ids mean equal words: each table numbers a key once.
   *  2. Two states are equal exactly if their root pairs are.
   *  3. The children's ids are in the tables before the key is. A refused insertion may leave
   *     nodes behind that no root reaches; they cost memory and nothing else.
   *  4. At a cursor, ids[n] is the id of node n for the words at the cursor, or NONE before the
   *     first move; next[n] is that for the state proposed last, and differs from ids[n] only for
   *     the nodes in touched; dirty is empty between proposals. The place of a child that a node
   *     does not have is taken by a node of its own, whose id is always zero.
   *
   * Why so. A step changes a handful of words, hence only the nodes above them: the cursor holds
   * the parent's ids, and an insertion looks up as many keys as there are such nodes, and stops
   * where an id comes out as the parent's. A move descends only where the ids differ from those
   * that the cursor has; breadth-first neighbours share most subtrees. The words' hashes are
   * needed for the digest only, which a breadth-first search takes where it expands, so they are
   * followed on moves alone.
   * Four children rather than two: a node of a binary tree between two others is looked up at each
   * step below it, and has no value that the node above it does not have too.
   * One table for all inner positions shares equal parts of different stacks. The tables are
   * dense, with the hash index beside them, rather than open-addressing tables of keys whose
   * slots are the ids: so ids survive growth, and states have their numbers in order.
   *
   * The shape. A state costs eight bytes for its root pair and five to eight in the index, and
   * next to nothing else if both halves of the vector are shared among many states; a shape that
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

  private static final int NONE = -1;

  /** Of ids that no node has. */
  private static final long NO_KEY = -1;

  /** Small enough for a cache that is near the processor. */
  private static final int RECENT_BITS = 14;

  private static final int RECENT_LONGS = 3;

  /** In place of the number of the state at a cursor, where it has none yet. */
  private static final long AHEAD = -2;

  private static final long FIRST_FIT = 1 << 11;
  private static final long SECOND_FIT = 1 << 15;
  private static final int FIT_FACTOR = 4;
  private static final int SAMPLE_SIZE = 2048;

  /** Keys of the inner tables for each state; up to so many no other shape is tried. */
  private static final double MANY_INNER_KEYS = 0.125;

  private final MemoryBudget budget;
  private final List<long[]> changeCounts = new ArrayList<>();
  private TreeShape shape;
  private LongTable values;
  private ChunkTable chunks;
  private NodeTable nodes;
  private long nextFit = FIRST_FIT;
  // When a new shape was last considered; it was good as long as this goes down.
  private double innerKeysPerState = Double.POSITIVE_INFINITY;

  /** An empty store for at most so many states of the given number of words. */
  public TreeStore(int wordCount, long maxStates, MemoryBudget budget) {
    this(wordCount, maxStates, budget, TreeShape.balanced(wordCount));
  }

  private TreeStore(int wordCount, long maxStates, MemoryBudget budget, TreeShape shape) {
    super(
        wordCount,
        maxStates,
        1,
        new StateTable(1, 1, (page, offset) -> Mixing.mix(page[offset]), budget));
    this.budget = budget;
    this.shape = shape;
    this.values = new LongTable(budget);
    this.chunks = new ChunkTable(shape, budget);
    this.nodes = new NodeTable(budget);
  }

  @Override
  public StateCursor newCursor() {
    Cursor cursor = new Cursor();
    changeCounts.add(cursor.changeCounts);
    return cursor;
  }

  @Override
  public long bytes() {
    return innerBytes() + table.bytes();
  }

  private long innerBytes() {
    return values.bytes() + chunks.bytes() + nodes.bytes();
  }

  @Override
  public boolean settle() {
    if (states() < nextFit) {
      return false;
    }
    boolean early = nextFit <= SECOND_FIT;
    double keys = ((double) values.size() + chunks.size() + nodes.size()) / states();
    boolean worse = keys > Math.max(innerKeysPerState, MANY_INNER_KEYS);
    innerKeysPerState = keys;
    nextFit = nextFit < SECOND_FIT ? SECOND_FIT : FIT_FACTOR * nextFit;
    return (early || worse) && fit();
  }

  /**
   * Rebuilds the trees in a shape that fits the states so far; numbers stay. Without effect when
   * there is no memory for both, or the shape would be the same; then false.
   */
  private boolean fit() {
    TreeShape fitted = new FittedShape(sample(), changes()).shape();
    if (fitted.isSame(shape)) {
      return false;
    }
    TreeStore fresh = new TreeStore(wordCount(), Long.MAX_VALUE, budget, fitted);
    if (!fresh.copy(this)) {
      budget.release(fresh.bytes());
      return false;
    }
    budget.release(bytes());
    shape = fitted;
    values = fresh.values;
    chunks = fresh.chunks;
    nodes = fresh.nodes;
    table = fresh.table;
    return true;
  }

  private long[][] sample() {
    int size = (int) Math.min(SAMPLE_SIZE, states());
    long[][] sample = new long[size][];
    Cursor cursor = new Cursor();
    for (int i = 0; i < size; i++) {
      cursor.moveTo(states() * i / size);
      sample[i] = cursor.current.clone();
    }
    return sample;
  }

  /** How often each word changed since the store exists. */
  private long[] changes() {
    long[] sums = new long[wordCount()];
    for (long[] counts : changeCounts) {
      for (int word = 0; word < sums.length; word++) {
        sums[word] += counts[word];
      }
    }
    return sums;
  }

  /** Inserts all states of another store; false when one is refused. */
  private boolean copy(TreeStore other) {
    Cursor from = other.new Cursor();
    Cursor to = new Cursor();
    for (long number = 0; number < other.states(); number++) {
      from.moveTo(number);
      if (to.insert(from.words(), from.moved()) == StateStore.REFUSED) {
        return false;
      }
      from.moved().clear();
      to.advance();
    }
    return true;
  }

  @Override
  public void save(SnapshotWriter out) throws IOException {
    out.put(nextFit);
    out.putArray(changes());
    shape.save(out);
    values.save(out);
    chunks.save(out);
    nodes.save(out);
    super.save(out);
  }

  @Override
  public void load(SnapshotReader in) throws IOException {
    nextFit = in.take();
    changeCounts.add(in.takeArray());
    shape = TreeShape.load(in, wordCount());
    budget.release(chunks.bytes());
    chunks = new ChunkTable(shape, budget);
    values.load(in);
    chunks.load(in);
    nodes.load(in);
    super.load(in);
  }

  /** The id of a word's value, or NONE when the table refuses it. */
  private int valueId(long value) {
    if (value >>> 31 == 0) {
      return (int) value;
    }
    int number = values.number(value);
    return number == NumberedSet.REFUSED ? NONE : number | Integer.MIN_VALUE;
  }

  private long value(int id) {
    return id >= 0 ? id : values.key(id & Integer.MAX_VALUE);
  }

  private final class Cursor implements StateCursor {
    private final long[] current = new long[wordCount()];
    private final long[] changeCounts = new long[wordCount()];
    private final long[] key = new long[1];
    private final StateHash hash = new StateHash();
    private TreeShape shape = TreeStore.this.shape;
    private int[] children = {};
    private int[] ids = {};
    private int[] next = {};
    private int[] touched = {};
    private long[] dirty = {};
    private long[] lows = {};
    private long[] highs = {};
    private long[] lowChanges = {};
    // Keys of nodes, each with its id behind it.
    private final long[] recent = new long[RECENT_LONGS << RECENT_BITS];
    private final ChangedWords moved = new ChangedWords(wordCount());
    private long number = NONE;
    private int touchedCount;
    // Only so that the loads of what is approached have a use.
    private long approached;

    Cursor() {
      adopt();
      moved.addAll();
    }

    /** Begins with the store's shape, in which no id is known. */
    private void adopt() {
      shape = TreeStore.this.shape;
      children = shape.children();
      int places = shape.nodeCount() + 1;
      int leaves = shape.leafCount();
      ids = new int[places];
      Arrays.fill(ids, NONE);
      // A state of one word has a second leaf that is always zero.
      Arrays.fill(ids, Math.min(wordCount(), leaves), leaves, 0);
      ids[shape.nobody()] = 0;
      next = ids.clone();
      touched = new int[places];
      touchedCount = 0;
      Arrays.fill(recent, NO_KEY);
      dirty = new long[places + 63 >>> 6];
      lows = new long[leaves];
      highs = new long[leaves];
      lowChanges = new long[leaves];
      hash.set(current, wordCount());
      StateHash part = new StateHash();
      for (int leaf = 0; leaf < leaves; leaf++) {
        part.set(current, shape.firstWord(leaf), shape.firstWord(leaf), shape.wordsIn(leaf));
        lows[leaf] = part.low();
        highs[leaf] = part.high();
      }
    }

    @Override
    public void approach(long first, int count) {
      takeShape();
      long sum = 0;
      boolean leftIsInner = !shape.isLeaf(shape.child(shape.root(), 0));
      boolean rightIsInner = !shape.isLeaf(shape.child(shape.root(), 1));
      for (long state = first; state < first + count; state++) {
        long pair = table.page(state)[table.offset(state)];
        sum += leftIsInner ? nodes.firstHalf((int) (pair >>> 32)) : 0;
        sum += rightIsInner ? nodes.firstHalf((int) pair) : 0;
      }
      approached = sum;
    }

    @Override
    public void moveTo(long target) {
      takeShape();
      number = target;
      read(target);
    }

    /** Reads the state at the cursor again if the store has another shape since. */
    private void takeShape() {
      if (shape != TreeStore.this.shape) {
        adopt();
        if (number >= 0) {
          read(number);
        }
      }
    }

    private void read(long target) {
      forgetProposal();
      long pair = table.page(target)[table.offset(target)];
      take(shape.child(shape.root(), 0), (int) (pair >>> 32));
      take(shape.child(shape.root(), 1), (int) pair);
    }

    /** Makes a node have an id, with all that is below it. */
    private void take(int node, int id) {
      if (ids[node] == id) {
        return;
      }
      ids[node] = id;
      next[node] = id;
      if (!shape.isLeaf(node)) {
        descend(node, id);
      } else if (shape.wordsIn(node) == 1) {
        int word = shape.firstWord(node);
        long value = value(id);
        current[word] = value;
        moved.add(word);
        takeHash(node, Mixing.low(word, value), Mixing.high(word, value));
      } else {
        chunks.read(id, node, current, moved);
        takeHash(node, chunks.low(id), chunks.high(id));
      }
    }

    /** Makes the children of a node have the ids of its key. */
    private void descend(int node, int id) {
      long[] page = nodes.page(id);
      int offset = nodes.offset(id);
      long first = page[offset];
      long second = page[offset + 1];
      int place = TreeShape.place(node, 0);
      take(children[place], (int) (first >>> 32));
      take(children[place + 1], (int) first);
      take(children[place + 2], (int) (second >>> 32));
      take(children[place + 3], (int) second);
    }

    @Override
    public void advance(Candidates proposed) {
      advance();
    }

    private void advance() {
      for (int i = 0; i < touchedCount; i++) {
        int node = touched[i];
        if (shape.isLeaf(node)) {
          take(node, next[node]);
        } else {
          ids[node] = next[node];
        }
      }
      touchedCount = 0;
      number = AHEAD;
    }

    @Override
    public ChangedWords moved() {
      return moved;
    }

    private void takeHash(int leaf, long low, long high) {
      hash.add(low - lows[leaf], high - highs[leaf]);
      lows[leaf] = low;
      highs[leaf] = high;
    }

    @Override
    public long[] words() {
      return current;
    }

    @Override
    public void digestInto(SetDigest digest) {
      digest.add(hash);
    }

    @Override
    public boolean holds(long other, long[] words) {
      moveTo(other);
      return Arrays.equals(current, 0, wordCount(), words, 0, wordCount());
    }

    @Override
    public boolean propose(long[] words, ChangedWords changed, Candidates candidates) {
      if (!encode(words, changed)) {
        return false;
      }
      long[] keys = candidates.append(Mixing.mix(key[0]));
      keys[candidates.lastKey()] = key[0];
      return true;
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      takeShape();
      return encode(words, changed)
          ? table.add(key, Mixing.mix(key[0]), allowance() > 0)
          : StateStore.REFUSED;
    }

    /** Makes {@code key} that of a successor; false when a table is refused memory. */
    private boolean encode(long[] words, ChangedWords changed) {
      forgetProposal();
      markChanges(words, changed);
      boolean encoded = changeNodes(words);
      key[0] = half(shape.root(), 0);
      if (!encoded) {
        Arrays.fill(dirty, 0);
        Arrays.fill(lowChanges, 0);
      }
      return encoded;
    }

    /** Makes the ids of the last proposal those at the cursor again. */
    private void forgetProposal() {
      for (int i = 0; i < touchedCount; i++) {
        next[touched[i]] = ids[touched[i]];
      }
      touchedCount = 0;
    }

    /** The ids of the children of a node at a place and the next. */
    private long half(int node, int place) {
      int at = TreeShape.place(node, place);
      return (long) next[children[at]] << 32 | next[children[at + 1]] & 0xffffffffL;
    }

    /** The id of an inner node, from what was asked lately or from the table. */
    private int nodeId(int node) {
      long first = half(node, 0);
      long second = half(node, 2);
      long hash = NodeTable.hash(first, second);
      int at = RECENT_LONGS * (int) (hash >>> 64 - RECENT_BITS);
      if (recent[at] == first && recent[at + 1] == second) {
        return (int) recent[at + 2];
      }
      int id = nodes.number(first, second, hash);
      if (id != NONE) {
        recent[at] = first;
        recent[at + 1] = second;
        recent[at + 2] = id;
      }
      return id;
    }

    /** Marks the leaves that differ from those at the cursor, or have no id yet. */
    private void markChanges(long[] words, ChangedWords changed) {
      for (int i = 0; i < changed.size(); i++) {
        int word = changed.wordIndex(i);
        long before = current[word];
        long after = words[word];
        int leaf = shape.leafOfWord(word);
        if (after != before) {
          changeCounts[word]++;
          mark(leaf);
          if (shape.wordsIn(leaf) > 1) {
            lowChanges[leaf] += Mixing.low(word, after) - Mixing.low(word, before);
          }
        } else if (ids[leaf] == NONE) {
          mark(leaf);
        }
      }
    }

    private void mark(int node) {
      dirty[node >>> 6] |= 1L << node;
    }

    /** Looks up all that is marked below the root, and what is above it, children first. */
    private boolean changeNodes(long[] words) {
      for (int i = 0; i < dirty.length; i++) {
        while (dirty[i] != 0) {
          int node = (i << 6) + Long.numberOfTrailingZeros(dirty[i]);
          dirty[i] &= dirty[i] - 1;
          int id = shape.isLeaf(node) ? leafId(node, words) : nodeId(node);
          if (id == NONE) {
            return false;
          }
          if (id != ids[node]) {
            change(node, id);
          }
        }
      }
      return true;
    }

    private int leafId(int leaf, long[] words) {
      if (shape.wordsIn(leaf) == 1) {
        return valueId(words[shape.firstWord(leaf)]);
      }
      long low = lows[leaf] + lowChanges[leaf];
      lowChanges[leaf] = 0;
      return chunks.number(leaf, words, low);
    }

    private void change(int node, int id) {
      next[node] = id;
      touched[touchedCount++] = node;
      int parent = shape.parent(node);
      if (parent != shape.root()) {
        mark(parent);
      }
    }
  }
}
