package org.trapnest.store;

import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/**
 * Reads states whose trees are kept, and steps from them to those that are derived. Confined to one
 * thread.
 */
final class RunReader implements SuccessorSink {
  private final Expander expander;
  private final boolean ownsMoved;
  private final Patch patch = new Patch();
  private final StateHash hash = new StateHash();
  private StateTrees trees;
  private TreeCursor tree;
  private int steps;
  private int successors;

  /**
   * A reader at no state.
   *
   * @param expander what it steps with, and nobody else
   * @param ownsMoved whether nobody else needs to know which words have moved
   */
  RunReader(StateTrees trees, Expander expander, boolean ownsMoved) {
    this.expander = expander;
    this.ownsMoved = ownsMoved;
    take(trees);
  }

  private void take(StateTrees fresh) {
    trees = fresh;
    tree = fresh.newCursor();
  }

  /** The cursor at the state that was read. */
  TreeCursor tree() {
    return tree;
  }

  /** Reads the state with a root. */
  void read(StateTrees among, long root) {
    if (among != trees) {
      take(among);
    }
    tree.read(root);
  }

  /**
   * Reads a state.
   *
   * @return how many steps it is behind one whose tree is kept
   */
  int read(StateTrees among, HeldRoots held, Derivation derivation, long number) {
    long start = number;
    long root = held.root(start);
    steps = 0;
    while (root == StateTrees.NO_ROOT) {
      start = derivation.parent(start);
      root = held.root(start);
      steps++;
    }
    read(among, root);
    for (int i = 0; i < steps; i++) {
      step();
    }
    return steps;
  }

  /** Goes to the only successor. */
  void step() {
    successors = 0;
    if (ownsMoved) {
      expander.expandAhead(tree.words(), tree.moved(), this);
      tree.moved().clear();
    } else {
      expander.expand(tree.words(), 0, this);
    }
    if (successors != 1) {
      throw new IllegalStateException(
          "expansion is deterministic: a state that had one successor has " + successors);
    }
    tree.follow(patch);
  }

  @Override
  public void successor(
      int choice, long[] words, ChangedWords changed, long violated, long reached) {
    if (successors++ == 0) {
      patch.record(tree.words(), words, changed, hash);
    }
  }

  @Override
  public void cut(int bound) {
    // It was counted when the state was expanded first.
  }
}
