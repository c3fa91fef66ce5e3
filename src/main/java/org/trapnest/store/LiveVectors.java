package org.trapnest.store;

import java.io.IOException;
import java.util.Arrays;

/**
 * The words of those states that are still to be read, in pages that are dropped when all their
 * states are released.
 */
final class LiveVectors {
  private static final int PAGE_SHIFT = 6;
  private static final int PAGE_STATES = 1 << PAGE_SHIFT;
  private static final long[] NO_PAGE = {};

  private final int wordCount;
  private final MemoryBudget budget;
  private final long pageBytes;
  private long[][] pages = new long[4][];
  private int[] released = new int[4];
  private int pageCount;
  private long bytes;

  LiveVectors(int wordCount, MemoryBudget budget) {
    this.wordCount = wordCount;
    this.budget = budget;
    this.pageBytes = 8L * wordCount * PAGE_STATES;
  }

  /** Makes room for the states up to and including one; false when the memory budget is spent. */
  boolean ensure(long number) {
    while (number >>> PAGE_SHIFT >= pageCount) {
      if (!budget.reserve(pageBytes)) {
        return false;
      }
      try {
        addPage();
      } catch (OutOfMemoryError e) {
        budget.release(pageBytes);
        return false;
      }
    }
    return true;
  }

  private void addPage() {
    addPage(new long[wordCount * PAGE_STATES]);
    bytes += pageBytes;
  }

  private void addPage(long[] page) {
    if (pageCount == pages.length) {
      released = Arrays.copyOf(released, 2 * pageCount);
      pages = Arrays.copyOf(pages, 2 * pageCount);
    }
    pages[pageCount++] = page;
  }

  /** Whether a state's page is there: certain if the state is not released. */
  boolean isLive(long number) {
    return page(number).length > 0;
  }

  long[] page(long number) {
    return pages[(int) (number >>> PAGE_SHIFT)];
  }

  int offset(long number) {
    return (int) (number & PAGE_STATES - 1) * wordCount;
  }

  /** Forgets one state. */
  void release(long number) {
    int page = (int) (number >>> PAGE_SHIFT);
    if (++released[page] == PAGE_STATES) {
      pages[page] = NO_PAGE;
      budget.release(pageBytes);
      bytes -= pageBytes;
    }
  }

  /** Writes all pages that are there. */
  void save(SnapshotWriter out) throws IOException {
    out.put(pageCount);
    for (int i = 0; i < pageCount; i++) {
      out.put(released[i]);
      out.put(pages[i], 0, pages[i].length);
    }
  }

  /** Reads all pages when there are none yet. */
  void load(SnapshotReader in) throws IOException {
    int count = Math.toIntExact(in.take());
    for (int i = 0; i < count; i++) {
      int releasedHere = (int) in.take();
      if (releasedHere == PAGE_STATES) {
        addPage(NO_PAGE);
      } else if (!ensure((long) i << PAGE_SHIFT)) {
        throw new IOException("it needs more memory than is allowed");
      }
      released[i] = releasedHere;
      in.take(pages[i], 0, pages[i].length);
    }
  }

  long bytes() {
    return bytes;
  }
}
