package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeTableTest {
  private static long half(int left, int right) {
    return (long) left << 32 | right & 0xffffffffL;
  }

  private static int number(NodeTable table, long first, long second) {
    return table.number(first, second, NodeTable.hash(first, second));
  }

  @Test
  void number_keysThatDifferInOneChild_areDifferentAndStay() {
    NodeTable table = new NodeTable(new MemoryBudget(Long.MAX_VALUE));
    int[] numbers = new int[1 << 16];
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < numbers.length; i++) {
        long first = half(i & 15, i >>> 4 & 15);
        long second = half(i >>> 8 & 15, i >>> 12);
        int number = number(table, first, second);
        assertTrue(round == 0 || number == numbers[i]);
        numbers[i] = number;
        assertEquals(first, table.page(number)[table.offset(number)]);
        assertEquals(second, table.page(number)[table.offset(number) + 1]);
      }
    }
    assertEquals(numbers.length, table.size());
    assertEquals(numbers.length, IntStream.of(numbers).distinct().count());
  }

  @Test
  void hash_smallIdsInAllPlaces_spreadOverSlotsAndTags() {
    Set<Long> high = new HashSet<>();
    Set<Long> low = new HashSet<>();
    for (int i = 0; i < 1 << 16; i++) {
      long hash = NodeTable.hash(half(i & 15, i >>> 4 & 15), half(i >>> 8 & 15, i >>> 12));
      high.add(hash >>> 32);
      low.add(hash & 0xffffffffL);
    }
    // Of so many random ones of 32 bits, less than one pair is expected to be equal.
    assertTrue(high.size() > (1 << 16) - 8, "high halves: " + high.size());
    assertTrue(low.size() > (1 << 16) - 8, "low halves: " + low.size());
    assertNotEquals(NodeTable.hash(1, 2), NodeTable.hash(2, 1));
  }
}
