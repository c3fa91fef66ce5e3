package org.trapnest.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a binary tree over the words of a state. A leaf stands for one word or several
 * neighbouring ones.
 *
 * <p>Leaves are numbered from zero in the order of their words, children come before their parents,
 * and the root is last. There are at least two leaves; a state of one word has a second leaf
 * without words.
 */
final class TreeShape {
  private final int[] firstWords;
  private final int[] leafOfWord;
  private final int[] left;
  private final int[] right;
  private final int[] parent;
  private int built;

  /** Says where to split the leaves in {@code [from, to)}: strictly between the two. */
  interface Split {
    int at(int from, int to);
  }

  /** A balanced tree with one word a leaf. */
  static TreeShape balanced(int wordCount) {
    return new TreeShape(
        new Leaves(wordCount, IntStream.range(0, wordCount).boxed().toList()),
        (from, to) -> from + to + 1 >>> 1);
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
    this.left = new int[2 * leafCount - 1];
    this.right = new int[2 * leafCount - 1];
    this.parent = new int[2 * leafCount - 1];
    this.built = leafCount;
    parent[build(0, leafCount, split)] = -1;
  }

  private TreeShape(int wordCount, int[] firstWords, int[] left, int[] right) {
    this.firstWords = firstWords;
    this.left = left;
    this.right = right;
    this.leafOfWord = new int[wordCount];
    this.parent = new int[left.length];
    fillLeaves();
    for (int node = leafCount(); node < left.length; node++) {
      parent[left[node]] = node;
      parent[right[node]] = node;
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
    for (int[] part : List.of(firstWords, left, right)) {
      out.putArray(Arrays.stream(part).asLongStream().toArray());
    }
  }

  /** Reads a shape over so many words. */
  static TreeShape load(SnapshotReader in, int wordCount) throws IOException {
    int[] firstWords = takeInts(in);
    int[] left = takeInts(in);
    return new TreeShape(wordCount, firstWords, left, takeInts(in));
  }

  private static int[] takeInts(SnapshotReader in) throws IOException {
    return Arrays.stream(in.takeArray()).mapToInt(Math::toIntExact).toArray();
  }

  /** Builds the subtree over the leaves in {@code [from, to)}. */
  private int build(int from, int to, Split split) {
    if (to - from == 1) {
      return from;
    }
    int middle = split.at(from, to);
    int leftChild = build(from, middle, split);
    int rightChild = build(middle, to, split);
    int node = built++;
    left[node] = leftChild;
    right[node] = rightChild;
    parent[leftChild] = node;
    parent[rightChild] = node;
    return node;
  }

  /** Whether another shape is the same. */
  boolean isSame(TreeShape other) {
    return Arrays.equals(firstWords, other.firstWords) && Arrays.equals(left, other.left);
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

  int left(int node) {
    return left[node];
  }

  int right(int node) {
    return right[node];
  }

  /** The parent of a node, -1 for the root. */
  int parent(int node) {
    return parent[node];
  }
}
