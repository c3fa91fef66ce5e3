package org.trapnest.store;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A growing array of rows of equally many longs, in pages, so that growing copies nothing and
 * allocates no huge array.
 *
 * <p>Row {@code r} starts at {@code page(r)[offset(r)]} and does not cross pages. Any thread may
 * make room; who reads or writes a row must have heard, through some synchronisation, that it
 * exists.
 */
public final class PagedRows {
  private static final int TARGET_LONGS = 1 << 14;

  private final int width;
  private final int rowShift;
  private final int rowMask;
  private final MemoryBudget budget;
  private long[][] pages = new long[4][];
  private volatile int pageCount;

  /** Rows of the given number of longs, at least one. */
  public PagedRows(int width, MemoryBudget budget) {
    this.width = width;
    this.budget = budget;
    this.rowShift = Math.max(0, 31 - Integer.numberOfLeadingZeros(TARGET_LONGS / width));
    this.rowMask = (1 << rowShift) - 1;
  }

  /** Makes room for the rows up to and including one; false when the memory budget is spent. */
  public boolean ensure(long row) {
    return row >>> rowShift < pageCount || addPages(row >>> rowShift);
  }

  private synchronized boolean addPages(long lastPage) {
    while (lastPage >= pageCount) {
      if (!addPage()) {
        return false;
      }
    }
    return true;
  }

  private boolean addPage() {
    int longs = width << rowShift;
    if (!budget.reserve(8L * longs)) {
      return false;
    }
    try {
      if (pageCount == pages.length) {
        long[][] more = Arrays.copyOf(pages, 2 * pageCount);
        // Others may read old rows meanwhile.
        VarHandle.storeStoreFence();
        pages = more;
      }
      pages[pageCount] = new long[longs];
    } catch (OutOfMemoryError e) {
      // Others use the heap too, so that even a reserved page may be missing.
      budget.release(8L * longs);
      return false;
    }
    pageCount = pageCount + 1;
    return true;
  }

  public long[] page(long row) {
    return pages[(int) (row >>> rowShift)];
  }

  public int offset(long row) {
    return ((int) row & rowMask) * width;
  }

  /** The first long of a row. */
  public long get(long row) {
    return page(row)[offset(row)];
  }

  /** Sets the first long of a row. */
  public void set(long row, long value) {
    page(row)[offset(row)] = value;
  }

  /** Writes the first rows. */
  public void save(SnapshotWriter out, long rowCount) throws IOException {
    for (long row = 0; row < rowCount; row += rowMask + 1) {
      int rows = (int) Math.min(rowMask + 1, rowCount - row);
      out.put(page(row), 0, rows * width);
    }
  }

  /**
   * Reads the first rows.
   *
   * @throws IOException also if there is no memory for them
   */
  public void load(SnapshotReader in, long rowCount) throws IOException {
    if (rowCount > 0 && !ensure(rowCount - 1)) {
      throw new IOException("it needs more memory than is allowed");
    }
    for (long row = 0; row < rowCount; row += rowMask + 1) {
      int rows = (int) Math.min(rowMask + 1, rowCount - row);
      in.take(page(row), 0, rows * width);
    }
  }

  /** The bytes of all pages. */
  public long bytes() {
    return 8L * pageCount * (width << rowShift);
  }
}
