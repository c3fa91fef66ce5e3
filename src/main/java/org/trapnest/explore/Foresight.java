package org.trapnest.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.trapnest.store.MemoryBudget;

/**
 * What is known of the successors of states that wait: the records of expansions that were made
 * ahead of their level, and for each waiting state which of them is its own.
 *
 * <p>It never matters to the result whether a record is there; without one a state is expanded when
 * its turn comes. Threads write records and the entries of different states at once; all else is
 * done by one thread.
 */
final class Foresight {
  /*
   * How far. Of the states for which records are made, some prove to be known when their level
   * comes, and what was recorded behind them was made in vain. If that becomes of a part p of them,
   * a chain of n steps is of use for about n - p n^2 / 2, and if it costs c + n steps, it costs the
   * least for each useful one where n is the root of 2 c / p.
   *
   * Representation. Records lie in pages of longs. A pointer is the number of a page and the index
   * in it, plus one; zero is none; in its upper bits it has which of a record's states it is of. The
   * pointers of waiting states stand in a ring, by the lowest bits of the states' numbers. A chain
   * is written as a whole at one depth, and what it says of its last state is read as many levels
   * later as it has states; when that is over for all chains in a page, the page is given up.
   *
   * Invariants.
   *  1. The ring has an entry for each state that is waiting or being numbered.
   *  2. Entries of states below `validFrom` say nothing.
   */

  /** The greatest number of records in a chain. */
  static final int MOST_STEPS = 32;

  static final long NONE = 0;

  private static final int PAGE_SHIFT = 14;
  private static final int PAGE_LONGS = 1 << PAGE_SHIFT;
  private static final long PAGE_BYTES = 8L * PAGE_LONGS;
  private static final int MOST_PAGES = 1 << 16;
  private static final int FIRST_RING = 1 << 10;
  private static final int MOST_RING = 1 << 28;

  private static final int STATE_SHIFT = 48;

  /** The bits of a pointer that say where its record begins. */
  private static final long RECORD = (1L << STATE_SHIFT) - 1;

  /** The part of the room that is shared out: pages that are over in part take some, too. */
  private static final double SHARED_OUT = 0.75;

  /** How many longs a state's share of a record takes, as long as few have been written. */
  private static final int USUAL_LONGS = 4;

  private static final int FEW_STATES = 1 << 12;

  /** To begin a chain, and to end it, costs about as much as so many steps of it. */
  private static final double STEPS_PER_CHAIN = 1;

  /** At every so many depths chains of one step are made where they seem of no use. */
  private static final int TRIAL_DEPTHS = 32;

  /** The part of the heap that may be filled. */
  private static final int HEAP_SHARE = 16;

  private final MemoryBudget budget;
  private final long[][] pages;
  private final int[] lastDepths;
  private final List<Writer> writers = new ArrayList<>();
  private int pageEnd;
  private int usedPages;
  private int depth;
  private long[] ring = new long[FIRST_RING];
  private long validFrom;
  private boolean possible;
  private volatile int steps;
  private double fresh = 1;
  private double known;

  /**
   * Without any records.
   *
   * @param room the greatest number of bytes that they may take; zero if none are to be made
   */
  Foresight(MemoryBudget budget, long room) {
    this.budget = budget;
    this.possible = room > 0;
    this.pages = new long[(int) Math.min(room / PAGE_BYTES, MOST_PAGES)][];
    this.lastDepths = new int[pages.length];
  }

