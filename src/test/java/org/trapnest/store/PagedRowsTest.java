package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PagedRowsTest {
  @Test
  void rows_oddWidths_doNotOverlap() {
    for (int width : new int[] {1, 2, 3, 65, 500, 20_000}) {
      PagedRows rows = new PagedRows(width, new MemoryBudget(Long.MAX_VALUE));
      for (int row = 0; row < 1000; row++) {
        assertTrue(rows.ensure(row));
        for (int i = 0; i < width; i += Math.max(1, width - 1)) {
          rows.page(row)[rows.offset(row) + i] += row + 1;
        }
      }
      for (int row = 0; row < 1000; row++) {
        assertEquals(row + 1, rows.get(row));
        assertEquals(row + 1, rows.page(row)[rows.offset(row) + width - 1]);
      }
    }
  }

  @Test
  void ensure_budgetSpent_refusesWithoutEffect() {
    MemoryBudget budget = new MemoryBudget(200_000);
    PagedRows rows = new PagedRows(1, budget);
    assertTrue(rows.ensure(0));
    long used = budget.usedBytes();
    assertFalse(rows.ensure(1 << 20));
    assertEquals(used, budget.usedBytes());
    assertEquals(used, rows.bytes());
  }
}
