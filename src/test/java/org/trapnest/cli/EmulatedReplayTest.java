package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counterexamples of the models, run on an emulated processor. */
@Tag("conformance")
class EmulatedReplayTest {
  @TempDir private Path folder;

  private static String run(int status, String... arguments) {
    Outcome outcome = Outcome.of(arguments);
    assertEquals(status, outcome.status(), outcome.text());
    return outcome.text();
  }

  private List<Path> traces() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("traces"))) {
      return files.filter(f -> f.toString().endsWith(".trace.json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nmi-by-saved-cs, MACHINE_CHECKS=0, 1",
    "nmi-by-saved-cs, MACHINE_CHECKS=1, 1",
    "nmi-sets-always, MACHINE_CHECKS=0, 2",
    "nmi-sets-always, MACHINE_CHECKS=1, 2"
  })
  void expectedViolation_onTheEmulator_isReproduced(String model, String checks, int violations)
      throws IOException {
    String file = "models/ibrs/" + model + ".S";
    run(
        0,
        "verify",
        file,
        "--config",
        checks,
        "--config",
        "DEPTH=2",
        "--progress",
        "none",
        "--report-dir",
        folder.toString());
    List<Path> traces = traces();
    assertEquals(violations, traces.size());
    for (Path trace : traces) {
      String text = run(0, "replay", trace.toString(), "--emulator", "qemu");
      assertTrue(text.contains("reproduced on QEMU "), text);
    }
  }
}