  /** A room that leaves most of the heap to others. */
  static long usualRoom() {
    return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  /** Begins a round that leads to a depth, with so many states waiting from a first one on. */
  void begin(int targetDepth, long first, long waiting) {
    if (targetDepth != depth) {
      depth = targetDepth;
      giveUpOldPages();
      int useful = usefulSteps();
      steps = possible ? (int) Math.min(useful, affordableSteps(first, waiting)) : 0;
    }
  }

  /** For how many in a chain there is room, at this depth and if all are as long. */
  private long affordableSteps(long first, long waiting) {
    long longs = USUAL_LONGS * FEW_STATES;
    long states = FEW_STATES;
    for (Writer writer : writers) {
      longs += writer.longs;
      states += writer.states;
    }
    double statesPerPage = SHARED_OUT * PAGE_LONGS * states / longs;
    long free = pages.length - usedPages;
    double inAll = pages.length * statesPerPage / Math.max(1, waiting);
    double now = free * statesPerPage / Math.max(1, unforeseen(first, waiting));
    return (long) Math.min(inAll, now);
  }

  private int usefulSteps() {
    double loss = known / fresh;
    fresh *= 0.5;
    known *= 0.5;
    double useful = Math.sqrt(2 * STEPS_PER_CHAIN / loss);
    int least = depth % TRIAL_DEPTHS == 0 ? 1 : 0;
    return Math.max(least, (int) Math.min(MOST_STEPS, useful));
  }

  /** Says of how many states that were foreseen it is known by now whether they were new. */
  void learn(int freshOnes, int knownOnes) {
    fresh += freshOnes;
    known += knownOnes;
  }

  private void giveUpOldPages() {
    int end = 0;
    for (int page = 0; page < pageEnd; page++) {
      if (pages[page] != null) {
        if (lastDepths[page] < depth) {
          pages[page] = null;
          usedPages--;
          budget.release(PAGE_BYTES);
        } else {
          end = page + 1;
        }
      }
    }
    pageEnd = end;
  }

  /** Whether there are or will be any records. */
  boolean isPossible() {
    return possible;
  }

  /** How many records a chain that is made now may have; zero where none is to be made. */
  int steps() {
    return steps;
  }

  /** The record of a waiting state, or {@link #NONE}. */
  long pointer(long state) {
    return !possible || state < validFrom ? NONE : ring[(int) state & ring.length - 1];
  }

  /** How many of some waiting states have no record. */
  long unforeseen(long first, long count) {
    if (!possible) {
      return count;
    }
    long without = 0;
    for (long i = 0; i < count; i++) {
      without += pointer(first + i) == NONE ? 1 : 0;
    }
    return without;
  }

  /** Makes room for the entries of the states in {@code [first, end)}, or gives all up. */
  void ensure(long first, long end) {
    if (!possible || end - first <= ring.length) {
      return;
    }
    long[] old = ring;
    long length = Long.highestOneBit(end - first) << 1;
    Optional<long[]> room =
        length <= MOST_RING ? reserve((int) length, length - old.length) : Optional.empty();
    if (room.isEmpty()) {
      close();
      return;
    }
    ring = room.get();
    for (long state = first; state < first + old.length; state++) {
      ring[(int) state & ring.length - 1] = old[(int) state & old.length - 1];
    }
  }

  /** Sets the entry of a state. */
  void put(long state, long pointer) {
    if (!possible) {
      return;
    }
    ring[(int) state & ring.length - 1] = pointer;
  }

  /** Forgets all entries of states up to the given number. */
  void forget(long states) {
    validFrom = states;
  }

  /** The page of a record. */
  long[] page(long pointer) {
    return pages[(int) ((pointer & RECORD) - 1 >>> PAGE_SHIFT)];
  }

  /** The index in its page where a record begins. */
  static int offset(long pointer) {
    return (int) (pointer - 1) & PAGE_LONGS - 1;
  }

  /** Which of the states of a record a pointer is of. */
  static int state(long pointer) {
    return (int) (pointer >>> STATE_SHIFT);
  }

  /** The pointer of the next state of the same record. */
  static long nextState(long pointer) {
    return pointer + (1L << STATE_SHIFT);
  }

  /** The pointer of the first state of a record that begins so many longs behind. */
  static long nextRecord(long pointer, int distance) {
    return (pointer & RECORD) + distance;
  }

  /** A writer for one thread. */
  Writer newWriter() {
    Writer writer = new Writer();
    writers.add(writer);
    return writer;
  }

  /** An array that takes so many longs more of the budget; empty when there is no room for it. */
  private Optional<long[]> reserve(int length, long more) {
    if (!budget.reserve(8 * more)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new long[length]);
    } catch (OutOfMemoryError e) {
      // Others use the heap too, so that even what is within the budget may be missing.
      budget.release(8 * more);
      return Optional.empty();
    }
  }

  /** A free page, or -1. */
  private synchronized int addPage() {
    for (int page = 0; page < pages.length; page++) {
      if (pages[page] == null) {
        Optional<long[]> room = reserve(PAGE_LONGS, PAGE_LONGS);
        if (room.isEmpty()) {
          return -1;
        }
        pages[page] = room.get();
        usedPages++;
        pageEnd = Math.max(pageEnd, page + 1);
        return page;
      }
    }
    return -1;
  }

  /** Gives all memory back, and makes no more records. */
  void close() {
    steps = 0;
    depth = Integer.MAX_VALUE;
    giveUpOldPages();
    Arrays.fill(pages, null);
    budget.release(8L * (ring.length - FIRST_RING));
    ring = new long[FIRST_RING];
    possible = false;
  }

  /** Writes chains, one after the other. */
  final class Writer {
    private long[] own = {};
    private int page;
    private int used;
    private long longs;
    private long states;

    /**
     * Writes a chain.
     *
     * @param size how many longs its records take
     * @param stateCount how many states they are of
     * @return the pointer to its first state, or {@link #NONE} without room
     */
    long write(long[] chain, int size, int stateCount) {
      longs += size;
      states += stateCount;
      if (size == 0 || size > PAGE_LONGS || !hasRoom(size)) {
        return NONE;
      }
      System.arraycopy(chain, 0, own, used, size);
      lastDepths[page] = Math.max(lastDepths[page], depth + stateCount);
      long pointer = ((long) page << PAGE_SHIFT) + used + 1;
      used += size;
      return pointer;
    }

    private boolean hasRoom(int size) {
      if (own.length - used >= size && pages[page] == own) {
        return true;
      }
      int fresh = addPage();
      if (fresh < 0) {
        // Whatever else were recorded at this depth would find no room either.
        steps = 0;
        return false;
      }
      page = fresh;
      own = pages[page];
      used = 0;
      return true;
    }
  }
}
