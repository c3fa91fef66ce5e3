package org.trapnest.emulator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Program;
import org.trapnest.machine.Region;

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

  /** Present and accessed. */
  private static final long PRESENT = 0x21;

  private static final long WRITABLE = 2;
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
   * The tables for a model: its code and memory, the service pages, and the user's pages.
   *
   * @param program the model's text as it is linked
   */
  static PageTables of(MachineModel model, GuestProgram program) {
    MachineModel.SystemRegisters system = model.system();
    PageTables pages = new PageTables(system.kernelCr3(), system.userCr3());
    for (long page = 0; page < ServicePage.BYTES; page += PAGE_BYTES) {
      pages.map(ServicePage.BASE + page, true, false);
    }
    for (long address : List.of(system.userRip(), system.sysenterReturn())) {
      if (address != 0) {
        pages.map(address, true, true);
        pages.map(address - 1, true, true);
      }
    }
    int length = program.code().length;
    for (long done = 0; done < length; done += PAGE_BYTES) {
      boolean stub = Program.BASE + done >= program.stubs();
      pages.map(Program.BASE + done, !stub, false);
    }
    for (Region region : model.memory().regions()) {
      for (long at = region.base() & -16; at < region.end(); at += 16) {
        if (region.kind() == Region.Kind.SHADOW_STACK) {
          pages.mapShadowStack(at, region.userMapped(), false);
        } else {
          pages.map(at, region.userMapped(), false);
        }
      }
    }
    return pages;
  }

  /**
   * Maps the page that holds a linear address. A page that is mapped twice has what either asked
   * for.
   *
   * @param inUserView whether the user's CR3 maps it too
   * @param forUserMode whether user mode may touch it
   */
  void map(long linear, boolean inUserView, boolean forUserMode) {
    enter(linear, inUserView, forUserMode, WRITABLE);
  }

  /**
   * Maps the page that holds a linear address as part of a shadow stack: its entry says that it is
   * dirty and not writable.
   *
   * @param inUserView whether the user's CR3 maps it too
   * @param forUserMode whether it is a shadow stack of user mode
   */
  void mapShadowStack(long linear, boolean inUserView, boolean forUserMode) {
    enter(linear, inUserView, forUserMode, 0);
  }

  private void enter(long linear, boolean inUserView, boolean forUserMode, long writable) {
    long page = linear & ADDRESS;
    long physical = pages.computeIfAbsent(page, p -> allocatePage());
    long entry = physical | writable | (forUserMode ? PRESENT | USER : PRESENT);
    enter(kernelRoot, page, entry);
    if (inUserView) {
      enter(userRoot, page, entry);
    }
  }

  private long allocatePage() {
    long page = nextPage;
    nextPage += PAGE_BYTES;
    return page;
  }

  private void enter(long root, long page, long entry) {
    long[] table = tables.get(root);
    for (int shift = TOP_SHIFT; shift > LAST_SHIFT; shift -= 9) {
      int index = (int) (page >>> shift) & 0x1ff;
      if (table[index] == 0) {
        table[index] = nextTable;
        tables.put(nextTable, new long[PAGE_BYTES / 8]);
        nextTable += PAGE_BYTES;
      }
      table[index] |= PRESENT | WRITABLE | entry & USER;
      table = tables.get(table[index] & ADDRESS);
    }
    table[(int) (page >>> LAST_SHIFT) & 0x1ff] |= entry | DIRTY;
  }

  /** Where a linear address lies in physical memory, if it was mapped. */
  OptionalLong physical(long linear) {
    Long page = pages.get(linear & ADDRESS);
    return page == null ? OptionalLong.empty() : OptionalLong.of(page + (linear & ~ADDRESS));
  }

  /**
   * Another page, which nothing is mapped to.
   *
   * @return its physical address
   */
  long spare() {
    return allocatePage();
  }

  /**
   * The last entries that map a linear address, one for each view that maps it.
   *
   * @return their values by their physical addresses
   */
  Map<Long, Long> entries(long linear) {
    Map<Long, Long> found = new TreeMap<>();
    for (long root : new long[] {kernelRoot, userRoot}) {
      long table = root;
      for (int shift = TOP_SHIFT; shift > LAST_SHIFT && table != 0; shift -= 9) {
        table = tables.get(table)[(int) (linear >>> shift) & 0x1ff] & ADDRESS;
      }
      int index = (int) (linear >>> LAST_SHIFT) & 0x1ff;
      if (table != 0 && tables.get(table)[index] != 0) {
        found.put(table + 8L * index, tables.get(table)[index]);
      }
    }
    return found;
  }

  /** Each table's entries by its physical address. */
  Map<Long, long[]> tables() {
    return tables;
  }
}
