package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.trapnest.bench.Nest;
import org.trapnest.bench.NestReference;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.StateCursor;
import org.trapnest.store.StateStore;
import org.trapnest.store.TreeStore;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/** nest(D,L,P) against the counts of a reference explorer that was written separately, in C. */
class NestTest {
  private static ExplorationOptions options(Search search, StoreKind store) {
    return new ExplorationOptions(search, store, 1, Limits.NONE, false);
  }

  static Stream<Arguments> references() {
    return NestReference.ALL.stream()
        .limit(4)
        .flatMap(r -> Stream.of(Nest.Vector.values()).map(v -> arguments(r, v)));
  }

  private static Arguments arguments(NestReference reference, Nest.Vector vector) {
    NestReference.Counts counts = reference.counts();
    return Arguments.of(
        reference.nest(vector), counts.states(), counts.transitions(), counts.depth());
  }

  @ParameterizedTest
  @MethodSource("references")
  void breadthFirst_allStores_countAsTheReference(
      Nest nest, long states, long transitions, int diameter) {
    for (StoreKind store : StoreKind.values()) {
      ExplorationResult result =
          Exploration.run(nest, options(Search.BFS, store), ExplorationMonitor.SILENT);
      assertEquals(Completion.COMPLETE, result.completion());
      assertEquals(states, result.statistics().states());
      assertEquals(transitions, result.statistics().transitions());
      assertEquals(diameter, result.statistics().depth());
      assertEquals(0, result.statistics().waiting());
      assertEquals(List.of(), result.violations());
      assertTrue(result.cuts().get(0) > 0, "the nesting bound cuts");
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void depthFirst_allStores_agreesWithBreadthFirst(
      Nest nest, long states, long transitions, int diameter) {
    ExplorationResult broad =
        Exploration.run(nest, options(Search.BFS, StoreKind.FLAT), ExplorationMonitor.SILENT);
    for (StoreKind store : StoreKind.values()) {
      ExplorationResult deep =
          Exploration.run(nest, options(Search.DFS, store), ExplorationMonitor.SILENT);
      assertEquals(Completion.COMPLETE, deep.completion());
      assertEquals(states, deep.statistics().states());
      assertEquals(transitions, deep.statistics().transitions());
      assertEquals(broad.digest(), deep.digest());
      assertEquals(broad.cuts(), deep.cuts());
      assertEquals(broad.reached(), deep.reached());
      assertTrue(deep.statistics().depth() >= diameter);
    }
  }

  @Test
  void statesByNesting_thinAndFat_areThoseOfTheReference() {
    for (Nest nest : List.of(Nest.thin(3, 16, 0), Nest.fat(3, 16, 0))) {
      assertEquals(List.of(1L, 96L, 5_200L, 155_392L), statesByNesting(nest));
    }
  }

  private static List<Long> statesByNesting(Nest nest) {
    StateStore store =
        new TreeStore(nest.wordCount(), Long.MAX_VALUE, new MemoryBudget(Long.MAX_VALUE));
    StateCursor cursor = store.newCursor();
    Expander expander = nest.newExpander();
    ChangedWords all = new ChangedWords(nest.wordCount());
    all.addAll();
    expander.initialStates(inserting(cursor, all));
    Long[] counts = new Long[nest.levels() + 1];
    Arrays.fill(counts, 0L);
    for (long number = 0; number < store.states(); number++) {
      cursor.moveTo(number);
      counts[nest.preference(cursor.words(), 0)]++;
      expander.expand(cursor.words(), 0, inserting(cursor, all));
    }
    return Arrays.asList(counts);
  }

  private static SuccessorSink inserting(StateCursor cursor, ChangedWords changed) {
    return new SuccessorSink() {
      @Override
      public void successor(
          int choice, long[] words, ChangedWords some, long violated, long reached) {
        cursor.insert(words, changed);
      }

      @Override
      public void cut(int bound) {}
    };
  }

  @Test
  void seededBug_allStoresAndSearches_isFound() {
    for (Nest nest : List.of(Nest.thin(2, 12, 0).withBug(), Nest.fat(3, 12, 1).withBug())) {
      for (StoreKind store : StoreKind.values()) {
        ExplorationResult result =
            Exploration.run(nest, options(Search.BFS, store), ExplorationMonitor.SILENT);
        assertEquals(Completion.DECIDED, result.completion());
        assertEquals(13, result.violation(0).orElseThrow().length());
        assertEquals(pathThroughOneSystemCall(), result.violation(0).orElseThrow().path());

        ExplorationResult deep =
            Exploration.run(nest, options(Search.DFS, store), ExplorationMonitor.SILENT);
        assertEquals(Completion.DECIDED, deep.completion());
        assertTrue(deep.violation(0).isPresent());
      }
    }
  }

  private static List<Integer> pathThroughOneSystemCall() {
    List<Integer> path = new ArrayList<>(List.of(0, 1));
    for (int step = 0; step < 12; step++) {
      path.add(0);
    }
    return path;
  }
}
