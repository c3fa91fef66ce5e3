package org.trapnest.store;

import java.util.Arrays;
import org.trapnest.bits.Mixing;
import org.trapnest.bits.SetDigest;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * An exact store that folds each state into a tree of shared pairs: some ten to thirty bytes a
 * state, however long the vector is.
 */
public final class TreeStore extends StateStore {
  /*
   * Representation. A binary tree of fixed shape stands over the words of a state. Each node of a
   * state's tree has a 32-bit id: a leaf's id stands for the word's value, an inner node's id for
   * the pair of its children's ids. The pair at the root is the state's key in the state table;
   * pairs at all other inner nodes are numbered by the table `pairs`. Values of 0 to 2^31-1 are
   * their own ids; other values are numbered by the table `values`, and their ids have the sign
   * bit set. Ids depend on which worker came first; whether two keys are equal does not.
   *
   * Invariants.
   *  1. Below one node position, equal ids mean equal words: each table numbers a key once.
   *  2. Two states are equal exactly if their root pairs are.
   *  3. The children's ids are in the tables before the pair is. A refused insertion may leave
   *     pairs behind that no root reaches; they cost memory and nothing else.
   *  4. At a cursor, ids[n] is the id of node n for the words at the cursor, or NONE before the
   *     first move; next[n] == ids[n] for every n between insertions; dirty is empty then.
   *
   * Why so. A step changes a handful of words, hence only the nodes above them: the cursor holds
   * the parent's ids, and an insertion looks up as many pairs as there are such nodes, and stops
   * where an id comes out as the parent's. A move descends only where the ids differ from those
   * that the cursor has; breadth-first neighbours share most subtrees. The words' hashes are
   * needed for the digest only, which a breadth-first search takes where it expands, so they are
   * followed on moves alone.
   * One table for all inner positions shares equal halves of different stacks. The tables are
   * dense, with the hash index beside them, rather than open-addressing tables of pairs whose
   * slots are the ids: so ids survive growth, and states have their numbers in order.
   *
   * The shape. A state costs eight bytes in `roots` and four to eleven in its index, and next to
   * nothing else if both halves of the vector are shared among many states; a shape that puts all
   * that changes into one half doubles it. So the trees start balanced and are rebuilt, twice at
   * most, in a shape that splits where a sample of the states has the fewest different halves
   * (DistinctSplit). It is done between rounds and does not change numbers; each cursor notices that the shape is another one.
   *
   * References. S. Blom, B. Lisser, J. van de Pol, M. Weber, "A database approach to distributed
   * state space generation" (2009). A. Laarman, J. van de Pol, M. Weber, "Parallel recursive state
   * compression for free" (2011).
   */

  private static final int NONE = -1;
  private static final long FIRST_FIT = 1 << 16;
  private static final long LAST_FIT = 1 << 20;
  private static final int SAMPLE_SIZE = 2048;

  private final MemoryBudget budget;
  private TreeShape shape;
  private LongTable values;
  private LongTable pairs;
  private long nextFit = FIRST_FIT;

