package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.bits.Mixing;

class StateTableTest {
  private static final StateTable.KeyHash CROWDED = (page, offset) -> crowded(page[offset]);

  private final MemoryBudget budget = new MemoryBudget(1L << 30);
  private final Map<Long, Integer> numbers = new LinkedHashMap<>();
  private final Map<Candidates, List<Long>> keysOf = new IdentityHashMap<>();

  /** Three in four keys are in one shard; the others are everywhere. */
  private static long crowded(long key) {
    long mixed = Mixing.mix(key);
    return key % 4 == 0 ? mixed : 0x123L << 52 | mixed >>> 12;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void round_crowdedShard_numbersInOrderOfCandidates(int workers) {
    StateTable table = new StateTable(1, 1, CROWDED, budget);
    Random random = new Random(workers);
    for (int round = 0; round < 40; round++) {
      List<Candidates> blocks = blocks(random, workers, 400);
      addExpected(blocks);
      run(table, blocks, workers);
      verify(table);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void truncate_thenSameRound_isAsIfItHadNotBeen(int workers) {
    StateTable table = new StateTable(1, 1, CROWDED, budget);
    Random random = new Random(workers);
    for (int round = 0; round < 30; round++) {
      List<Candidates> blocks = blocks(random, workers, 300);
      assertTrue(table.begin(blocks));
      lookUp(table, blocks, workers);
      table.truncate(0);
      table.end(0);
      verify(table);
      List<Candidates> again = copies(blocks, workers);
      addExpected(again);
      run(table, again, workers);
      verify(table);
    }
  }

  private List<Candidates> blocks(Random random, int workers, int mostKeys) {
    List<Candidates> blocks = new ArrayList<>();
    for (int block = 0; block < 4; block++) {
      List<Long> keys = new ArrayList<>();
      int count = random.nextInt(mostKeys);
      for (int i = 0; i < count; i++) {
        keys.add((long) random.nextInt(40_000));
      }
      blocks.add(block(keys, workers));
    }
    return blocks;
  }

  private Candidates block(List<Long> keys, int workers) {
    Candidates block = new Candidates(1, CROWDED);
    block.clear(workers);
    keys.forEach(key -> block.append(new long[] {key}, 0));
    keysOf.put(block, keys);
    return block;
  }

  private List<Candidates> copies(List<Candidates> blocks, int workers) {
    return blocks.stream().map(block -> block(keysOf.get(block), workers)).toList();
  }

  private void addExpected(List<Candidates> blocks) {
    for (Candidates block : blocks) {
      keysOf.get(block).forEach(key -> numbers.putIfAbsent(key, numbers.size()));
    }
  }

  private static void lookUp(StateTable table, List<Candidates> blocks, int workers) {
    if (workers == 1) {
      blocks.forEach(block -> assertTrue(table.lookUp(block)));
      return;
    }
    for (int worker = 0; worker < workers; worker++) {
      assertTrue(table.lookUp(worker));
    }
  }

  private static void run(StateTable table, List<Candidates> blocks, int workers) {
    assertTrue(table.begin(blocks));
    lookUp(table, blocks, workers);
    long[] firsts = new long[blocks.size()];
    int fresh = 0;
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = table.size() + fresh;
      fresh += blocks.get(i).freshCount();
    }
    assertTrue(table.reserve(fresh));
    for (int worker = 0; worker < workers; worker++) {
      table.renumber(worker, firsts);
    }
    for (int i = 0; i < firsts.length; i++) {
      table.writeRows(blocks.get(i), (int) firsts[i]);
    }
    table.end(fresh);
  }

  private void verify(StateTable table) {
    assertEquals(numbers.size(), table.size());
    numbers.forEach(
        (key, number) -> {
          assertEquals((long) key, table.page(number)[table.offset(number)]);
          assertEquals(~(long) number, table.add(new long[] {key}, crowded(key), false));
        });
  }
}
