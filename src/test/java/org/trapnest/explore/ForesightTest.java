package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.TransitionSystem;

/** A search that expands ahead finds what the same search without it finds, in the same order. */
class ForesightTest {
  /** The same system, but never expanded ahead. */
  private record StepByStep(TransitionSystem inner) implements Delegating {}

  /** The same system, expanded ahead. */
  private record Ahead(TransitionSystem inner) implements Delegating {
    @Override
    public boolean expandsAhead() {
      return true;
    }
  }

  private static Facts run(TransitionSystem system, ExplorationOptions options, int solo) {
    Pacing pacing = new Pacing(3, 5, solo, () -> {});
    return Facts.of(
        Exploration.run(
            new Setting(
                system,
                options,
                ExplorationMonitor.SILENT,
                System::nanoTime,
                Optional.of(pacing))));
  }

  /** Long runs without a choice, which fork and meet here and there. */
  private static Graph randomRuns(SplittableRandom random) {
    Graph graph = new Graph(3);
    int states = 2 + random.nextInt(400);
    graph.start(0, mask(random));
    for (int state = 0; state < states - 1; state++) {
      if (random.nextInt(40) > 0) {
        graph.marked(state, state + 1, mask(random), mask(random));
      }
      while (random.nextInt(15) == 0) {
        graph.marked(state, random.nextInt(states), mask(random), mask(random));
      }
      if (random.nextInt(20) == 0) {
        graph.cut(state, random.nextInt(2));
      }
      graph.prefer(state, random.nextInt(4));
    }
    return graph;
  }

  private static long mask(SplittableRandom random) {
    return random.nextInt(30) == 0 ? 1L << random.nextInt(3) : 0;
  }

  private static Limits randomLimits(SplittableRandom random) {
    long states = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(300);
    int depth = random.nextBoolean() ? 1 << 30 : random.nextInt(120);
    return new Limits(states, Long.MAX_VALUE, Long.MAX_VALUE, depth);
  }

  @ParameterizedTest
  @EnumSource
  void run_randomRunsAndLimits_isTheSearchStepByStep(StoreKind store) {
    SplittableRandom random = new SplittableRandom(31);
    for (int i = 0; i < 400; i++) {
      Graph graph = randomRuns(random);
      Limits limits = randomLimits(random);
      boolean continued = random.nextBoolean();
      ExplorationOptions alone = new ExplorationOptions(Search.BFS, store, 1, limits, continued);
      ExplorationOptions several =
          new ExplorationOptions(Search.BFS, store, 1 + random.nextInt(3), limits, continued);
      assertEquals(
          run(new StepByStep(graph), alone, 8), run(graph, several, random.nextInt(20) - 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_nestFamily_isTheSearchStepByStep(StoreKind store) {
    ExplorationOptions options = new ExplorationOptions(Search.BFS, store, 2, Limits.NONE, true);
    for (Nest nest : List.of(Nest.thin(3, 14, 0), Nest.fat(3, 12, 0), Nest.fat(2, 12, 1))) {
      TransitionSystem broken = nest.withBug();
      assertEquals(run(new StepByStep(broken), options, 8), run(new Ahead(broken), options, 8));
    }
  }
}