  /** An empty store for at most so many states of the given number of words. */
  public TreeStore(int wordCount, long maxStates, MemoryBudget budget) {
    this(wordCount, maxStates, budget, TreeShape.balanced(Math.max(2, wordCount)));
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
    this.pairs = new LongTable(budget);
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public long bytes() {
    return values.bytes() + pairs.bytes() + table.bytes();
  }

  @Override
  public void settle() {
    if (states() >= nextFit) {
      fit();
    }
  }

  /**
   * Rebuilds the trees in a shape that fits the states so far; numbers stay. Without effect when
   * there is no memory for both.
   */
  private void fit() {
    nextFit = nextFit < LAST_FIT ? LAST_FIT : Long.MAX_VALUE;
    TreeShape fitted = new TreeShape(shape.leafCount(), new DistinctSplit(sample()));
    TreeStore fresh = new TreeStore(wordCount(), Long.MAX_VALUE, budget, fitted);
    fresh.nextFit = Long.MAX_VALUE;
    if (!fresh.copy(this)) {
      budget.release(fresh.bytes());
      return;
    }
    budget.release(bytes());
    shape = fitted;
    values = fresh.values;
    pairs = fresh.pairs;
    table = fresh.table;
  }

  private long[][] sample() {
    long[][] sample = new long[SAMPLE_SIZE][];
    Cursor cursor = new Cursor();
    for (int i = 0; i < SAMPLE_SIZE; i++) {
      cursor.moveTo(states() * i / SAMPLE_SIZE);
      sample[i] = cursor.current.clone();
    }
    return sample;
  }

  /** Inserts all states of another store; false when one is refused. */
  private boolean copy(TreeStore other) {
    ChangedWords allWords = new ChangedWords(wordCount());
    allWords.addAll();
    StateCursor from = other.newCursor();
    StateCursor to = newCursor();
    for (long number = 0; number < other.states(); number++) {
      from.moveTo(number);
      if (to.insert(from.words(), allWords) == StateStore.REFUSED) {
        return false;
      }
      to.moveTo(number);
    }
    return true;
  }

  /** The id of a value, or NONE when the table refuses it. */
  private int leafId(long value) {
    if (value >>> 31 == 0) {
      return (int) value;
    }
    int number = values.number(value);
    return number == LongTable.REFUSED ? NONE : number | Integer.MIN_VALUE;
  }

  private long value(int leafId) {
    return leafId >= 0 ? leafId : values.key(leafId & Integer.MAX_VALUE);
  }

  private final class Cursor implements StateCursor {
    private TreeShape shape = TreeStore.this.shape;
    private final long[] current = new long[shape.leafCount()];
    private final int[] ids = new int[shape.nodeCount()];
    private final int[] next = new int[shape.nodeCount()];
    private final long[] dirty = new long[shape.nodeCount() + 63 >>> 6];
    private final int[] touched = new int[shape.nodeCount()];
    private final long[] key = new long[1];
    private final StateHash hash = new StateHash();
    private long number = NONE;
    private int touchedCount;

    Cursor() {
      forget();
      hash.set(current, wordCount());
    }

    /** Forgets all ids. */
    private void forget() {
      Arrays.fill(ids, NONE);
      // A state of one word has a second leaf that is always zero.
      Arrays.fill(ids, wordCount(), shape.leafCount(), 0);
      System.arraycopy(ids, 0, next, 0, ids.length);
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
        shape = TreeStore.this.shape;
        forget();
        if (number != NONE) {
          read(number);
        }
      }
    }

    private void read(long target) {
      descend(shape.root(), table.page(target)[table.offset(target)]);
    }

    /** Makes the children of a node have the ids of a pair. */
    private void descend(int node, long pair) {
      take(shape.left(node), (int) (pair >>> 32));
      take(shape.right(node), (int) pair);
    }

    /** Makes a node have an id, with all that is below it. */
    private void take(int node, int id) {
      if (ids[node] == id) {
        return;
      }
      ids[node] = id;
      next[node] = id;
      if (shape.isLeaf(node)) {
        long value = value(id);
        hash.replace(node, current[node], value);
        current[node] = value;
      } else {
        descend(node, pairs.key(id));
      }
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
      int at = candidates.append(Mixing.mix(key[0]));
      candidates.keys[at] = key[0];
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
      boolean encoded = changeLeaves(words, changed) && changeInnerNodes();
      key[0] = pair(shape.root());
      for (int i = 0; i < touchedCount; i++) {
        next[touched[i]] = ids[touched[i]];
      }
      touchedCount = 0;
      if (!encoded) {
        Arrays.fill(dirty, 0);
      }
      return encoded;
    }

    private long pair(int node) {
      return (long) next[shape.left(node)] << 32 | next[shape.right(node)] & 0xffffffffL;
    }

    private boolean changeLeaves(long[] words, ChangedWords changed) {
      for (int i = 0; i < changed.size(); i++) {
        int word = changed.wordIndex(i);
        if (words[word] != current[word] || ids[word] == NONE) {
          int id = leafId(words[word]);
          if (id == NONE) {
            return false;
          }
          change(word, id);
        }
      }
      return true;
    }

    /** Looks up the pairs below the root and above all that changed, children first. */
    private boolean changeInnerNodes() {
      for (int i = 0; i < dirty.length; i++) {
        while (dirty[i] != 0) {
          int node = (i << 6) + Long.numberOfTrailingZeros(dirty[i]);
          dirty[i] &= dirty[i] - 1;
          int id = pairs.number(pair(node));
          if (id == LongTable.REFUSED) {
            return false;
          }
          if (id != ids[node]) {
            change(node, id);
          }
        }
      }
      return true;
    }

    private void change(int node, int id) {
      next[node] = id;
      touched[touchedCount++] = node;
      int parent = shape.parent(node);
      if (parent != shape.root()) {
        dirty[parent >>> 6] |= 1L << parent;
      }
    }
  }
}
