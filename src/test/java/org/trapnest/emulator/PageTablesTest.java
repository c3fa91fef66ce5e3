package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PageTablesTest {
  private static final long KERNEL = 0x1000_0000L;
  private static final long USER = 0x1000_1000L;
  private static final long LINEAR = 0xffff_ffff_9000_7f00L;

  private final PageTables tables = new PageTables(KERNEL, USER);

  /** The last entry of a walk, or 0 where it ends early. */
  private long walk(long root, long linear) {
    long entry = root;
    for (int shift = 39; shift >= 12; shift -= 9) {
      entry = tables.tables().get(entry & ~0xfffL)[(int) (linear >>> shift) & 0x1ff];
      if ((entry & 1) == 0) {
        return 0;
      }
    }
    return entry;
  }

  @Test
  void page_inTheKernelsViewAlone_isNotInTheUsers() {
    tables.map(LINEAR, false, false);
    assertEquals(
        tables.physical(LINEAR),
        OptionalLong.of((walk(KERNEL, LINEAR) & ~0xfffL) + (LINEAR & 0xfff)));
    assertEquals(0, walk(USER, LINEAR));
  }

  @Test
  void page_inBothViews_isTheSamePage() {
    tables.map(LINEAR, true, false);
    assertEquals(walk(KERNEL, LINEAR), walk(USER, LINEAR));
  }

  @Test
  void page_forUserMode_saysSoAtEveryLevel() {
    tables.map(0x40_0000L, true, true);
    tables.map(0x41_0000L, true, false);
    assertEquals(4, walk(USER, 0x40_0000L) & 4);
    assertEquals(0, walk(USER, 0x41_0000L) & 4);
    assertEquals(4, tables.tables().get(USER)[0] & 4);
  }

  @Test
  void pages_thatDiffer_haveDifferentPlaces() {
    tables.map(LINEAR, false, false);
    tables.map(LINEAR + 0x1000, false, false);
    assertNotEquals(tables.physical(LINEAR), tables.physical(LINEAR + 0x1000));
    assertEquals(OptionalLong.empty(), tables.physical(LINEAR + 0x2000));
  }
}
