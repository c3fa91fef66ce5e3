package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/** Breadth-first search by several workers, in blocks of all sizes, is the search by one. */
class ParallelismTest {
  private static final Pacing ONE_BY_ONE = new Pacing(1, 1_000_000, 0, () -> {});

  private static Facts run(TransitionSystem system, ExplorationOptions options, Pacing pacing) {
    Setting setting =
        new Setting(
            system, options, ExplorationMonitor.SILENT, System::nanoTime, Optional.of(pacing));
    return Facts.of(Exploration.run(setting));
  }

  private static ExplorationOptions options(StoreKind store, int workers, Limits limits) {
    return new ExplorationOptions(Search.BFS, store, workers, limits, true);
  }

  private static void yieldAtRandom() {
    if (ThreadLocalRandom.current().nextInt(4) == 0) {
      Thread.yield();
    }
  }

  @ParameterizedTest
  @EnumSource
  void workers_nestFamily_changeNothing(StoreKind store) {
    List<Nest> nests = List.of(Nest.thin(3, 12, 1), Nest.fat(3, 16, 0), Nest.fat(2, 12, 1));
    for (Nest nest : nests) {
      Nest broken = nest.withBug();
      Facts alone = run(broken, options(store, 1, Limits.NONE), ONE_BY_ONE);
      for (int workers : new int[] {2, 3, 8}) {
        Pacing pacing = new Pacing(64, 4, 10, () -> {});
        assertEquals(alone, run(broken, options(store, workers, Limits.NONE), pacing));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void pacing_anyBlocksAndPauses_changesNothing(StoreKind store) {
    SplittableRandom random = new SplittableRandom(21);
    Nest nest = Nest.fat(2, 12, 1).withBug();
    Facts alone = run(nest, options(store, 1, Limits.NONE), ONE_BY_ONE);
    for (int i = 0; i < 60; i++) {
      Pacing pacing =
          new Pacing(
              1 + random.nextInt(1 << random.nextInt(8)),
              1 + random.nextInt(12),
              random.nextInt(40),
              ParallelismTest::yieldAtRandom);
      int workers = 1 + random.nextInt(8);
      assertEquals(alone, run(nest, options(store, workers, Limits.NONE), pacing));
    }
  }

  @ParameterizedTest
  @EnumSource
  void maxStates_anyWorkersAndPacing_cutsAtTheSamePlace(StoreKind store) {
    SplittableRandom random = new SplittableRandom(22);
    Nest nest = Nest.thin(2, 12, 1).withBug();
    for (int i = 0; i < 40; i++) {
      Limits limits =
          new Limits(1 + random.nextInt(9_000), Long.MAX_VALUE, Long.MAX_VALUE, 1 << 30);
      Facts alone = run(nest, options(store, 1, limits), ONE_BY_ONE);
      Pacing pacing = new Pacing(1 + random.nextInt(90), 5, 20, () -> {});
      assertEquals(alone, run(nest, options(store, 1 + i % 4, limits), pacing));
    }
  }

  @Test
  void workers_oneOfThemFails_theFailureIsThrown() {
    TransitionSystem system = new FailingSystem(Nest.thin(2, 12, 1));
    ExplorationOptions options = options(StoreKind.TREE, 3, Limits.NONE);
    Pacing pacing = new Pacing(4, 4, 0, () -> {});
    assertThrows(ArithmeticException.class, () -> run(system, options, pacing));
  }

  /** Fails where the nesting bound cuts. */
  private record FailingSystem(Nest inner) implements Delegating {

    @Override
    public Expander newExpander() {
      Expander expander = inner.newExpander();
      return new Expander() {
        @Override
        public void initialStates(SuccessorSink sink) {
          expander.initialStates(sink);
        }

        @Override
        public void expand(long[] words, int offset, SuccessorSink sink) {
          if (inner.preference(words, offset) == inner.levels()) {
            throw new ArithmeticException("as the test wants");
          }
          expander.expand(words, offset, sink);
        }
      };
    }
  }
}
