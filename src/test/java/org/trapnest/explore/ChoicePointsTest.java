package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.TransitionSystem;

/** Searches of choice points alone against searches of every state. */
class ChoicePointsTest {
  private static final int CHECKS = 3;
  private static final long POSSIBLE = 0b100;

  /** A graph whose last check demands a possibility. */
  private record Demanding(TransitionSystem inner) implements Delegating {

    @Override
    public long possibilities() {
      return POSSIBLE;
    }
  }

  private static ExplorationResult run(TransitionSystem system, Search search, int workers) {
    return Exploration.run(
        system,
        new ExplorationOptions(search, StoreKind.TREE, workers, Limits.NONE, true),
        ExplorationMonitor.SILENT);
  }

  private static List<Integer> checks(ExplorationResult result) {
    return result.violations().stream().map(Violation::check).toList();
  }

  /** Mostly runs of states with one successor. */
  private static Graph randomGraph(SplittableRandom random) {
    Graph graph = new Graph(CHECKS);
    int states = 2 + random.nextInt(30);
    graph.start(0, random.nextInt(20) == 0 ? 1 : 0);
    long claims = random.nextLong() & random.nextLong() & random.nextLong() & ~1;
    for (int source = 0; source < states; source++) {
      for (int i = random.nextInt(8) < 6 ? 1 : random.nextInt(4); i > 0; i--) {
        long violated = random.nextInt(12) == 0 ? 1 + random.nextInt(3) : 0;
        int target = random.nextInt(states);
        long reached = random.nextInt(8) == 0 ? random.nextInt(4) : 0;
        graph.marked(source, target, violated, reached | (claims >>> target & 1) * POSSIBLE);
      }
      if (random.nextInt(6) == 0) {
        graph.cut(source, 0);
      }
    }
    return graph;
  }

  @ParameterizedTest
  @EnumSource
  void verdicts_randomGraphs_areThoseOfEveryState(Search search) {
    SplittableRandom random = new SplittableRandom(21);
    int impossible = 0;
    for (int i = 0; i < 400; i++) {
      Graph graph = randomGraph(random);
      Demanding every = new Demanding(graph);
      ChoicePoints fewer = new ChoicePoints(every);
      ExplorationResult all = run(every, search, 1);
      ExplorationResult result = run(fewer, search, 1 + i % 3);
      assertEquals(Completion.COMPLETE, result.completion());
      assertEquals(checks(all), checks(result));
      assertEquals(all.reached(), result.reached());
      assertTrue(result.statistics().states() <= all.statistics().states());
      for (Violation violation : result.withPaths(fewer::unrolled).violations()) {
        if (violation.check() < 2) {
          assertTrue(PlainSearch.breaks(graph, violation.path(), violation.check()));
        } else {
          impossible++;
        }
      }
    }
    assertTrue(impossible > 20 && impossible < 380, "both outcomes occur: " + impossible);
  }

  @Test
  void forcedStates_betweenChoices_areNotStored() {
    Graph graph = new Graph(1).start(0).edge(0, 1, 4).edge(1, 2).edge(2, 3).edge(3, 5, 6);
    ChoicePoints points = new ChoicePoints(graph);
    ExplorationResult result = run(points, Search.BFS, 1);
    assertEquals(5, result.statistics().states(), "0, 3, 4, 5 and 6");
    assertEquals(4, result.statistics().transitions());
    assertEquals(2, points.passedOver());
  }

  @Test
  void violation_insideARun_endsItAndItsPathIsWhole() {
    Graph graph = new Graph(1).start(0).edge(0, 1, 4).edge(1, 2);
    graph.marked(2, 3, 1, 0).edge(3, 5).edge(5, 6);
    ChoicePoints points = new ChoicePoints(graph);
    ExplorationResult result = run(points, Search.BFS, 1);
    assertEquals(List.of(0, 0), result.violation(0).orElseThrow().path());
    ExplorationResult whole = result.withPaths(points::unrolled);
    assertEquals(List.of(0, 0, 0, 0), whole.violation(0).orElseThrow().path());
  }

  @Test
  void claim_insideARun_saysNothingOfWhatLiesBehind() {
    Graph graph = new Graph(CHECKS).start(0).edge(0, 1, 0);
    graph.marked(1, 2, 0, POSSIBLE).edge(2, 3).edge(3, 3);
    ExplorationResult result = run(new ChoicePoints(new Demanding(graph)), Search.BFS, 1);
    assertEquals(List.of(2), checks(result), "from 3 the claim cannot come true again");
  }

  @Test
  void cycle_withoutAChoice_ends() {
    Graph graph = new Graph(1).start(0).edge(0, 1, 1).edge(1, 2).edge(2, 1);
    ExplorationResult result = run(new ChoicePoints(graph), Search.BFS, 1);
    assertEquals(Completion.COMPLETE, result.completion());
  }

  @Test
  void cuts_onTheWay_areCountedOnce() {
    Graph graph = new Graph(1).start(0).edge(0, 1, 4).edge(1, 2).edge(2, 3);
    graph.cut(1, 1).cut(3, 0).cut(0, 1);
    assertEquals(List.of(1L, 2L), run(new ChoicePoints(graph), Search.BFS, 1).cuts());
  }

  @Test
  void anyNumberOfWorkers_isTheSame() {
    List<String> results =
        List.of(1, 2, 3, 8).stream()
            .map(
                workers ->
                    run(new ChoicePoints(Nest.thin(3, 12, 1).withBug()), Search.BFS, workers))
            .map(r -> List.of(r.digest(), r.violations(), r.cuts(), r.statistics().states()))
            .map(List::toString)
            .distinct()
            .toList();
    assertEquals(1, results.size());
  }
}
