package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.bits.SetDigest;
import org.trapnest.transition.ChangedWords;

/** What every store promises. */
class StateStoreTest {
  enum Kind {
    TREE,
    FLAT,
    HASH;

    StateStore create(int wordCount, long maxStates, MemoryBudget budget) {
      return switch (this) {
        case TREE -> new TreeStore(wordCount, maxStates, budget);
        case FLAT -> new FlatStore(wordCount, maxStates, budget);
        case HASH -> new HashStore(wordCount, maxStates, budget);
      };
    }

    StateStore create(int wordCount) {
      return create(wordCount, Long.MAX_VALUE, new MemoryBudget(Long.MAX_VALUE));
    }
  }

  private static ChangedWords all(int wordCount) {
    ChangedWords changed = new ChangedWords(wordCount);
    changed.addAll();
    return changed;
  }

  private static ChangedWords only(int wordCount, int... words) {
    ChangedWords changed = new ChangedWords(wordCount);
    Arrays.stream(words).forEach(changed::add);
    return changed;
  }

  @ParameterizedTest
  @EnumSource
  void insert_newAndKnown_areTold(Kind kind) {
    StateStore store = kind.create(3);
    StateCursor cursor = store.newCursor();
    assertEquals(0, cursor.insert(new long[] {1, 2, 3}, all(3)));
    assertEquals(1, cursor.insert(new long[] {1, 2, -3}, all(3)));
    assertEquals(~0L, cursor.insert(new long[] {1, 2, 3}, all(3)));
    assertEquals(~1L, cursor.insert(new long[] {1, 2, -3}, all(3)));
    assertEquals(2, store.states());
  }

