package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.trapnest.store.MemoryBudget;

/** The room that records take, and how long they stay. */
class ForesightRecordsTest {
  private static final long PAGE_BYTES = 8L << 14;
  private static final long WITHOUT_LIMIT = 1L << 40;

  /** A chain that was written, and the depth of its last state. */
  private record Chain(long pointer, long[] records, int lastDepth) {
    boolean isThere(Foresight foresight) {
      long[] page = foresight.page(pointer);
      int from = Foresight.offset(pointer);
      return Arrays.equals(page, from, from + records.length, records, 0, records.length);
    }
  }

  private static long[] randomRecords(SplittableRandom random, int most) {
    return random.longs(1 + random.nextInt(most)).toArray();
  }

  @Test
  void write_anyChains_areThereUntilTheirLastStateIsExpanded() {
    SplittableRandom random = new SplittableRandom(5);
    MemoryBudget budget = new MemoryBudget(WITHOUT_LIMIT);
    long room = 30 * PAGE_BYTES;
    Foresight foresight = new Foresight(budget, room);
    List<Foresight.Writer> writers = List.of(foresight.newWriter(), foresight.newWriter());
    List<Chain> chains = new ArrayList<>();
    int refused = 0;
    for (int depth = 1; depth < 400; depth++) {
      int now = depth;
      foresight.begin(depth, 0, 1000);
      chains.removeIf(chain -> chain.lastDepth() < now);
      assertTrue(chains.stream().allMatch(chain -> chain.isThere(foresight)));
      for (int i = random.nextInt(120); i > 0; i--) {
        long[] records = randomRecords(random, 2000);
        int states = 1 + random.nextInt(Foresight.MOST_STEPS);
        Foresight.Writer writer = writers.get(random.nextInt(2));
        long pointer = writer.write(records, records.length, states);
        if (pointer == Foresight.NONE) {
          refused++;
          assertEquals(0, foresight.steps());
        } else {
          chains.add(new Chain(pointer, records, depth + states));
        }
      }
      assertTrue(budget.usedBytes() <= room);
    }
    assertTrue(refused > 0);
    assertTrue(chains.stream().allMatch(chain -> chain.isThere(foresight)));
    foresight.close();
    assertEquals(0, budget.usedBytes());
  }

  @Test
  void begin_moreAndMoreWaiting_makesChainsThatHaveRoom() {
    Foresight foresight = new Foresight(new MemoryBudget(WITHOUT_LIMIT), 64 * PAGE_BYTES);
    Foresight.Writer writer = foresight.newWriter();
    int waiting = 500;
    // How many waiting states have so many more depths foreseen.
    int[] foreseen = new int[Foresight.MOST_STEPS + 1];
    foreseen[0] = waiting;
    long expanded = 0;
    long expandedNow = 0;
    int least = Foresight.MOST_STEPS;
    for (int depth = 1; depth < 300; depth++) {
      int more = depth < 50 ? waiting / 12 : 0;
      waiting += more;
      foreseen[0] += more;
      foresight.ensure(0, waiting);
      for (int i = 0; i < waiting; i++) {
        foresight.put(i, i < foreseen[0] ? Foresight.NONE : 1);
      }
      foresight.begin(depth, 0, waiting);
      int steps = foresight.steps();
      least = Math.min(least, steps);
      int chains = foreseen[0];
      for (long i = 0; i < chains && steps > 0; i++) {
        writer.write(new long[8 * steps], 8 * steps, steps);
      }
      assertEquals(steps, foresight.steps(), "no chain was refused at depth " + depth);
      expanded += waiting;
      expandedNow += chains;
      System.arraycopy(foreseen, 1, foreseen, 0, Foresight.MOST_STEPS);
      foreseen[Foresight.MOST_STEPS] = 0;
      foreseen[steps] += chains;
    }
    assertTrue(least < Foresight.MOST_STEPS, "room is short");
    assertTrue(expandedNow < expanded / 3, expandedNow + " of " + expanded);
  }

  @Test
  void pointer_ofStatesOfARecord_tellsThemApart() {
    Foresight foresight = new Foresight(new MemoryBudget(WITHOUT_LIMIT), PAGE_BYTES);
    Foresight.Writer writer = foresight.newWriter();
    foresight.begin(1, 0, 1);
    writer.write(new long[] {1, 2, 3}, 3, 1);
    long first = writer.write(new long[] {4, 5, 6, 7, 8}, 5, 3);
    long third = Foresight.nextState(Foresight.nextState(first));
    assertEquals(0, Foresight.state(first));
    assertEquals(2, Foresight.state(third));
    assertEquals(Foresight.offset(first), Foresight.offset(third));
    assertArrayEquals(foresight.page(first), foresight.page(third));
    long next = Foresight.nextRecord(third, 3);
    assertEquals(0, Foresight.state(next));
    assertEquals(7, foresight.page(next)[Foresight.offset(next)]);
  }
}
