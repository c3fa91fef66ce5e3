package org.trapnest.explore;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;

/** Continues a search from a file, writes it there all the time, and prints what came out. */
final class KilledMain {
  private KilledMain() {}

  public static void main(String[] args) {
    Optional<Path> file = Optional.of(Path.of(args[0]));
    ExplorationResult result =
        Exploration.run(
            Nest.fat(4, 16, 0),
            new ExplorationOptions(Search.BFS, StoreKind.TREE, 2, Limits.NONE, true),
            ExplorationMonitor.SILENT,
            new Checkpoints(file, file, Map.of(), 1_000_000, System.out::println));
    Statistics s = result.statistics();
    System.out.println(
        result.completion()
            + " "
            + s.states()
            + " "
            + s.transitions()
            + " "
            + s.depth()
            + " "
            + result.digest());
  }
}
