package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Completion;

class LimitsTest {
  private static final Nest SMALL = Nest.fat(3, 16, 0);
  private static final long NEVER = Long.MAX_VALUE;

  private static ExplorationOptions options(Search search, StoreKind store, Limits limits) {
    return new ExplorationOptions(search, store, 1, limits, false);
  }

  private static ExplorationResult run(Search search, StoreKind store, Limits limits) {
    return Exploration.run(SMALL, options(search, store, limits), ExplorationMonitor.SILENT);
  }

  @ParameterizedTest
  @CsvSource({"BFS,TREE", "BFS,FLAT", "BFS,HASH128", "DFS,TREE", "DFS,FLAT", "DFS,HASH128"})
  void maxStates_reached_endsWithExactlySoMany(Search search, StoreKind store) {
    ExplorationResult result = run(search, store, new Limits(12_345, NEVER, NEVER, 1 << 30));
    assertEquals(Completion.STATE_LIMIT, result.completion());
    assertEquals(12_345, result.statistics().states());
    assertTrue(result.statistics().waiting() > 0);
  }

  @ParameterizedTest
  @EnumSource
  void maxStates_asManyAsThereAre_isComplete(Search search) {
    Limits limits = new Limits(160_689, NEVER, NEVER, 1 << 30);
    assertEquals(Completion.COMPLETE, run(search, StoreKind.TREE, limits).completion());
  }

  @Test
  void maxStates_one_keepsTheInitialState() {
    ExplorationResult result = run(Search.BFS, StoreKind.TREE, new Limits(1, NEVER, NEVER, 9));
    assertEquals(Completion.STATE_LIMIT, result.completion());
    assertEquals(1, result.statistics().waiting());
  }

  @Test
  void maxStates_violationBeforeIt_isReported() {
    Limits limits = new Limits(20_000, NEVER, NEVER, 1 << 30);
    ExplorationResult result =
        Exploration.run(
            Nest.fat(3, 16, 0).withBug(),
            new ExplorationOptions(Search.BFS, StoreKind.HASH128, 1, limits, true),
            ExplorationMonitor.SILENT);
    assertEquals(Completion.STATE_LIMIT, result.completion());
    assertEquals(17, result.violation(0).orElseThrow().length());
  }

  @ParameterizedTest
  @CsvSource({"BFS,TREE", "BFS,FLAT", "BFS,HASH128", "DFS,TREE", "DFS,FLAT", "DFS,HASH128"})
  void maxMemory_reached_endsWithinIt(Search search, StoreKind store) {
    long limitBytes = 2L << 20;
    ExplorationResult result = run(search, store, new Limits(NEVER, limitBytes, NEVER, 1 << 30));
    assertEquals(Completion.MEMORY_LIMIT, result.completion());
    assertTrue(result.statistics().storeBytes() <= limitBytes);
    assertTrue(result.statistics().states() > 1_000);
    assertTrue(result.statistics().waiting() > 0);
  }

  @ParameterizedTest
  @EnumSource
  void maxMemory_nothing_endsWithCounts(Search search) {
    ExplorationResult result = run(search, StoreKind.TREE, new Limits(NEVER, 1, NEVER, 9));
    assertEquals(Completion.MEMORY_LIMIT, result.completion());
    assertEquals(0, result.statistics().states());
  }

  @Test
  void maxDepth_breadthFirst_endsAfterCompleteLevels() {
    Graph chain = new Graph(1).start(0).edge(0, 1, 2).edge(1, 3).edge(2, 4).edge(3, 5);
    ExplorationResult result = depthLimited(chain, Search.BFS, 2);
    assertEquals(Completion.DEPTH_LIMIT, result.completion());
    assertEquals(5, result.statistics().states());
    assertEquals(2, result.statistics().depth());
    assertEquals(2, result.statistics().waiting());
    assertEquals(1, depthLimited(chain, Search.BFS, 0).statistics().states());
  }

  @Test
  void maxDepth_depthFirst_expandsNothingBelow() {
    Graph chain = new Graph(1).start(0).edge(0, 1, 2).edge(1, 3).edge(2, 4).edge(3, 5);
    ExplorationResult result = depthLimited(chain, Search.DFS, 2);
    assertEquals(Completion.DEPTH_LIMIT, result.completion());
    assertEquals(5, result.statistics().states());
    assertEquals(2, result.statistics().depth());
    assertEquals(2, result.statistics().waiting());
    assertEquals(1, depthLimited(chain, Search.DFS, 0).statistics().states());
  }

  private static ExplorationResult depthLimited(Graph graph, Search search, int maxDepth) {
    Limits limits = new Limits(NEVER, NEVER, NEVER, maxDepth);
    return Exploration.run(
        graph, options(search, StoreKind.HASH128, limits), ExplorationMonitor.SILENT);
  }

  @ParameterizedTest
  @EnumSource
  void timeLimit_passed_ends(Search search) {
    List<Long> calls = new ArrayList<>();
    LongSupplier clock =
        () -> {
          calls.add(0L);
          return 1_000L * calls.size();
        };
    Limits limits = new Limits(NEVER, NEVER, 10_000, 1 << 30);
    ExplorationResult result =
        Exploration.run(
            new Setting(
                SMALL, options(search, StoreKind.TREE, limits), ExplorationMonitor.SILENT, clock));
    assertEquals(Completion.TIME_LIMIT, result.completion());
    assertTrue(result.statistics().waiting() > 0);
  }

  @ParameterizedTest
  @EnumSource
  void monitor_interrupts_ends(Search search) {
    List<Statistics> seen = new ArrayList<>();
    ExplorationMonitor monitor =
        new ExplorationMonitor() {
          @Override
          public void progress(Statistics soFar) {
            seen.add(soFar);
          }

          @Override
          public boolean interrupted() {
            return seen.size() == 3;
          }
        };
    ExplorationResult result =
        Exploration.run(SMALL, options(search, StoreKind.TREE, Limits.NONE), monitor);
    assertEquals(Completion.INTERRUPTED, result.completion());
    assertEquals(3, seen.size());
    assertTrue(seen.get(0).states() < seen.get(2).states());
    assertEquals(seen.get(2).states(), result.statistics().states());
  }

  @ParameterizedTest
  @CsvSource({"BFS,TREE", "DFS,TREE", "BFS,FLAT"})
  void smallHeap_tooManyStates_endsAtTheMemoryLimit(String search, String store) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx16m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapMain.class.getName(),
                search,
                store)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals("MEMORY_LIMIT", output.strip());
    assertEquals(0, process.waitFor());
  }
}
