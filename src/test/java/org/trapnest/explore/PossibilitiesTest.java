package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.TransitionSystem;

/** Checks that something stays possible, against a plain fixed point over the edges. */
class PossibilitiesTest {
  private static final long POSSIBLE = 0b110;

  /** An edge whose target makes claims so, a bit each. */
  private record Edge(int source, int target, long claims) {}

  /** A graph two of whose three checks demand a possibility. */
  private record Demanding(TransitionSystem inner) implements Delegating {

    @Override
    public long possibilities() {
      return POSSIBLE;
    }
  }

  private static Demanding graph(List<Edge> edges) {
    Graph graph = new Graph(3).start(0);
    edges.forEach(e -> graph.marked(e.source, e.target, 0, e.claims));
    return new Demanding(graph);
  }

  private static List<Edge> randomEdges(SplittableRandom random) {
    List<Edge> edges = new ArrayList<>();
    int states = 1 + random.nextInt(40);
    long[] claims = new long[states];
    for (int i = 0; i < states; i++) {
      claims[i] = random.nextInt(8) == 0 ? random.nextInt(8) & POSSIBLE : 0;
    }
    for (int i = 0; i < 3 * states; i++) {
      int target = random.nextInt(states);
      edges.add(new Edge(random.nextInt(states), target, claims[target]));
    }
    return edges;
  }

  /** The least distance from state 0 to a state from which a claim cannot come true. */
  private static Optional<Integer> nearestWithout(List<Edge> edges, int check) {
    Map<Integer, Integer> depths = new HashMap<>(Map.of(0, 0));
    Map<Integer, Boolean> good = new HashMap<>();
    for (int round = 0; round <= edges.size(); round++) {
      for (Edge e : edges) {
        if (depths.containsKey(e.source)) {
          depths.merge(e.target, depths.get(e.source) + 1, Math::min);
          boolean claimed = (e.claims >>> check & 1) != 0;
          if (claimed) {
            good.put(e.target, true);
          }
          if (claimed || good.containsKey(e.target)) {
            good.put(e.source, true);
          }
        }
      }
    }
    return depths.keySet().stream()
        .filter(s -> !good.containsKey(s))
        .map(depths::get)
        .min(Integer::compare);
  }

  private static ExplorationResult run(
      TransitionSystem system, Search search, StoreKind store, int workers) {
    return Exploration.run(
        system,
        new ExplorationOptions(search, store, workers, Limits.NONE, false),
        ExplorationMonitor.SILENT);
  }

  @Test
  void possibility_randomGraphs_isTheFixedPoint() {
    SplittableRandom random = new SplittableRandom(13);
    int violated = 0;
    for (int i = 0; i < 500; i++) {
      List<Edge> edges = randomEdges(random);
      Demanding system = graph(edges);
      for (Search search : Search.values()) {
        for (StoreKind store : StoreKind.values()) {
          ExplorationResult result = run(system, search, store, 1 + i % 3);
          assertEquals(0, result.undecided());
          for (int check = 1; check <= 2; check++) {
            Optional<Integer> expected = nearestWithout(edges, check);
            assertEquals(expected, result.violation(check).map(Violation::length));
            violated += expected.isPresent() ? 1 : 0;
          }
          assertEquals(Optional.empty(), result.violation(0));
        }
      }
    }
    assertEquals(true, violated > 1000 && violated < 5900, "both outcomes occur: " + violated);
  }

  @Test
  void possibility_whereABoundSuppressesEverything_isPresumed() {
    Graph deadEnd = new Graph(3).start(0).edge(0, 1).cut(1, 0);
    Graph round = new Graph(3).start(0).edge(0, 1).edge(1, 1).cut(1, 0);
    for (Search search : Search.values()) {
      List<Violation> none = run(new Demanding(deadEnd), search, StoreKind.TREE, 1).violations();
      assertEquals(List.of(), none);
      List<Violation> both = run(new Demanding(round), search, StoreKind.TREE, 1).violations();
      assertEquals(List.of(1, 2), both.stream().map(Violation::check).toList());
    }
  }

  @Test
  void possibility_ofASearchThatWasCut_saysNothing() {
    Demanding system = graph(List.of(new Edge(0, 1, 0), new Edge(1, 2, POSSIBLE)));
    Limits two = new Limits(2, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);
    ExplorationResult result =
        Exploration.run(
            system,
            new ExplorationOptions(Search.BFS, StoreKind.TREE, 1, two, false),
            ExplorationMonitor.SILENT);
    assertEquals(ExplorationResult.Completion.STATE_LIMIT, result.completion());
    assertEquals(List.of(), result.violations());
  }
}
