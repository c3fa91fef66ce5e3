package org.trapnest.explore;

import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;

/** Explores a system that does not fit into a small heap, and prints how that ended. */
final class SmallHeapMain {
  private SmallHeapMain() {}

  public static void main(String[] args) {
    ExplorationOptions options =
        new ExplorationOptions(
            Search.valueOf(args[0]), StoreKind.valueOf(args[1]), 1, Limits.NONE, false);
    ExplorationResult result =
        Exploration.run(Nest.fat(4, 16, 0), options, ExplorationMonitor.SILENT);
    System.out.println(result.completion());
  }
}
