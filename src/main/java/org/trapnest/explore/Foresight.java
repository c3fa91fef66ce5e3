package org.trapnest.explore;

import java.util.Arrays;
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
   * in it, plus one; zero is none. The pointers of waiting states stand in a ring, by the lowest
   * bits of the states' numbers. A chain is written as a whole at one depth, and its last record is
   * read MOST_STEPS levels later at the latest; then its page is given up.
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
  private static final int FIRST_RING = 1 << 10;
  private static final int MOST_RING = 1 << 28;

  /** What a record takes, about; only to share out the room among the waiting states. */
  private static final int RECORD_BYTES = 64;

  /** To begin a chain, and to end it, costs about as much as so many steps of it. */
  private static final double STEPS_PER_CHAIN = 1;

  /** At every so many depths chains of one step are made where they seem of no use. */
  private static final int TRIAL_DEPTHS = 32;

  /** The part of the heap that may be filled. */
  private static final int HEAP_SHARE = 32;

  private final MemoryBudget budget;
  private final long[][] pages;
  private final int[] depths;
  private int pageEnd;
  private int depth;
  private long[] ring = new long[FIRST_RING];
  private long validFrom;
  private boolean possible;
  private int steps;
  private double fresh = 1;
  private double known;

  /**
   * Without any records.
   *
   * @param possible whether records are to be made at all
   */
  Foresight(MemoryBudget budget, boolean possible) {
    this.budget = budget;
    this.possible = possible;
    long room = possible ? Runtime.getRuntime().maxMemory() / HEAP_SHARE : 0;
    this.pages = new long[(int) Math.min(room / (8L * PAGE_LONGS), 1 << 16)][];
    this.depths = new int[pages.length];
  }

  /** Begins a round that leads to a depth, with so many states waiting. */
  void begin(int targetDepth, long waiting) {
    if (targetDepth != depth) {
      depth = targetDepth;
      giveUpOldPages();
      long room = (long) pages.length * PAGE_LONGS * Long.BYTES / 2;
      long affordable = possible ? room / RECORD_BYTES / Math.max(1, waiting) : 0;
      steps = (int) Math.min(usefulSteps(), affordable);
    }
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
        if (depths[page] + MOST_STEPS < depth) {
          pages[page] = null;
          budget.release(8L * PAGE_LONGS);
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
  int unforeseen(long first, int count) {
    if (!possible) {
      return count;
    }
    int without = 0;
    for (int i = 0; i < count; i++) {
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
    return pages[(int) (pointer - 1 >>> PAGE_SHIFT)];
  }

  /** The index in its page where a record begins. */
  int offset(long pointer) {
    return (int) (pointer - 1) & PAGE_LONGS - 1;
  }

  /** A writer for one thread. */
  Writer newWriter() {
    return new Writer();
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

    /** Writes a chain; returns the pointer to its first record, or {@link #NONE} without room. */
    long write(long[] chain, int size) {
      if (size == 0 || size > PAGE_LONGS || !hasRoom(size)) {
        return NONE;
      }
      System.arraycopy(chain, 0, own, used, size);
      depths[page] = depth;
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
        return false;
      }
      page = fresh;
      own = pages[page];
      used = 0;
      return true;
    }
  }
}
