package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LongTableTest {
  @Test
  void number_manyKeys_staysTheSameWhileItGrows() {
    LongTable table = new LongTable(Long.MAX_VALUE, new MemoryBudget(Long.MAX_VALUE));
    for (int i = 0; i < 300_000; i++) {
      assertEquals(i, table.number(i * 0x100000001L));
    }
    for (int i = 0; i < 300_000; i++) {
      assertEquals(i, table.number(i * 0x100000001L));
      assertEquals(i * 0x100000001L, table.key(i));
    }
    assertEquals(300_000, table.size());
  }

  @Test
  void number_indexCannotGrow_isFilledFurtherBeforeItRefuses() {
    long keyBytes = 8L << 14;
    LongTable table = new LongTable(Long.MAX_VALUE, new MemoryBudget(keyBytes + 4 * 256));
    int size = 0;
    while (table.number(size) != LongTable.REFUSED) {
      size++;
    }
    assertTrue(size > 256 * 3 / 4, "more than the usual load");
    assertTrue(size < 256, "a free slot ends every search");
    for (int i = 0; i < size; i++) {
      assertEquals(i, table.number(i));
    }
  }
}
