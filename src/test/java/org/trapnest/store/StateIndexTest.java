package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateIndexTest {
  private static final int SHARD = 77;

  private final StateIndex index = new StateIndex(new MemoryBudget(1L << 30));
  private final Map<Integer, Long> hashes = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(5);
  private int keysRead;

  private long newHash() {
    return (long) SHARD << 52 | random.nextLong() >>> 12;
  }

  private boolean put(int number, long hash) {
    if (!index.hasRoom(SHARD) && !index.grow(SHARD, Integer.MAX_VALUE, this::hashOf)) {
      return false;
    }
    index.put(index.freeSlot(hash), hash, number);
    hashes.put(number, hash);
    return true;
  }

  private long hashOf(int number) {
    keysRead++;
    return hashes.get(number);
  }

  /** Whether a search for a hash meets a number. */
  private boolean finds(long hash, int number) {
    int[] slots = index.slots(SHARD);
    int slot = StateIndex.home(hash, slots.length);
    int pattern = index.pattern(SHARD, hash);
    for (int entry = slots[slot]; entry != 0; entry = slots[slot]) {
      boolean matches = ((entry ^ pattern) & index.mask(SHARD)) == 0;
      if (matches && index.number(entry) == number) {
        return true;
      }
      slot = slot + 1 & slots.length - 1;
      pattern = index.further(pattern);
    }
    return false;
  }

  private void verify() {
    hashes.forEach((number, hash) -> assertTrue(finds(hash, number), "number " + number));
  }

  @ParameterizedTest
  @CsvSource({"0, 20", "20, 24", "24, 28", "28, 29", "29, 30", "30, 31", "20, 31"})
  void fit_moreNumberBits_allAreFoundBeforeAndAfterGrowth(int bitsBefore, int bitsAfter) {
    assertTrue(index.fit((1L << bitsBefore) - 2));
    for (int i = 0; i < 3000; i++) {
      put(i, newHash());
    }
    verify();
    assertTrue(index.fit((1L << bitsAfter) - 2));
    verify();
    int last = (int) ((1L << bitsAfter) - 2);
    for (int i = 0; i < 6000; i++) {
      put(last - i, newHash());
    }
    verify();
  }

  @Test
  void fit_numberBeyondAllBits_false() {
    assertTrue(index.fit((1L << 31) - 2));
    assertFalse(index.fit((1L << 31) - 1));
  }

  @Test
  void grow_longShard_readsFewKeys() {
    for (int i = 0; i < 380; i++) {
      put(i, newHash());
    }
    keysRead = 0;
    for (int i = 380; i < 3000; i++) {
      put(i, newHash());
    }
    assertTrue(keysRead > 0, "some entries are far from home");
    assertTrue(keysRead < 600, "keys read: " + keysRead);
    verify();
  }

  @Test
  void grow_crowdedHomes_allAreFound() {
    for (int i = 0; i < 5000; i++) {
      put(i, newHash() & ~(0x3fL << 40));
    }
    verify();
  }

  @Test
  void remove_lastOnes_othersAreAsBefore() {
    for (int i = 0; i < 300; i++) {
      put(i, newHash());
    }
    int[] before = index.slots(SHARD).clone();
    for (int i = 300; i < 350; i++) {
      put(i, newHash());
    }
    for (int i = 349; i >= 300; i--) {
      index.remove(hashes.remove(i), i);
    }
    assertArrayEquals(before, index.slots(SHARD));
  }

  @Test
  void grow_noMemory_permitsAHigherLoadThenRefuses() {
    StateIndex small = new StateIndex(new MemoryBudget(0));
    int count = 0;
    long hash = newHash();
    while (small.hasRoom(SHARD) || small.grow(SHARD, Integer.MAX_VALUE, this::hashOf)) {
      small.put(small.freeSlot(hash), hash, count++);
      hash = newHash();
    }
    assertEquals(7, count);
  }
}
