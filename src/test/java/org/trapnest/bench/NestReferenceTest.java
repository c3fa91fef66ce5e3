package org.trapnest.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.trapnest.bench.Nest.Vector;

class NestReferenceTest {

  /** The scripts that run other checkers read the table there. */
  @Test
  void all_isTheTableOfTheWorkloadsDescription() throws IOException {
    List<String> written =
        Files.readAllLines(Path.of("src/bench/README.md")).stream()
            .filter(line -> line.matches("\\| [a-z-]+ \\| \\d \\d+ [01] \\| .*"))
            .map(line -> line.replaceFirst("[0-9.]+ \\|$", ""))
            .toList();
    assertEquals(NestReference.ALL.stream().map(NestReferenceTest::row).toList(), written);
  }

  private static String row(NestReference r) {
    NestReference.Counts counts = r.counts();
    return String.format(
        Locale.ROOT,
        "| %s | %d %d %d | %,d | %,d | %d | ",
        r.name(),
        r.levels(),
        r.steps(),
        r.latches(),
        counts.states(),
        counts.transitions(),
        counts.depth());
  }

  @Test
  void of_eachInstance_isItsOwnReference_andNoneForOthers() {
    for (NestReference reference : NestReference.ALL) {
      for (Vector vector : Vector.values()) {
        assertEquals(Optional.of(reference), NestReference.of(reference.nest(vector)));
        assertTrue(NestReference.of(reference.nest(vector).withBug()).isEmpty());
      }
    }
    assertTrue(NestReference.of(Nest.thin(2, 13, 0)).isEmpty());
  }
}
