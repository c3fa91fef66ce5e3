package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.bits.SetDigest;
import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/** The tree store against a hash map of whole vectors, on random walks with sparse changes. */
class TreeStoreFuzzTest {
  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,3", "5,4", "64,5", "65,6", "129,7", "500,8"})
  void insert_randomSparseChanges_numbersAsAMap(int wordCount, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeStore store = new TreeStore(wordCount, Long.MAX_VALUE, new MemoryBudget(Long.MAX_VALUE));
    StateCursor cursor = store.newCursor();
    Map<List<Long>, Long> plain = new HashMap<>();
    List<long[]> states = new ArrayList<>();
    ChangedWords changed = new ChangedWords(wordCount);
    changed.addAll();
    long[] words = new long[wordCount];
    for (int step = 0; step < 20_000; step++) {
      long expected = plain.getOrDefault(boxed(words), -1L);
      if (expected < 0) {
        plain.put(boxed(words), (long) states.size());
        assertEquals(states.size(), cursor.insert(words, changed));
        states.add(words.clone());
      } else {
        assertEquals(~expected, cursor.insert(words, changed));
      }
      if (random.nextInt(3) == 0) {
        int number = random.nextInt(states.size());
        cursor.approach(number, states.size() - number);
        cursor.moveTo(number);
        assertArrayEquals(states.get(number), Arrays.copyOf(cursor.words(), wordCount));
      } else if (step == 0) {
        cursor.moveTo(0);
      }
      System.arraycopy(cursor.words(), 0, words, 0, wordCount);
      mutate(words, changed, random);
    }
    assertEquals(states.size(), store.states());
    assertEquals(digest(states), store.digest());
  }

  /** Grows through both changes of shape, and keeps a second cursor where it was. */
  @Test
  void moveTo_afterTheShapeChanged_readsTheSameStates() {
    int wordCount = 40;
    int states = 1_100_000;
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    TreeStore store = new TreeStore(wordCount, Long.MAX_VALUE, budget);
    StateCursor cursor = store.newCursor();
    ChangedWords changed = new ChangedWords(wordCount);
    changed.addAll();
    long[] words = new long[wordCount];
    cursor.insert(words, changed);
    StateCursor resting = store.newCursor();
    resting.moveTo(0);
    for (int i = 1; i < states; i++) {
      cursor.moveTo(i - 1);
      store.settle();
      cursor.approach(Math.max(0, i - 4), Math.min(i, 4));
      fill(words, i);
      assertEquals(i, cursor.insert(words, changed));
    }
    assertEquals(budget.usedBytes(), store.bytes());
    for (int i = 0; i < states; i += 997) {
      fill(words, i);
      assertEquals(~(long) i, resting.insert(words, changed));
      cursor.moveTo(i);
      assertArrayEquals(words, cursor.words());
    }
  }

  private static void fill(long[] words, int number) {
    words[3] = number % 1000;
    words[4] = -(number % 7);
    words[30] = number / 1000;
  }

  private static void mutate(long[] words, ChangedWords changed, SplittableRandom random) {
    changed.clear();
    for (int i = random.nextInt(5); i > 0; i--) {
      int word = random.nextInt(words.length);
      changed.add(word);
      words[word] =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(8);
            case 2 -> -random.nextInt(8);
            default -> 0x8000_0000_0000_0000L >>> random.nextInt(64);
          };
    }
  }

  private static List<Long> boxed(long[] words) {
    return Arrays.stream(words).boxed().toList();
  }

  private static String digest(List<long[]> states) {
    SetDigest digest = new SetDigest();
    StateHash hash = new StateHash();
    for (long[] state : states) {
      hash.set(state, state.length);
      digest.add(hash);
    }
    return digest.toString();
  }
}
