package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.ExplorationResult.Violation;

class ExplorationTest {
  private static final int A = 1;
  private static final int B = 2;

  private static ExplorationResult run(
      Graph graph, Search search, StoreKind store, boolean continueAfterViolations) {
    ExplorationOptions options =
        new ExplorationOptions(search, store, 1, Limits.NONE, continueAfterViolations);
    return Exploration.run(graph, options, ExplorationMonitor.SILENT);
  }

  private static ExplorationResult broad(Graph graph) {
    return run(graph, Search.BFS, StoreKind.TREE, false);
  }

  private static ExplorationResult deep(Graph graph) {
    return run(graph, Search.DFS, StoreKind.TREE, false);
  }

  private static void assertCounts(
      ExplorationResult result, long states, long transitions, int depth) {
    assertEquals(Completion.COMPLETE, result.completion());
    assertEquals(states, result.statistics().states());
    assertEquals(transitions, result.statistics().transitions());
    assertEquals(depth, result.statistics().depth());
    assertEquals(0, result.statistics().waiting());
  }

  @ParameterizedTest
  @EnumSource
  void counts_diamondWithLoopAndDeadlock_arePinned(StoreKind store) {
    Graph graph = new Graph(1).start(0).edge(0, 1, 2).edge(1, 3, 1).edge(2, 3).edge(3, 4);
    assertCounts(run(graph, Search.BFS, store, false), 5, 6, 3);
    assertCounts(run(graph, Search.DFS, store, false), 5, 6, 3);
  }

  @Test
  void depth_shortcut_isADistanceBreadthFirstAndAStackDepthFirst() {
    Graph graph = new Graph(0).start(0).edge(0, 1, 3).edge(1, 2).edge(2, 3).edge(3, 0);
    assertCounts(broad(graph), 4, 5, 2);
    assertCounts(deep(graph), 4, 5, 3);
  }

  @Test
  void counts_noInitialState_areZero() {
    assertCounts(broad(new Graph(1)), 0, 0, 0);
    assertCounts(deep(new Graph(1)), 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource
  void counts_severalInitialStates_countEachOnce(Search search) {
    Graph graph = new Graph(1).start(5).start(6).start(5).edge(5, 7).edge(6, 7, 5);
    assertCounts(run(graph, search, StoreKind.TREE, false), 3, 3, 1);
  }

  @ParameterizedTest
  @EnumSource
  void violation_inAnInitialState_hasAPathOfOneElement(Search search) {
    Graph graph = new Graph(1).start(5).start(6, A).edge(5, 7).edge(6, 8);
    ExplorationResult result = run(graph, search, StoreKind.TREE, false);
    assertEquals(Completion.DECIDED, result.completion());
    assertEquals(List.of(new Violation(0, List.of(1))), result.violations());
    assertEquals(0, result.violation(0).orElseThrow().length());
  }

  @Test
  void violation_onATransitionToAKnownState_isFound() {
    Graph graph = new Graph(1).start(0).edge(0, 1).marked(1, 0, A, 0);
    Violation expected = new Violation(0, List.of(0, 0, 0));
    assertEquals(List.of(expected), broad(graph).violations());
    assertEquals(List.of(expected), deep(graph).violations());
  }

  @Test
  void violation_longWayFirst_isReportedByTheShortestWay() {
    Graph graph = new Graph(1).start(0).edge(0, 1, 2).edge(1, 3).edge(2, 4).edge(3, 5);
    graph.marked(5, 9, A, 0).marked(4, 9, A, 0);
    assertEquals(List.of(0, 1, 0, 0), broad(graph).violation(0).orElseThrow().path());
  }

  @Test
  void violation_tiesAtALevel_goToTheLeastPreferenceThenTheFirst() {
    Graph graph = new Graph(1).start(0).edge(0, 1, 2, 3);
    graph.marked(1, 4, A, 0).edge(2, 9).marked(2, 5, A, 0).marked(3, 6, A, 0);
    assertEquals(List.of(0, 0, 0), broad(graph).violation(0).orElseThrow().path());
    graph.prefer(4, 3).prefer(5, 1).prefer(6, 1);
    assertEquals(List.of(0, 1, 1), broad(graph).violation(0).orElseThrow().path());
  }

  @Test
  void violation_preferredButDeeper_loses() {
    Graph graph = new Graph(1).start(0).marked(0, 1, A, 0).marked(0, 2, 0, 0).marked(2, 3, A, 0);
    graph.prefer(1, 9);
    assertEquals(List.of(0, 0), broad(graph).violation(0).orElseThrow().path());
  }

  @Test
  void violation_twoChecksOnOneTransition_areBothReported() {
    Graph graph = new Graph(2).start(0).marked(0, 1, A | B, 0);
    List<Violation> both =
        List.of(new Violation(0, List.of(0, 0)), new Violation(1, List.of(0, 0)));
    assertEquals(both, broad(graph).violations());
    assertEquals(both, deep(graph).violations());
  }

  @Test
  void stopping_allDecided_isAtTheEndOfTheLevel() {
    Graph graph = new Graph(1).start(0).marked(0, 1, A, 0).marked(0, 2, 0, 0).edge(1, 3).edge(3, 4);
    ExplorationResult result = broad(graph);
    assertEquals(Completion.DECIDED, result.completion());
    assertEquals(3, result.statistics().states());
    assertEquals(2, result.statistics().waiting());
    assertEquals(2, result.statistics().transitions());
  }

  @Test
  void stopping_allDecidedAtTheVeryEnd_isComplete() {
    Graph graph = new Graph(1).start(0).marked(0, 0, A, 0);
    assertCounts(broad(graph), 1, 1, 0);
    assertEquals(1, broad(graph).violations().size());
  }

  @ParameterizedTest
  @EnumSource
  void stopping_oneCheckUndecided_exploresEverything(Search search) {
    Graph graph = new Graph(2).start(0).marked(0, 1, A, 0).edge(1, 2, 3);
    ExplorationResult result = run(graph, search, StoreKind.TREE, false);
    assertCounts(result, 4, 3, 2);
    assertEquals(List.of(new Violation(0, List.of(0, 0))), result.violations());
  }

  @ParameterizedTest
  @EnumSource
  void stopping_continued_exploresEverything(Search search) {
    Graph graph = new Graph(1).start(0).marked(0, 1, A, 0).edge(1, 2, 3);
    ExplorationResult result = run(graph, search, StoreKind.FLAT, true);
    assertCounts(result, 4, 3, 2);
    assertEquals(List.of(0, 0), result.violation(0).orElseThrow().path());
  }

  @ParameterizedTest
  @EnumSource
  void cutsAndReached_areCountedOncePerState(Search search) {
    Graph graph = new Graph(3).start(0).edge(0, 1, 2).marked(1, 3, 0, 4).marked(2, 3, 0, 1);
    graph.cut(0, 1).cut(1, 1).cut(3, 0);
    ExplorationResult result = run(graph, search, StoreKind.TREE, false);
    assertEquals(List.of(1L, 2L), result.cuts());
    assertEquals(5, result.reached());
  }

  @Test
  void digest_sameStatesByOtherEdges_isEqual() {
    Graph chain = new Graph(0).start(0).edge(0, 1).edge(1, 2);
    Graph star = new Graph(0).start(0).edge(0, 2, 1);
    Graph other = new Graph(0).start(0).edge(0, 2, 3);
    assertEquals(broad(chain).digest(), broad(star).digest());
    assertEquals(broad(chain).digest(), deep(star).digest());
    assertNotEquals(broad(chain).digest(), broad(other).digest());
  }
}
