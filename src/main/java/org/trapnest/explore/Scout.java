package org.trapnest.explore;

import java.util.Arrays;
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
   * A record is of some states in a row: of one, or of several whose entries are the same. Its
   * header has how many longs the entries take, how many states there are, and the bit CONTINUES if
   * the record of the only successor lies behind it. Then come the entries, and then for each state
   * the two lanes of its hash.
   *
   * There is an entry for each successor and each run of equal cuts. That of a cut has the bit CUT,
   * the bound, and how often in a row. That of a successor has its choice and bits for what follows:
   * VIOLATES (two longs: the checks, and the preference of its end), REACHES (the checks), NOTED
   * (the note); then comes the key. The key of a state in a run may lack what the store did not need
   * to find out; it is completed, here or among the candidates, by what the store knows when the run
   * has passed.
   *
   * The key in the entries of several states is that of the last one's successor. Those before have
   * one successor each, the next state, whose key is its hash's low lane and nothing else. Where
   * nothing can arrive, a state so takes 16 bytes and its share of the record's other longs; where
   * hundreds of thousands of states wait, room for their records is what runs short.
   */
  static final long CUT = 1L << 63;
  static final long VIOLATES = 1L << 32;
  static final long REACHES = 1L << 33;
  static final long NOTED = 1L << 34;
  static final int TIMES_SHIFT = 32;
  static final int HEADER = 1;
  static final int HASH = 2;

  /** How many longs of a record there are most often before the hashes. */
  static final int USUAL_HEAD = 5;

  private static final long CONTINUES = 1L << 48;
  private static final int COUNT_SHIFT = 32;
  private static final long ONE_STATE = 1L << COUNT_SHIFT;
  private static final int COUNT_MASK = 0xffff;
  private static final int MOST_SUCCESSOR_LONGS = 5;
  private static final int NO_CUT = -1;

  private final TransitionSystem system;
  private final StateCursor cursor;
  private final Expander expander;
  private final Candidates candidates;
  private final int keyWidth;
  private long[] records = new long[256];
  private int size;
  private int steps;
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
   * @param most the greatest number of states to expand, at least one
   * @return how many longs of {@link #records} there are
   */
  int follow(Candidates proposed, int most) {
    size = 0;
    steps = 0;
    int before = -1;
    Candidates last = proposed;
    while (steps < most) {
      cursor.advance(last);
      int start = size;
      int key = firstKey;
      if (!expand()) {
        size = start;
        return size;
      }
      steps++;
      completeKey(last, key);
      if (before >= 0 && isLike(before, start, key)) {
        merge(before, start, key);
      } else {
        if (before >= 0) {
          records[before] |= CONTINUES;
        }
        before = start;
      }
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

  /**
   * Whether the state at the cursor, whose record begins at an index, can be one of those of the
   * record before, in which its key begins at an index.
   */
  private boolean isLike(int before, int start, int key) {
    int entries = entries(records[before]);
    if (!cursor.isDerived() || candidates.size() != 1 || entries(records[start]) != entries) {
      return false;
    }
    int behindKey = key + keyWidth;
    int distance = start - before;
    return firstKey - key == distance
        && Arrays.equals(records, before + HEADER, key, records, start + HEADER, firstKey)
        && Arrays.equals(
            records,
            behindKey,
            before + HEADER + entries,
            records,
            behindKey + distance,
            start + HEADER + entries);
  }

  /** Makes it so; all that is told apart are the hash and the successor's key. */
  private void merge(int before, int start, int key) {
    records[before] += ONE_STATE;
    System.arraycopy(records, firstKey, records, key, keyWidth);
    System.arraycopy(records, size - HASH, records, start, HASH);
    firstKey = key;
    size = start + HASH;
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

  /** How many states they are of. */
  int steps() {
    return steps;
  }

  /** How many longs the entries of a record take, which lie behind its header. */
  static int entries(long header) {
    return (int) header;
  }

  /** The index of the lanes of the hash of a state of a record that begins at an index. */
  static int hash(long header, int record, int state) {
    return record + HEADER + entries(header) + state * HASH;
  }

  /** Whether a state of a record is its last one, whose successor's key is in the entries. */
  static boolean isLast(long header, int state) {
    return state + 1 == states(header);
  }

  private static int states(long header) {
    return (int) (header >>> COUNT_SHIFT) & COUNT_MASK;
  }

  /** How many longs from its begin behind a record the next one begins; zero if there is none. */
  static int distanceToNext(long header) {
    return (header & CONTINUES) == 0 ? 0 : hash(header, 0, states(header));
  }

  /** Appends the record of the state at the cursor; false when memory is spent. */
  private boolean expand() {
    int start = size;
    candidates.clear(1);
    refused = false;
    lastCut = NO_CUT;
    long low = cursor.hash().low();
    long high = cursor.hash().high();
    room(HEADER);
    size += HEADER;
    expander.expandAhead(cursor.words(), cursor.moved(), this);
    cursor.moved().clear();
    records[start] = ONE_STATE | size - start - HEADER;
    if (candidates.size() > 1) {
      candidates.copyFirstKey(records, firstKey);
    }
    room(HASH);
    records[size++] = low;
    records[size++] = high;
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
