package org.trapnest.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.machine.MachineState;
import org.trapnest.transition.ChangedWords;

/** Random writes to random layouts: patches, whole packings and unpackings agree. */
class StateLayoutFuzzTest {
  private static final int SLOTS = 90;
  private static final int WRITES = 3000;

  private final KnownValues known =
      new KnownValues(new TreeSet<>(java.util.List.of(1L, 2L, -1L, Long.MIN_VALUE, 1L << 40)));
  private final int[] widths = new int[SLOTS];
  private SplittableRandom random = new SplittableRandom();

  private StateLayout randomLayout(long seed) {
    random = new SplittableRandom(seed);
    int[] possible = {0, 1, 2, 6, 16, 22, 23, 64, 64, 64, 64};
    int[] order = IntStream.range(0, SLOTS).toArray();
    for (int slot = 0; slot < SLOTS; slot++) {
      widths[slot] = possible[random.nextInt(possible.length)];
      int other = random.nextInt(slot + 1);
      int moved = order[other];
      order[other] = order[slot];
      order[slot] = moved;
    }
    return new StateLayout(widths, order, known);
  }

  private long randomValue(int slot) {
    int width = widths[slot];
    if (width == 0) {
      return 0;
    }
    long value = random.nextBoolean() ? random.nextLong() : known.value(random.nextInt(6));
    return width == 64 ? value : value & (1L << width) - 1;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void writes_patched_areAsIfPackedAnew_andUnpackToTheSameState(long seed) {
    StateLayout layout = randomLayout(seed);
    MachineState state = new MachineState(SLOTS);
    MachineState follower = new MachineState(SLOTS);
    long[] patched = new long[layout.wordCount()];
    long[] loaded = new long[layout.wordCount() + 3];
    long[] anew = new long[layout.wordCount()];
    ChangedWords changed = new ChangedWords(layout.wordCount());
    for (int i = 0; i < WRITES; i++) {
      long[] before = patched.clone();
      for (int n = random.nextInt(6); n >= 0; n--) {
        int slot = random.nextInt(SLOTS);
        state.write(slot, randomValue(slot));
      }
      changed.clear();
      layout.encodeJournal(state, patched, changed);
      state.commit();
      layout.encode(state, anew);
      assertArrayEquals(anew, patched);
      assertEverythingListed(before, patched, changed);
      if (random.nextInt(4) == 0) {
        long[] shifted = new long[patched.length + 3];
        System.arraycopy(patched, 0, shifted, 3, patched.length);
        layout.decode(shifted, 3, loaded, follower);
        assertArrayEquals(state.toArray(), follower.toArray());
        for (int slot = 0; slot < SLOTS; slot++) {
          assertEquals(state.read(slot), layout.read(shifted, 3, slot));
        }
      }
    }
  }

  private static void assertEverythingListed(long[] before, long[] after, ChangedWords changed) {
    boolean[] listed = new boolean[after.length];
    for (int i = 0; i < changed.size(); i++) {
      listed[changed.wordIndex(i)] = true;
    }
    for (int word = 0; word < after.length; word++) {
      assertTrue(listed[word] || before[word] == after[word], "word " + word);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void differentStates_haveDifferentWords(long seed) {
    StateLayout layout = randomLayout(seed);
    MachineState state = new MachineState(SLOTS);
    long[] words = new long[layout.wordCount()];
    long[] others = new long[layout.wordCount()];
    for (int i = 0; i < WRITES; i++) {
      int slot = random.nextInt(SLOTS);
      layout.encode(state, words);
      long was = state.read(slot);
      long is = randomValue(slot);
      state.write(slot, is);
      layout.encode(state, others);
      assertEquals(was == is, Arrays.equals(words, others));
    }
  }

  @Test
  void valueTooWideForItsSlot_isRefused() {
    StateLayout layout = new StateLayout(new int[] {1}, new int[] {0}, known);
    MachineState state = new MachineState(1);
    state.write(0, 2);
    assertThrows(IllegalStateException.class, () -> layout.encode(state, new long[1]));
  }
}
