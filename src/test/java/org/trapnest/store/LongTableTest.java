package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LongTableTest {
  @Test
  void number_manyKeys_staysTheSameWhileItGrows() {
    LongTable table = new LongTable(new MemoryBudget(Long.MAX_VALUE));
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
  void number_indexCannotGrow_refusesAndKeepsWhatItHas() {
    long keyBytes = 8L << 14;
    long indexBytes = 32 * 8 * 4;
    LongTable table = new LongTable(new MemoryBudget(keyBytes + indexBytes));
    int size = 0;
    while (table.number(size) != LongTable.REFUSED) {
      size++;
    }
    assertTrue(size > 32 * 2, "most stripes are well filled");
    assertTrue(size < 32 * 8, "a free slot ends every search");
    for (int i = 0; i < size; i++) {
      assertEquals(i, table.number(i));
    }
  }

  @Test
  void number_severalThreads_agree() throws Exception {
    int keys = 200_000;
    LongTable table = new LongTable(new MemoryBudget(Long.MAX_VALUE));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<int[]>> results = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      results.add(threads.submit(() -> numbers(table, keys)));
    }
    int[] first = results.get(0).get();
    for (Future<int[]> result : results) {
      assertArrayEquals(first, result.get());
    }
    assertEquals(keys, Arrays.stream(first).distinct().count());
    for (int key = 0; key < keys; key++) {
      assertEquals(key * 0x100000001L, table.key(first[key]));
    }
    threads.shutdown();
  }

  private static int[] numbers(LongTable table, int keys) {
    int[] numbers = new int[keys];
    for (int key = 0; key < keys; key++) {
      numbers[key] = table.number(key * 0x100000001L);
    }
    return numbers;
  }
}