  @ParameterizedTest
  @EnumSource
  void insert_allZeroFirst_isNew(Kind kind) {
    for (int words = 1; words < 6; words++) {
      StateStore store = kind.create(words);
      StateCursor cursor = store.newCursor();
      assertEquals(0, cursor.insert(new long[words], all(words)));
      assertEquals(~0L, cursor.insert(new long[words], all(words)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void insert_fromAState_needsOnlyTheChangedWords(Kind kind) {
    StateStore store = kind.create(4);
    StateCursor cursor = store.newCursor();
    cursor.insert(new long[] {1, 2, 3, 4}, all(4));
    cursor.moveTo(0);
    assertEquals(1, cursor.insert(new long[] {1, 2, 5, 4}, only(4, 2)));
    assertEquals(~0L, cursor.insert(new long[] {1, 2, 3, 4}, only(4, 0, 3)));
    assertEquals(~0L, cursor.insert(new long[] {1, 2, 3, 4}, only(4)));
    assertArrayEquals(new long[] {1, 2, 3, 4}, Arrays.copyOf(cursor.words(), 4));
    cursor.moveTo(1);
    assertArrayEquals(new long[] {1, 2, 5, 4}, Arrays.copyOf(cursor.words(), 4));
    assertEquals(~0L, cursor.insert(new long[] {1, 2, 3, 4}, only(4, 2)));
  }

  @ParameterizedTest
  @EnumSource
  void insert_valuesAroundTheSignBits_areKeptApart(Kind kind) {
    long[] values = {0, -1, 1L << 31, (1L << 31) - 1, 1L << 32, Long.MIN_VALUE, -(1L << 31)};
    StateStore store = kind.create(1);
    StateCursor cursor = store.newCursor();
    for (int i = 0; i < values.length; i++) {
      assertEquals(i, cursor.insert(new long[] {values[i]}, all(1)));
    }
    for (int i = 0; i < values.length; i++) {
      cursor.moveTo(i);
      assertEquals(values[i], cursor.words()[0]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void insert_atTheStateLimit_refusesOnlyNewStates(Kind kind) {
    StateStore store = kind.create(2, 2, new MemoryBudget(Long.MAX_VALUE));
    StateCursor cursor = store.newCursor();
    cursor.insert(new long[] {1, 1}, all(2));
    cursor.insert(new long[] {1, 2}, all(2));
    assertEquals(StateStore.REFUSED, cursor.insert(new long[] {1, 3}, all(2)));
    assertEquals(~1L, cursor.insert(new long[] {1, 2}, all(2)));
    assertEquals(2, store.states());
  }

  @ParameterizedTest
  @EnumSource
  void insert_memorySpent_refusesAndKeepsWhatItHas(Kind kind) {
    MemoryBudget budget = new MemoryBudget(3 << 20);
    StateStore store = kind.create(20, Long.MAX_VALUE, budget);
    StateCursor cursor = store.newCursor();
    long[] words = new long[20];
    long inserted = 0;
    while (cursor.insert(words, all(20)) != StateStore.REFUSED) {
      inserted++;
      words[(int) (inserted % 20)] += inserted << 20;
    }
    assertEquals(inserted, store.states());
    assertTrue(budget.usedBytes() <= 3 << 20);
    assertEquals(StateStore.REFUSED, cursor.insert(words, all(20)));
    cursor.moveTo(inserted - 1);
    assertEquals(~(inserted - 1), cursor.insert(cursor.words().clone(), all(20)));
  }

  @ParameterizedTest
  @EnumSource
  void bytes_manyStates_areWhatTheBudgetWasAskedFor(Kind kind) {
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    StateStore store = kind.create(7, Long.MAX_VALUE, budget);
    long emptyIndexBytes = store.bytes();
    StateCursor cursor = store.newCursor();
    for (int i = 0; i < 100_000; i++) {
      cursor.insert(new long[] {i, -i, 3, 4, 5, i >> 9, 7}, all(7));
    }
    assertEquals(store.bytes(), budget.usedBytes());
    assertTrue(store.bytes() > emptyIndexBytes + 100_000L * 8);
  }

  @Test
  void digest_allStores_isTheSame() {
    List<String> digests =
        Arrays.stream(Kind.values())
            .map(
                kind -> {
                  StateStore store = kind.create(3);
                  StateCursor cursor = store.newCursor();
                  for (int i = 0; i < 1000; i++) {
                    cursor.insert(new long[] {i % 500, -i % 500, 3}, all(3));
                    cursor.moveTo(i % 500 / 2);
                  }
                  return store.digest();
                })
            .distinct()
            .toList();
    assertEquals(1, digests.size());
  }

  @Test
  void hashStore_released_dropsTheWordsAndReusesTheRow() {
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    HashStore store = new HashStore(1000, Long.MAX_VALUE, budget);
    StateCursor cursor = store.newCursor();
    long[] words = new long[1000];
    for (int i = 0; i < 1000; i++) {
      words[i % 7] = i;
      assertEquals(i, cursor.insert(words, all(1000)));
      store.release(i, i + 1);
    }
    assertTrue(store.bytes() < 1 << 20, "no words of a thousand states are kept");
    assertThrows(IllegalStateException.class, () -> cursor.moveTo(5));
    assertEquals(~999L, cursor.insert(words, all(1000)));
  }

  @Test
  void collisionBound_billionStates_isNegligible() {
    assertEquals(0, Kind.TREE.create(1).collisionBound());
    assertEquals(1.5e-21, HashStore.collisionBound(1_000_000_000L), 1e-22);
  }

  @ParameterizedTest
  @EnumSource
  void advance_proposedSuccessors_goesToTheLastOne(Kind kind) {
    StateStore store = kind.create(4);
    StateCursor cursor = store.newCursor();
    Candidates candidates = store.newCandidates();
    candidates.clear(1);
    cursor.insert(new long[] {1, 2, 3, 4}, all(4));
    cursor.moveTo(0);
    cursor.moved().clear();
    assertTrue(cursor.propose(new long[] {1, 2, -3, 4}, only(4, 2), candidates));
    assertTrue(cursor.propose(new long[] {9, 2, 3, 4}, only(4, 0), candidates));
    cursor.advance(candidates);
    assertArrayEquals(new long[] {9, 2, 3, 4}, cursor.words());
    assertEquals(1, cursor.moved().size());
    assertEquals(0, cursor.moved().wordIndex(0));
    SetDigest ahead = new SetDigest();
    ahead.add(cursor.hash());
    assertEquals(1, cursor.insert(new long[] {9, 2, 3, 4}, only(4)));
    assertEquals(2, cursor.insert(new long[] {9, 2, 3, -4}, only(4, 3)));
    cursor.moveTo(1);
    SetDigest stored = new SetDigest();
    stored.add(cursor.hash());
    assertEquals(stored.toString(), ahead.toString());
    cursor.moveTo(0);
    assertArrayEquals(new long[] {1, 2, 3, 4}, cursor.words());
  }

  @ParameterizedTest
  @EnumSource
  void append_copiedKey_isTheSameCandidate(Kind kind) {
    StateStore store = kind.create(3);
    StateCursor cursor = store.newCursor();
    Candidates proposed = store.newCandidates();
    proposed.clear(1);
    assertTrue(cursor.propose(new long[] {1, -2, 3}, all(3), proposed));
    long[] key = new long[store.keyWidth() + 1];
    proposed.copyLastKey(key, 1);
    Candidates copied = store.newCandidates();
    copied.clear(1);
    copied.append(key, 1);
    assertTrue(store.begin(List.of(proposed, copied)));
    assertTrue(store.lookUp(proposed));
    assertTrue(store.lookUp(copied));
    assertEquals(1, proposed.freshCount());
    assertEquals(0, copied.freshCount());
  }
}
