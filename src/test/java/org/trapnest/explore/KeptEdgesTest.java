package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.trapnest.store.MemoryBudget;

class KeptEdgesTest {
  private static final int MANY = 100_000;

  @Test
  void add_many_keepsThemInOrderAndGivesTheMemoryBack() {
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    try (KeptEdges kept = new KeptEdges(budget)) {
      for (int i = 0; i < MANY; i++) {
        kept.add(i, 2L * i);
        kept.add(-1, -1);
        kept.truncate(i + 1);
      }
      assertTrue(kept.areAll());
      assertEquals(MANY, kept.count());
      for (int i = 0; i < MANY; i++) {
        assertEquals(i, kept.from(i));
        assertEquals(2L * i, kept.to(i));
      }
      assertTrue(budget.usedBytes() >= 16L * MANY);
    }
    assertEquals(0, budget.usedBytes());
  }

  @Test
  void add_withoutMemory_saysThatSomeAreLostAndKeepsTheOthers() {
    try (KeptEdges kept = new KeptEdges(new MemoryBudget(1 << 18))) {
      for (int i = 0; i < MANY; i++) {
        kept.add(i, i);
      }
      assertFalse(kept.areAll());
      long size = kept.count();
      assertTrue(size > 0 && size < MANY);
      kept.truncate(size - 1);
      kept.add(0, 0);
      assertEquals(size - 1, kept.count(), "once lost, nothing is added that others may miss");
      assertEquals(size - 2, kept.from(size - 2));
    }
  }
}
