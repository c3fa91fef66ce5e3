package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;

/** A checkpointing search that is killed without warning; {@code -Pkill} kills it fifty times. */
class KilledTest {
  @TempDir private Path folder;

  private Process start(Path file) throws Exception {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledMain.class.getName(),
            file.toString())
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void killed_atRandomMoments_endsAsIfUninterrupted() throws Exception {
    Path file = folder.resolve("killed.checkpoint");
    SplittableRandom random = new SplittableRandom(Long.getLong("kill.seed", 41));
    int kills = 0;
    for (int i = 0; i < Integer.getInteger("kills", 4); i++) {
      Process process = start(file);
      if (!process.waitFor(150 + random.nextInt(1_000), TimeUnit.MILLISECONDS)) {
        kills++;
      }
      process.destroyForcibly().waitFor();
    }
    assertTrue(kills > 0, "some run was killed before it ended");
    Process last = start(file);
    String output = new String(last.getInputStream().readAllBytes());
    assertEquals(expected(), output.strip());
  }

  private static String expected() {
    ExplorationResult result =
        Exploration.run(
            Nest.fat(4, 16, 0),
            new ExplorationOptions(Search.BFS, StoreKind.TREE, 1, Limits.NONE, true),
            ExplorationMonitor.SILENT);
    return "COMPLETE 4651185 4938906 115 " + result.digest();
  }
}
