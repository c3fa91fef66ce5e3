package org.trapnest.explore;

import java.util.Arrays;
import org.trapnest.bits.SetDigest;
import org.trapnest.store.Candidates;
import org.trapnest.store.StateCursor;
import org.trapnest.store.StateStore;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * Follows a run of states that have one successor each, ahead of the search, and records what their
 * expansion gives. Hot and mutable; used by one worker.
 */
final class Scout implements SuccessorSink {
  /*
   * Why. Entry code runs straight on: of a hundred states, ninety-nine have one successor, and it
   * is new. (To follow the last one of several too was slower.) To expand it now, with all that is
   * at hand, saves reading it from the store at its level, which costs more than the step; and
   * workers can do much between two barriers although levels are small. What is found to be known
   * already when its level comes is dropped with all that was recorded behind it.
   *
   * A record: its length in longs, with the bit CONTINUES if the record of the only successor lies
   * behind it; the two lanes that the state adds to the digest; then for each successor and each
   * run of equal cuts an entry. The entry of a cut has the bit CUT, the bound, and how often in a
   * row. The entry of a successor has its choice and bits for what follows: VIOLATES (two longs:
   * the checks, and the preference of its end), REACHES (the checks), NOTED (the note); then comes
   * the key. That of a state in a run may lack what the store did not need to find out; it is
   * completed, here or among the candidates, by what the store knows when the run has passed.
   */
  static final long CONTINUES = 1L << 32;
  static final long CUT = 1L << 63;
  static final long VIOLATES = 1L << 32;
  static final long REACHES = 1L << 33;
  static final long NOTED = 1L << 34;
  static final int TIMES_SHIFT = 32;
  static final int HEADER = 3;

  private static final int MOST_SUCCESSOR_LONGS = 5;
  private static final int NO_CUT = -1;

  private final TransitionSystem system;
  private final StateCursor cursor;
  private final Expander expander;
  private final Candidates candidates;
  private final int keyWidth;
  private final SetDigest digest = new SetDigest();
  private long[] records = new long[256];
  private int size;
  private int lastCut;
  private int firstKey;
  private boolean refused;

  /** A scout that moves a worker's cursor and uses its expander. */
  Scout(TransitionSystem system, StateStore store, StateCursor cursor, Expander expander) {
    this.system = system;
    this.cursor = cursor;
    this.expander = expander;
    this.candidates = store.newCandidates();
    this.keyWidth = store.keyWidth();
  }

  /**
   * Records the run that begins with the state proposed last at the cursor; the cursor moves.
   *
   * @param proposed the candidates whose last one it is
   * @param steps the greatest number of states to expand, at least one
   * @return how many longs of {@link #records} there are
   */
  int follow(Candidates proposed, int steps) {
    size = 0;
    int before = -1;
    Candidates last = proposed;
    for (int step = 0; step < steps; step++) {
      cursor.advance(last);
      int start = size;
      int key = firstKey;
      if (!expand()) {
        size = start;
        return size;
      }
      completeKey(last, key);
      if (before >= 0) {
        records[before] |= CONTINUES;
      }
      before = start;
      if (candidates.size() != 1) {
        return size;
      }
      last = candidates;
    }
    // Behind the last record the search goes on with what the store has.
    cursor.advance(last);
    if (cursor.hold()) {
      completeKey(last, firstKey);
    }
    return size;
  }

  /** Completes the key of the state at the cursor, among candidates or where it is recorded. */
  private void completeKey(Candidates proposed, int recorded) {
    if (proposed == candidates) {
      cursor.complete(records, recorded);
    } else {
      proposed.completeLastKey(cursor);
    }
  }

  /** The records of the last run, one behind the other. */
  long[] records() {
    return records;
  }

  /** Appends the record of the state at the cursor; false when memory is spent. */
  private boolean expand() {
    int start = size;
    candidates.clear(1);
    refused = false;
    lastCut = NO_CUT;
    digest.clear();
    cursor.digestInto(digest);
    room(HEADER);
    records[start + 1] = digest.low();
    records[start + 2] = digest.high();
    size += HEADER;
    expander.expandAhead(cursor.words(), cursor.moved(), this);
    cursor.moved().clear();
    records[start] = size - start;
    if (candidates.size() > 1) {
      candidates.copyFirstKey(records, firstKey);
    }
    return !refused;
  }

  private void room(int longs) {
    if (size + longs > records.length) {
      records = Arrays.copyOf(records, 2 * records.length + longs);
    }
  }

  @Override
  public void successor(
      int choice, long[] words, ChangedWords changed, long violated, long reached) {
    if (!cursor.propose(words, changed, candidates)) {
      refused = true;
      return;
    }
    room(MOST_SUCCESSOR_LONGS + keyWidth);
    lastCut = NO_CUT;
    long note = expander.note();
    long entry = choice & 0xffffffffL;
    int at = size++;
    if (violated != 0) {
      entry |= VIOLATES;
      records[size++] = violated;
      records[size++] = system.preference(words, 0);
    }
    if (reached != 0) {
      entry |= REACHES;
      records[size++] = reached;
    }
    if (note != 0) {
      entry |= NOTED;
      records[size++] = note;
    }
    records[at] = entry & ~CUT;
    firstKey = candidates.size() == 1 ? size : firstKey;
    candidates.copyLastKey(records, size);
    size += keyWidth;
  }

  @Override
  public void cut(int bound) {
    if (lastCut != NO_CUT && (int) records[lastCut] == bound) {
      records[lastCut] += 1L << TIMES_SHIFT;
      return;
    }
    room(1);
    lastCut = size;
    records[size++] = CUT | 1L << TIMES_SHIFT | bound;
  }
}
