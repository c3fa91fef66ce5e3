package org.trapnest.store;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.trapnest.bench.Nest;
import org.trapnest.explore.Exploration;
import org.trapnest.explore.ExplorationMonitor;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.explore.Limits;

/**
 * Insertion into a store: the exploration of nest(3,12,1), whose steps cost next to nothing, with
 * 269,332 insertions of new states and 287,635 of known ones.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class InsertBenchmark {
  @Param({"TREE", "FLAT", "HASH128"})
  private StoreKind store;

  @Param({"THIN", "FAT"})
  private Nest.Vector vector;

  @Benchmark
  public ExplorationResult explore() {
    ExplorationOptions options = new ExplorationOptions(Search.BFS, store, 1, Limits.NONE, true);
    Nest nest = Nest.thin(3, 12, 1).withVector(vector);
    return Exploration.run(nest, options, ExplorationMonitor.SILENT);
  }
}
