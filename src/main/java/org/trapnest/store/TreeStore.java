package org.trapnest.store;

import java.util.Arrays;
import org.trapnest.bits.SetDigest;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * An exact store that folds each state into a tree of shared pairs: some ten to thirty bytes a
 * state, however long the vector is.
 */
public final class TreeStore implements StateStore {
  /*
   * Representation. A binary tree of fixed shape stands over the words of a state. Each node of a
   * state's tree has a 32-bit id: a leaf's id stands for the word's value, an inner node's id for
   * the pair of its children's ids. Pairs are numbered by two tables of longs: `roots` for the
   * pairs at the root, `pairs` for those at all other inner nodes. Values of 0 to 2^31-1 are their
   * own ids; other values are numbered by the table `values`, and their ids have the sign bit set.
   *
   * Invariants.
   *  1. Below one node position, equal ids mean equal words: each table numbers a key once.
   *  2. A state's number is the id of its root, so that the states are numbered from zero in the
   *     order of their insertion, and a state is new exactly if its root is.
   *  3. The children's ids are in the tables before the pair is. A refused insertion may leave
   *     pairs behind that no root reaches; they cost memory and nothing else.
   *  4. At a cursor, ids[n] is the id of node n for the words at the cursor, or NONE before the
   *     first move; next[n] == ids[n] for every n between insertions; dirty is empty then.
   *
   * Why so. A step changes a handful of words, hence only the nodes above them: the cursor holds
   * the parent's ids, and an insertion looks up as many pairs as there are such nodes, and stops
   * where an id comes out as the parent's. A move descends only where the ids differ from those
   * that the cursor has; breadth-first neighbours share most subtrees. The words' hashes are
   * needed for the digest only, so they are followed on moves and computed for new states alone.
   * One table for all inner positions shares equal halves of different stacks. The tables are
   * dense, with the hash index beside them, rather than open-addressing tables of pairs whose
   * slots are the ids: so ids survive growth, and a root's id can be the state's number.
   *
   * What bounds the memory: a state costs eight bytes in `roots` and four to eleven in its index,
   * if both halves of the vector are shared among many states. A shape that puts all that changes
   * into one half doubles it.
   *
   * References. S. Blom, B. Lisser, J. van de Pol, M. Weber, "A database approach to distributed
   * state space generation" (2009). A. Laarman, J. van de Pol, M. Weber, "Parallel recursive state
   * compression for free" (2011).
   */

  private static final int NONE = -1;

  private final int wordCount;
  private final TreeShape shape;
  private final LongTable values;
  private final LongTable pairs;
  private final LongTable roots;
  private final SetDigest digest = new SetDigest();

  /** An empty store for at most so many states of the given number of words. */
  public TreeStore(int wordCount, long maxStates, MemoryBudget budget) {
    this.wordCount = wordCount;
    this.shape = new TreeShape(Math.max(2, wordCount));
    this.values = new LongTable(Long.MAX_VALUE, budget);
    this.pairs = new LongTable(Long.MAX_VALUE, budget);
    this.roots = new LongTable(maxStates, budget);
  }

  @Override
  public StateCursor newCursor() {
    return new Cursor();
  }

  @Override
  public void release(long number) {}

  @Override
  public long states() {
    return roots.size();
  }

  @Override
  public long bytes() {
    return values.bytes() + pairs.bytes() + roots.bytes();
  }

  @Override
  public String digest() {
    return digest.toString();
  }

  @Override
  public double collisionBound() {
    return 0;
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
    private final long[] current = new long[shape.leafCount()];
    private final int[] ids = new int[shape.nodeCount()];
    private final int[] next = new int[shape.nodeCount()];
    private final long[] dirty = new long[shape.nodeCount() + 63 >>> 6];
    private final int[] touched = new int[shape.nodeCount()];
    private final StateHash currentHash = new StateHash();
    private final StateHash hash = new StateHash();
    private int touchedCount;

    Cursor() {
      Arrays.fill(ids, NONE);
      // A state of one word has a second leaf that is always zero.
      Arrays.fill(ids, wordCount, shape.leafCount(), 0);
      System.arraycopy(ids, 0, next, 0, ids.length);
      currentHash.set(current, wordCount);
    }

    @Override
    public void moveTo(long number) {
      descend(shape.root(), (int) number);
    }

    /** Makes a node have an id, with all that is below it. */
    private void descend(int node, int id) {
      if (ids[node] == id) {
        return;
      }
      ids[node] = id;
      next[node] = id;
      if (shape.isLeaf(node)) {
        long value = value(id);
        currentHash.replace(node, current[node], value);
        current[node] = value;
      } else {
        long pair = (node == shape.root() ? roots : pairs).key(id);
        descend(shape.left(node), (int) (pair >>> 32));
        descend(shape.right(node), (int) pair);
      }
    }

    @Override
    public long[] words() {
      return current;
    }

    @Override
    public long insert(long[] words, ChangedWords changed) {
      int before = roots.size();
      boolean refused = !changeLeaves(words, changed) || !changeInnerNodes();
      int root = next[shape.root()];
      restore();
      if (refused) {
        return StateStore.REFUSED;
      }
      if (roots.size() == before) {
        return ~(long) root;
      }
      digest(words, changed);
      return root;
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

    /** Looks up the pairs above all that changed, children first. */
    private boolean changeInnerNodes() {
      for (int i = 0; i < dirty.length; i++) {
        while (dirty[i] != 0) {
          int node = (i << 6) + Long.numberOfTrailingZeros(dirty[i]);
          dirty[i] &= dirty[i] - 1;
          long pair = (long) next[shape.left(node)] << 32 | next[shape.right(node)] & 0xffffffffL;
          int id = (node == shape.root() ? roots : pairs).number(pair);
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
      if (parent >= 0) {
        dirty[parent >>> 6] |= 1L << parent;
      }
    }

    private void restore() {
      for (int i = 0; i < touchedCount; i++) {
        next[touched[i]] = ids[touched[i]];
      }
      touchedCount = 0;
      Arrays.fill(dirty, 0);
    }

    private void digest(long[] words, ChangedWords changed) {
      hash.set(currentHash);
      SuccessorHash.follow(hash, current, words, changed);
      digest.add(hash);
    }
  }
}
