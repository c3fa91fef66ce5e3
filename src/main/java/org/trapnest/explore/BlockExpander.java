package org.trapnest.explore;

import org.trapnest.store.StateCursor;
import org.trapnest.store.StateStore;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/** One worker's way to expand blocks: states become candidates, nothing is inserted. */
final class BlockExpander implements SuccessorSink {
  private final TransitionSystem system;
  private final StateCursor cursor;
  private final Expander expander;
  private final ChangedWords allWords;
  private final int[] possibilities;
  private Block block;
  private int depth;
  private long parent;

  /** An expander that holds a cursor of the store. */
  BlockExpander(TransitionSystem system, StateStore store) {
    this.system = system;
    this.cursor = store.newCursor();
    this.expander = system.newExpander();
    this.block = new Block(system, store);
    this.possibilities = Possibilities.checksOf(system.possibilities());
    this.allWords = new ChangedWords(system.wordCount());
    allWords.addAll();
  }

  /**
   * Expands the states of a block.
   *
   * @param targetDepth the depth of the successors
   */
  void expand(Block target, int targetDepth) {
    block = target;
    depth = targetDepth;
    try {
      if (target.firstState() == Block.ORIGIN) {
        expandOrigin();
      } else {
        expandStates();
      }
    } catch (OutOfMemoryError e) {
      // Others use the heap too, so that even memory that is within the budget may be missing.
      block.refuse();
    }
  }

  private void expandOrigin() {
    parent = Block.ORIGIN;
    expander.initialStates(this);
    block.endState();
  }

  private void expandStates() {
    long end = block.firstState() + block.stateCount();
    for (parent = block.firstState(); parent < end && !block.refused(); parent++) {
      cursor.moveTo(parent);
      cursor.digestInto(block.digest());
      expander.expand(cursor.words(), 0, this);
      block.endState();
    }
  }

  @Override
  public void successor(
      int choice, long[] words, ChangedWords changed, long violated, long reached) {
    Verdicts verdicts = block.verdicts();
    verdicts.reach(reached);
    long open = violated & ~block.decided();
    if (open != 0) {
      verdicts.violate(open, depth, system.preference(words, 0), parent, choice);
    }
    claim(reached);
    ChangedWords differing = parent == Block.ORIGIN ? allWords : changed;
    if (!cursor.propose(words, differing, block.candidates())) {
      block.refuse();
    }
  }

  private void claim(long reached) {
    int bits = Possibilities.positions(possibilities, reached);
    if (bits != 0) {
      block.claim(bits);
    }
  }

  @Override
  public void cut(int bound) {
    block.cut(bound);
  }
}
