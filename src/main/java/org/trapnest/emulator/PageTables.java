package org.trapnest.emulator;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Two trees of page tables, the kernel's and the user's, or one when the roots are the same. Pages
 * are of 4 KiB; each linear page has one physical page in both views.
 *
 * <p>Source: Intel SDM volume 3, "4-Level Paging and 5-Level Paging".
 */
final class PageTables {
  static final int PAGE_BYTES = 4096;

  private static final long FIRST_TABLE = 0x1010_0000L;
  private static final long FIRST_PAGE = 0x1100_0000L;

  /** Present, writable, accessed. */
  private static final long KERNEL = 0x23;

  private static final long USER = 4;
  private static final long DIRTY = 0x40;
  private static final long ADDRESS = ~0xfffL;
  private static final int TOP_SHIFT = 39;
  private static final int LAST_SHIFT = 12;

  private final long kernelRoot;
  private final long userRoot;
  private final Map<Long, long[]> tables = new TreeMap<>();
  private final Map<Long, Long> pages = new HashMap<>();
  private long nextTable = FIRST_TABLE;
  private long nextPage = FIRST_PAGE;

  PageTables(long kernelCr3, long userCr3) {
    this.kernelRoot = kernelCr3 & ADDRESS;
    this.userRoot = userCr3 & ADDRESS;
    tables.put(kernelRoot, new long[PAGE_BYTES / 8]);
    tables.put(userRoot, new long[PAGE_BYTES / 8]);
  }

  /**
   * Maps the page that holds a linear address. A page that is mapped twice has what either asked
   * for.
   *
   * @param inUserView whether the user's CR3 maps it too
   * @param forUserMode whether user mode may touch it
   */
  void map(long linear, boolean inUserView, boolean forUserMode) {
    long page = linear & ADDRESS;
    long physical = pages.computeIfAbsent(page, p -> allocatePage());
    enter(kernelRoot, page, physical, forUserMode);
    if (inUserView) {
      enter(userRoot, page, physical, forUserMode);
    }
  }

  private long allocatePage() {
    long page = nextPage;
    nextPage += PAGE_BYTES;
    return page;
  }

  private void enter(long root, long page, long physical, boolean forUserMode) {
    long bits = forUserMode ? KERNEL | USER : KERNEL;
    long[] table = tables.get(root);
    for (int shift = TOP_SHIFT; shift > LAST_SHIFT; shift -= 9) {
      int index = (int) (page >>> shift) & 0x1ff;
      if (table[index] == 0) {
        table[index] = nextTable;
        tables.put(nextTable, new long[PAGE_BYTES / 8]);
        nextTable += PAGE_BYTES;
      }
      table[index] |= bits;
      table = tables.get(table[index] & ADDRESS);
    }
    table[(int) (page >>> LAST_SHIFT) & 0x1ff] |= physical | bits | DIRTY;
  }

  /** Where a linear address lies in physical memory, if it was mapped. */
  OptionalLong physical(long linear) {
    Long page = pages.get(linear & ADDRESS);
    return page == null ? OptionalLong.empty() : OptionalLong.of(page + (linear & ~ADDRESS));
  }

  /** Each table's entries by its physical address. */
  Map<Long, long[]> tables() {
    return tables;
  }
}
