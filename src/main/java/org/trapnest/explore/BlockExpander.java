package org.trapnest.explore;

import org.trapnest.store.StateCursor;
import org.trapnest.store.StateStore;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * One worker's way to expand blocks: states become candidates, nothing is inserted. What was
 * recorded ahead is repeated, and where it ends, new records are made.
 */
final class BlockExpander implements SuccessorSink {
  private static final int NO_STATE = -1;

  private final TransitionSystem system;
  private final StateCursor cursor;
  private final Expander expander;
  private final Foresight foresight;
  private final Foresight.Writer writer;
  private final Scout scout;
  private final ChangedWords allWords;
  private final int[] possibilities;
  private final int keyWidth;
  private final boolean derives;
  private Block block;
  private int depth;
  private long parent;

  // Only so that the loads of what is approached have a use.
  private long approached;

  /** An expander that holds a cursor of the store. */
  BlockExpander(TransitionSystem system, StateStore store, Foresight foresight) {
    this.system = system;
    this.cursor = store.newCursor();
    this.expander = system.newExpander();
    this.foresight = foresight;
    this.writer = foresight.newWriter();
    this.scout = new Scout(system, store, cursor, expander);
    this.block = new Block(system, store);
    this.possibilities = Possibilities.checksOf(system.possibilities());
    this.keyWidth = store.keyWidth();
    this.derives = store.derives();
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
    if (!foresight.isPossible()) {
      cursor.approach(block.firstState(), block.stateCount());
    } else {
      approachRecords(end);
    }
    for (parent = block.firstState(); parent < end && !block.refused(); parent++) {
      long known = foresight.pointer(parent);
      if (known == Foresight.NONE) {
        expandState();
      } else {
        repeat(known);
      }
      block.endState();
    }
  }

  /** Accesses all records of the block's states, so that these accesses overlap. */
  private void approachRecords(long end) {
    long sum = 0;
    for (long state = block.firstState(); state < end; state++) {
      long pointer = foresight.pointer(state);
      if (pointer != Foresight.NONE) {
        long[] records = foresight.page(pointer);
        int record = Foresight.offset(pointer);
        int hash = record + Scout.USUAL_HEAD + Foresight.state(pointer) * Scout.HASH;
        sum += records[record] + records[Math.min(hash, records.length - 1)];
      }
    }
    approached = sum;
  }

  private void expandState() {
    cursor.moveTo(parent);
    block.digest().add(cursor.hash());
    if (!system.expandsAhead()) {
      expander.expand(cursor.words(), 0, this);
      return;
    }
    int before = block.candidates().size();
    expander.expandAhead(cursor.words(), cursor.moved(), this);
    cursor.moved().clear();
    if (block.candidates().size() == before + 1 && !block.refused()) {
      followRun();
    }
  }

  /** Goes on from the only successor of the state at the cursor. */
  private void followRun() {
    int steps = foresight.steps();
    if (steps > 0) {
      int size = scout.follow(block.candidates(), steps);
      block.foresee(writer.write(scout.records(), size, scout.steps()));
      return;
    }
    if (!derives) {
      return;
    }
    cursor.advance(block.candidates());
    if (cursor.hold()) {
      block.candidates().completeLastKey(cursor);
    } else {
      block.refuse();
    }
  }

  /** Whether what a numbered block proposed and the store knew is what it was taken for. */
  boolean confirms(Block numbered) {
    return cursor.confirms(numbered.candidates(), numbered::parent);
  }

  /** Does again what the expansion of a state did ahead of time. */
  private void repeat(long pointer) {
    long[] records = foresight.page(pointer);
    int record = Foresight.offset(pointer);
    int state = Foresight.state(pointer);
    long header = records[record];
    int hash = Scout.hash(header, record, state);
    boolean isLast = Scout.isLast(header, state);
    int nextState = isLast ? NO_STATE : hash + Scout.HASH;
    block.digest().addState(records[hash], records[hash + 1]);
    int at = record + Scout.HEADER;
    int end = at + Scout.entries(header);
    while (at < end) {
      long entry = records[at++];
      if ((entry & Scout.CUT) != 0) {
        block.cut((int) entry, (int) ((entry & ~Scout.CUT) >>> Scout.TIMES_SHIFT));
      } else {
        at = repeatSuccessor(entry, records, at, nextState);
      }
    }
    int distance = Scout.distanceToNext(header);
    if (!isLast) {
      block.foresee(Foresight.nextState(pointer));
    } else if (distance > 0) {
      block.foresee(Foresight.nextRecord(pointer, distance));
    }
  }

  /**
   * Gives a recorded successor.
   *
   * @param nextState where the state that it is has its place in the record, or {@link #NO_STATE}
   * @return the index of what follows it
   */
  private int repeatSuccessor(long entry, long[] records, int from, int nextState) {
    int at = from;
    if ((entry & Scout.VIOLATES) != 0) {
      violate(records[at], (int) records[at + 1], (int) entry);
      at += 2;
    }
    if ((entry & Scout.REACHES) != 0) {
      reach(records[at++]);
    }
    if ((entry & Scout.NOTED) != 0) {
      expander.take(records[at++]);
    }
    if (nextState == NO_STATE) {
      block.candidates().append(records, at);
    } else {
      cursor.proposeDerived(records[nextState], block.candidates());
    }
    return at + keyWidth;
  }

  @Override
  public void successor(
      int choice, long[] words, ChangedWords changed, long violated, long reached) {
    if (violated != 0) {
      violate(violated, system.preference(words, 0), choice);
    }
    reach(reached);
    if (system.expandsAhead() && parent != Block.ORIGIN) {
      expander.take(expander.note());
    }
    ChangedWords differing = parent == Block.ORIGIN ? allWords : changed;
    if (!cursor.propose(words, differing, block.candidates())) {
      block.refuse();
    }
  }

  private void violate(long violated, int preference, int choice) {
    long open = violated & ~block.decided();
    if (open != 0) {
      block.verdicts().violate(open, depth, preference, parent, choice);
    }
  }

  /** Notes which checks the next candidate reaches. */
  private void reach(long reached) {
    block.verdicts().reach(reached);
    int bits = Possibilities.positions(possibilities, reached);
    if (bits != 0) {
      block.claim(bits);
    }
  }

  @Override
  public void cut(int bound) {
    block.cut(bound, 1);
  }
}
