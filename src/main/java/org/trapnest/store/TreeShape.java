package org.trapnest.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a tree over the words of a state. A leaf stands for one word or several neighbouring
 * ones; the root has two children, any other inner node two to four.
 *
 * <p>Leaves are numbered from zero in the order of their words, children come before their parents,
 * and the root is last. There are at least two leaves; a state of one word has a second leaf
 * without words.
 */
final class TreeShape {
  /** The greatest number of children; a node has so many places for them. */
  static final int PLACES = 4;

  private static final int PLACES_SHIFT = 2;
  private static final int NO_CHILD = -1;

  private final int[] firstWords;
  private final int[] leafOfWord;
  private final int[] children;
  private final int[] parent;
  private int built;

  /** Says how leaves are parted. */
  interface Split {
    /** Where to split the leaves in {@code [from, to)}: strictly between the two. */
    int at(int from, int to);

    /** How urgent it is to split them; of several parts the one with the greatest is split. */
    long weight(int from, int to);
  }

  /** A balanced tree with one word a leaf. */
  static TreeShape balanced(int wordCount) {
    return new TreeShape(
        new Leaves(wordCount, IntStream.range(0, wordCount).boxed().toList()), new Halves());
  }

  private static final class Halves implements Split {
    @Override
    public int at(int from, int to) {
      return from + to + 1 >>> 1;
    }

    @Override
    public long weight(int from, int to) {
      return to - from;
    }
  }

  /**
   * Which words make leaves.
   *
   * @param firstWords the first word of each leaf, in increasing order from zero
   */
  record Leaves(int wordCount, List<Integer> firstWords) {
    Leaves {
      firstWords = List.copyOf(firstWords);
    }

    /** The first word of a leaf; the word count for the leaf behind the last. */
    int firstWord(int leaf) {
      return leaf < firstWords.size() ? firstWords.get(leaf) : wordCount;
    }
  }

  /** A tree that is split from the root downwards. */
  TreeShape(Leaves leaves, Split split) {
    int leafCount = Math.max(2, leaves.firstWords().size());
    this.firstWords = new int[leafCount + 1];
    this.leafOfWord = new int[leaves.wordCount()];
    for (int leaf = 0; leaf <= leafCount; leaf++) {
      firstWords[leaf] = leaves.firstWord(leaf);
    }
    fillLeaves();
    int[] room = new int[2 * leafCount << PLACES_SHIFT];
    this.built = leafCount;
    build(List.of(0, split.at(0, leafCount), leafCount), split, room);
    this.children = Arrays.copyOf(room, built << PLACES_SHIFT);
    this.parent = new int[built];
    complete();
  }

  private TreeShape(int wordCount, int[] firstWords, int[] children) {
    this.firstWords = firstWords;
    this.children = children;
    this.leafOfWord = new int[wordCount];
    this.parent = new int[children.length >>> PLACES_SHIFT];
    fillLeaves();
    complete();
  }

  /** Sets what follows from the children. */
  private void complete() {
    for (int node = leafCount(); node < parent.length; node++) {
      for (int place = 0; place < PLACES; place++) {
        int child = child(node, place);
        if (child == NO_CHILD) {
          children[place(node, place)] = nobody();
        } else if (child != nobody()) {
          parent[child] = node;
        }
      }
    }
    parent[root()] = -1;
  }

  private void fillLeaves() {
    for (int leaf = 0; leaf < leafCount(); leaf++) {
      Arrays.fill(leafOfWord, firstWords[leaf], firstWords[leaf + 1], leaf);
    }
  }

  /** Writes the shape. */
  void save(SnapshotWriter out) throws IOException {
    for (int[] part : List.of(firstWords, children)) {
      out.putArray(Arrays.stream(part).asLongStream().toArray());
    }
  }

  /** Reads a shape over so many words. */
  static TreeShape load(SnapshotReader in, int wordCount) throws IOException {
    int[] firstWords = takeInts(in);
    return new TreeShape(wordCount, firstWords, takeInts(in));
  }

  private static int[] takeInts(SnapshotReader in) throws IOException {
    return Arrays.stream(in.takeArray()).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * Builds the subtree whose root has some parts as its children.
   *
   * @param bounds the first leaf of each part, and the one behind the last part
   * @return the node
   */
  private int build(List<Integer> bounds, Split split, int[] room) {
    int[] parts = new int[PLACES];
    Arrays.fill(parts, NO_CHILD);
    for (int part = 0; part < bounds.size() - 1; part++) {
      int from = bounds.get(part);
      int to = bounds.get(part + 1);
      parts[part] = to - from == 1 ? from : build(parts(from, to, split), split, room);
    }
    int node = built++;
    System.arraycopy(parts, 0, room, node << PLACES_SHIFT, PLACES);
    return node;
  }

  /** The bounds of at most {@link #PLACES} parts of several leaves. */
  private static List<Integer> parts(int first, int end, Split split) {
    List<Integer> bounds = new ArrayList<>(List.of(first, end));
    while (bounds.size() <= PLACES) {
      int heaviest = -1;
      long weight = -1;
      for (int part = 0; part < bounds.size() - 1; part++) {
        int from = bounds.get(part);
        int to = bounds.get(part + 1);
        if (to - from > 1 && split.weight(from, to) > weight) {
          heaviest = part;
          weight = split.weight(from, to);
        }
      }
      if (heaviest < 0) {
        return bounds;
      }
      int middle = split.at(bounds.get(heaviest), bounds.get(heaviest + 1));
      bounds.add(heaviest + 1, middle);
    }
    return bounds;
  }

  /** Whether another shape is the same. */
  boolean isSame(TreeShape other) {
    return Arrays.equals(firstWords, other.firstWords) && Arrays.equals(children, other.children);
  }

  int leafCount() {
    return firstWords.length - 1;
  }

  int nodeCount() {
    return parent.length;
  }

  int root() {
    return parent.length - 1;
  }

  boolean isLeaf(int node) {
    return node < firstWords.length - 1;
  }

  /** The first word of a leaf. */
  int firstWord(int leaf) {
    return firstWords[leaf];
  }

  int wordsIn(int leaf) {
    return firstWords[leaf + 1] - firstWords[leaf];
  }

  /** The greatest number of words in a leaf. */
  int longestLeaf() {
    int longest = 0;
    for (int leaf = 0; leaf < leafCount(); leaf++) {
      longest = Math.max(longest, wordsIn(leaf));
    }
    return longest;
  }

  int leafOfWord(int word) {
    return leafOfWord[word];
  }

  /** The child at a place; {@link #nobody} where there is none. */
  int child(int node, int place) {
    return children[place(node, place)];
  }

  /** The children of all nodes, at {@link #place}; not to be changed. */
  int[] children() {
    return children;
  }

  /** Where in {@link #children} the child at a place is. */
  static int place(int node, int place) {
    return (node << PLACES_SHIFT) + place;
  }

  /** The number of no node, one more than the greatest. */
  int nobody() {
    return parent.length;
  }

  /** The parent of a node, -1 for the root. */
  int parent(int node) {
    return parent[node];
  }
}
