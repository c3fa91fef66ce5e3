package org.trapnest.store;

import java.util.Arrays;
import org.trapnest.bits.Mixing;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/**
 * A state among {@link StateTrees} with the ids of its nodes, from which the trees of its
 * successors are found at the cost of what changes. Hot and mutable; confined to one thread.
 */
final class TreeCursor {
  private static final int NONE = -1;

  /** Of ids that no node has. */
  private static final long NO_KEY = -1;

  /** Small enough for a cache that is near the processor. */
  private static final int RECENT_BITS = 14;

  private static final int RECENT_LONGS = 3;

  private final TreeShape shape;
  private final LongTable values;
  private final ChunkTable chunks;
  private final NodeTable nodes;
  private final long[] current;
  private final long[] changeCounts;
  private final StateHash hash = new StateHash();
  private final ChangedWords moved;
  private final int[] children;
  private final int[] ids;
  private final int[] next;
  private final int[] touched;
  private final long[] dirty;
  private final long[] lows;
  private final long[] highs;
  private final long[] lowChanges;
  // Keys of nodes, each with its id behind it.
  private final long[] recent = new long[RECENT_LONGS << RECENT_BITS];
  private int touchedCount;
  private boolean folded = true;

  /** A cursor at no state, which adds to the counts of how often each word changed. */
  TreeCursor(StateTrees trees, long[] changeCounts) {
    this.shape = trees.shape();
    this.values = trees.values();
    this.chunks = trees.chunks();
    this.nodes = trees.nodes();
    this.changeCounts = changeCounts;
    int wordCount = trees.wordCount();
    current = new long[wordCount];
    moved = new ChangedWords(wordCount);
    moved.addAll();
    children = shape.children();
    int places = shape.nodeCount() + 1;
    int leaves = shape.leafCount();
    ids = new int[places];
    forgetIds();
    next = ids.clone();
    touched = new int[places];
    Arrays.fill(recent, NO_KEY);
    dirty = new long[places + 63 >>> 6];
    lows = new long[leaves];
    highs = new long[leaves];
    lowChanges = new long[leaves];
    hash.set(current, wordCount);
    StateHash part = new StateHash();
    for (int leaf = 0; leaf < leaves; leaf++) {
      part.set(current, shape.firstWord(leaf), shape.firstWord(leaf), shape.wordsIn(leaf));
      lows[leaf] = part.low();
      highs[leaf] = part.high();
    }
  }

  private void forgetIds() {
    // The second leaf of a state of one word is always zero, and so is a child that is not there.
    int leaves = shape.leafCount();
    Arrays.fill(ids, 0, Math.min(current.length, leaves), NONE);
    Arrays.fill(ids, leaves, shape.nobody(), NONE);
  }

  /** The words of the state at the cursor; all zero before the first move. Not to be changed. */
  long[] words() {
    return current;
  }

  /** The words that may differ from those when the caller last cleared the list; all at first. */
  ChangedWords moved() {
    return moved;
  }

  /** The hash of the state at the cursor. */
  StateHash hash() {
    return hash;
  }

  /** Whether the nodes of the state at the cursor have ids. */
  boolean isFolded() {
    return folded;
  }

  /** The root of the state at the cursor, if it is folded. */
  long root() {
    return (long) ids[shape.child(shape.root(), 0)] << 32
        | ids[shape.child(shape.root(), 1)] & 0xffffffffL;
  }

  /** Accesses what reading a root begins with; returns a number without meaning. */
  long touch(long root) {
    long sum = 0;
    if (!shape.isLeaf(shape.child(shape.root(), 0))) {
      sum += nodes.firstHalf((int) (root >>> 32));
    }
    if (!shape.isLeaf(shape.child(shape.root(), 1))) {
      sum += nodes.firstHalf((int) root);
    }
    return sum;
  }

  /** Goes to the state with a root. */
  void read(long root) {
    forgetProposal();
    if (!folded) {
      forgetUnfolded();
    }
    take(shape.child(shape.root(), 0), (int) (root >>> 32));
    take(shape.child(shape.root(), 1), (int) root);
  }

  /** Gives up the ids of what differs from them, and of all nodes above. */
  private void forgetUnfolded() {
    for (int i = 0; i < dirty.length; i++) {
      for (; dirty[i] != 0; dirty[i] &= dirty[i] - 1) {
        int node = (i << 6) + Long.numberOfTrailingZeros(dirty[i]);
        for (; node != shape.root() && ids[node] != NONE; node = shape.parent(node)) {
          ids[node] = NONE;
          next[node] = NONE;
        }
      }
    }
    folded = true;
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

  /** Goes to the state that was encoded last. */
  void advance() {
    for (int i = 0; i < touchedCount; i++) {
      int node = touched[i];
      if (shape.isLeaf(node)) {
        take(node, next[node]);
      } else {
        ids[node] = next[node];
      }
    }
    touchedCount = 0;
  }

  private void takeHash(int leaf, long low, long high) {
    hash.add(low - lows[leaf], high - highs[leaf]);
    lows[leaf] = low;
    highs[leaf] = high;
  }

  /**
   * The root of a successor of the state at the cursor, which is folded and stays there.
   *
   * @param changed the words that may differ; all of them before the first move
   * @return {@link StateTrees#NO_ROOT} when a table is refused memory
   */
  long encode(long[] words, ChangedWords changed) {
    forgetProposal();
    markChanges(words, changed);
    return rootOf(words);
  }

  /** The same for a successor that is given by a patch. */
  long encode(Patch patch) {
    forgetProposal();
    for (int i = 0; i < patch.size(); i++) {
      int word = patch.word(i);
      int leaf = shape.leafOfWord(word);
      changeCounts[word]++;
      mark(leaf);
      if (shape.wordsIn(leaf) > 1) {
        lowChanges[leaf] += patch.low(i);
      }
    }
    patch.exchange(current);
    long root = rootOf(current);
    patch.exchange(current);
    return root;
  }

  /** The root of a state whose changed leaves are marked. */
  private long rootOf(long[] words) {
    if (!changeNodes(words)) {
      Arrays.fill(dirty, 0);
      Arrays.fill(lowChanges, 0);
      return StateTrees.NO_ROOT;
    }
    return half(shape.root(), 0);
  }

  /** Goes to a successor of the state at the cursor, whose nodes are not looked up. */
  void follow(Patch patch) {
    forgetProposal();
    folded = false;
    for (int i = 0; i < patch.size(); i++) {
      int word = patch.word(i);
      int leaf = shape.leafOfWord(word);
      if (!isMarked(leaf)) {
        mark(leaf);
        changeCounts[word]++;
      }
      current[word] = patch.value(i);
      moved.add(word);
      lows[leaf] += patch.low(i);
      highs[leaf] += patch.high(i);
      hash.add(patch.low(i), patch.high(i));
    }
  }

  /** Looks up the nodes of the state at the cursor; false when a table is refused memory. */
  boolean fold() {
    if (folded) {
      return true;
    }
    long root = rootOf(current);
    if (root == StateTrees.NO_ROOT) {
      // Whatever was at the cursor is read as a whole when it moves.
      forgetIds();
      forgetProposal();
      return false;
    }
    for (int i = 0; i < touchedCount; i++) {
      ids[touched[i]] = next[touched[i]];
    }
    touchedCount = 0;
    folded = true;
    return true;
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

  private boolean isMarked(int node) {
    return (dirty[node >>> 6] >>> node & 1) != 0;
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
}
