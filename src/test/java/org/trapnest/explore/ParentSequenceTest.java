package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.trapnest.store.MemoryBudget;

class ParentSequenceTest {
  @Test
  void parent_randomAdvances_isWhatWasAppended() {
    SplittableRandom random = new SplittableRandom(3);
    ParentSequence sequence = new ParentSequence(new MemoryBudget(Long.MAX_VALUE));
    long[] parents = new long[50_000];
    ParentSequence.Writer writer = sequence.newWriter();
    long parent = 0;
    for (int child = 0; child < parents.length; child++) {
      if (random.nextInt(3) > 0) {
        parent += random.nextInt(100) == 0 ? random.nextInt(2_000) : random.nextInt(3);
      }
      parents[child] = parent;
      assertTrue(sequence.ensure(child, parent));
      writer.put(child, parent);
      if (random.nextInt(50) == 0) {
        writer.flush();
        writer = sequence.newWriter();
      }
    }
    writer.flush();
    for (int child = 0; child < parents.length; child++) {
      assertEquals(parents[child], sequence.parent(child));
    }
    ParentSequence.Reader reader = sequence.newReader();
    for (int child = parents.length - 1; child >= 0; child -= random.nextInt(9) == 0 ? 2 : 1) {
      assertEquals(parents[child], reader.parent(child));
    }
    for (int child = parents.length - 1; child >= 0; child -= random.nextInt(24)) {
      assertEquals(parents[child], reader.parent(child));
    }
  }

  @Test
  void bytes_oneChildEach_areAQuarterByteAState() {
    ParentSequence sequence = new ParentSequence(new MemoryBudget(Long.MAX_VALUE));
    sequence.ensure(4_000_000, 4_000_000);
    assertEquals(0.25, sequence.bytes() / 4e6, 0.1);
  }
}
