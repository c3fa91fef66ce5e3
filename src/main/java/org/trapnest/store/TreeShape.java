package org.trapnest.store;

/**
 * The shape of a binary tree over the words of a state.
 *
 * <p>Nodes are numbered so that node {@code w} is the leaf of word {@code w}, children come before
 * their parents, and the root is last.
 */
final class TreeShape {
  private final int leafCount;
  private final int[] left;
  private final int[] right;
  private final int[] parent;
  private int built;

  /** A balanced tree over so many leaves, at least two; neighbouring words share subtrees. */
  TreeShape(int leafCount) {
    this.leafCount = leafCount;
    this.left = new int[2 * leafCount - 1];
    this.right = new int[2 * leafCount - 1];
    this.parent = new int[2 * leafCount - 1];
    this.built = leafCount;
    parent[build(0, leafCount)] = -1;
  }

  /** Builds the subtree over the leaves in {@code [from, to)}. */
  private int build(int from, int to) {
    if (to - from == 1) {
      return from;
    }
    int middle = from + to + 1 >>> 1;
    int leftChild = build(from, middle);
    int rightChild = build(middle, to);
    int node = built++;
    left[node] = leftChild;
    right[node] = rightChild;
    parent[leftChild] = node;
    parent[rightChild] = node;
    return node;
  }

  int leafCount() {
    return leafCount;
  }

  int nodeCount() {
    return parent.length;
  }

  int root() {
    return parent.length - 1;
  }

  boolean isLeaf(int node) {
    return node < leafCount;
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
