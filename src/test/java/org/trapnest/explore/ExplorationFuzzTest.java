package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Violation;

/** Random graphs: every search, store and number of workers against a plain search by paths. */
class ExplorationFuzzTest {
  private static final int CHECKS = 3;

  private static Graph randomGraph(SplittableRandom random) {
    Graph graph = new Graph(CHECKS);
    int states = 1 + random.nextInt(30);
    for (int i = random.nextInt(3); i >= 0; i--) {
      graph.start(random.nextInt(states), mask(random));
    }
    for (int i = random.nextInt(3 * states); i > 0; i--) {
      int source = random.nextInt(states);
      graph.marked(source, random.nextInt(states), mask(random), mask(random));
    }
    for (int state = 0; state < states; state++) {
      graph.prefer(state, random.nextInt(4));
    }
    return graph;
  }

  private static long mask(SplittableRandom random) {
    return random.nextInt(6) == 0 ? 1L << random.nextInt(CHECKS) : 0;
  }

  private static ExplorationResult run(
      Graph graph, Search search, StoreKind store, boolean continued) {
    return Exploration.run(
        graph,
        new ExplorationOptions(search, store, 1, Limits.NONE, continued),
        ExplorationMonitor.SILENT);
  }

  @ParameterizedTest
  @EnumSource
  void breadthFirst_randomGraphs_isThePlainSearch(StoreKind store) {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 300; i++) {
      Graph graph = randomGraph(random);
      PlainSearch plain = new PlainSearch(graph);
      ExplorationResult all = run(graph, Search.BFS, store, true);
      assertEquals(plain.states(), all.statistics().states());
      assertEquals(plain.transitions(), all.statistics().transitions());
      assertEquals(plain.depth(), all.statistics().depth());
      assertEquals(plain.violations(), all.violations());
      assertEquals(plain.violations(), run(graph, Search.BFS, store, false).violations());
    }
  }

  @ParameterizedTest
  @EnumSource
  void depthFirst_randomGraphs_agreesAndItsPathsLead(StoreKind store) {
    SplittableRandom random = new SplittableRandom(12);
    for (int i = 0; i < 300; i++) {
      Graph graph = randomGraph(random);
      ExplorationResult broad = run(graph, Search.BFS, StoreKind.FLAT, true);
      ExplorationResult deep = run(graph, Search.DFS, store, true);
      assertEquals(broad.digest(), deep.digest());
      assertEquals(broad.statistics().transitions(), deep.statistics().transitions());
      assertEquals(broad.reached(), deep.reached());
      assertEquals(checks(broad), checks(deep));
      assertEquals(checks(deep), checks(run(graph, Search.DFS, store, false)));
      for (Violation violation : deep.violations()) {
        assertTrue(PlainSearch.breaks(graph, violation.path(), violation.check()));
      }
    }
  }

  private static List<Integer> checks(ExplorationResult result) {
    return result.violations().stream().map(Violation::check).toList();
  }

  @ParameterizedTest
  @EnumSource
  void run_anyNumberOfWorkers_isTheSame(Search search) {
    Nest nest = Nest.fat(3, 12, 1).withBug();
    List<String> results =
        List.of(1, 2, 3, 8).stream()
            .map(
                workers -> {
                  ExplorationResult r =
                      Exploration.run(
                          nest,
                          new ExplorationOptions(
                              search, StoreKind.TREE, workers, Limits.NONE, true),
                          ExplorationMonitor.SILENT);
                  Statistics s = r.statistics();
                  return List.of(
                          r.completion(),
                          r.digest(),
                          r.violations(),
                          r.cuts(),
                          s.states(),
                          s.transitions(),
                          s.depth())
                      .toString();
                })
            .distinct()
            .toList();
    assertEquals(1, results.size());
  }
}
