package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counterexamples of the models, run on an emulated processor. */
@Tag("conformance")
class EmulatedReplayTest {
  private static final String MAIN = "org.trapnest.cli.Main";
  private static final long LIMIT_SECONDS = 30;
  private static final Pattern EXPECTATION = Pattern.compile("^//@ expect (.*) violated");

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

  /** How many properties the lines {@code expect … violated} of a model name. */
  private static int expected(String file) throws IOException {
    int count = 0;
    for (String line : Files.readAllLines(Path.of(file))) {
      Matcher expectation = EXPECTATION.matcher(line);
      if (expectation.find()) {
        count += expectation.group(1).split(",").length;
      }
    }
    return count;
  }

  /** Verifies a model and runs all its traces on the emulator; returns how many. */
  private int replayed(String file, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("verify", file, "--progress", "none"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--report-dir", folder.toString()));
    run(0, arguments.toArray(String[]::new));
    List<Path> traces = traces();
    for (Path trace : traces) {
      String text = run(0, "replay", trace.toString(), "--emulator", "qemu");
      assertTrue(text.contains("reproduced on QEMU "), text);
    }
    return traces.size();
  }

  /** With and without machine checks, so each expectation twice. */
  @ParameterizedTest
  @ValueSource(strings = {"nmi-by-saved-cs", "nmi-sets-always"})
  void expectedViolation_nestedTwice_isReproduced(String model) throws IOException {
    String file = "models/ibrs/" + model + ".S";
    assertEquals(2 * expected(file), replayed(file, "--config", "DEPTH=2"));
  }

  @ParameterizedTest
  @CsvSource({
    "nmi-by-saved-cs, kernel-runs-with-ibrs, kernel-runs-with-ibrs",
    "nmi-sets-always, user-runs-without-ibrs, resumes-exactly"
  })
  void expectedViolation_nestedThreeTimes_isReproduced(String model, String first, String second)
      throws IOException {
    String file = "models/ibrs/" + model + ".S";
    String[] options = {"--deep", "--config", "DEPTH=3", "--property", first, "--property", second};
    assertEquals(2 * expected(file), replayed(file, options));
  }

  /** Entries by SYSCALL, SYSENTER and INT 0x80. */
  @Test
  void violationOfEachAblation_isReproduced() throws IOException {
    String file = "models/ibrs/nmi-saves-restores.S";
    assertEquals(expected(file), replayed(file, "--config", "DEPTH=2"));
  }

  @Test
  void violationBySyscallFrom32BitCode_isReproduced() throws IOException {
    String file = "src/test/resources/conformance/compat.S";
    assertEquals(expected(file), replayed(file));
  }

  /** A replay in a process of its own, of a trace that {@link #replayed} has left in the folder. */
  private Process start(String path) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    String trace = traces().get(0).toString();
    ProcessBuilder builder =
        new ProcessBuilder(java, "-cp", classes, MAIN, "replay", trace, "--emulator", "qemu");
    builder.environment().put("PATH", path);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  @Test
  void replay_withoutTheToolsOnThePath_saysWhichAndExitsWithTwo()
      throws IOException, InterruptedException {
    replayed("src/test/resources/conformance/compat.S");
    assertEquals(2, start(folder.toString()).waitFor());
    String text = Files.readString(folder.resolve("output"));
    assertTrue(text.contains("'qemu-system-x86_64' is needed and is not on the PATH"), text);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replay_thatIsKilled_leavesNoEmulator(boolean forcibly) throws Exception {
    replayed(
        "models/ibrs/nmi-sets-always.S", "--config", "DEPTH=2", "--config", "MACHINE_CHECKS=0");
    Process process = start(System.getenv("PATH"));
    Optional<ProcessHandle> emulator = Optional.empty();
    while (emulator.isEmpty() && process.isAlive()) {
      emulator = process.descendants().filter(EmulatedReplayTest::isEmulator).findFirst();
    }
    assertTrue(emulator.isPresent(), () -> "it has ended already");
    if (forcibly) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    process.waitFor();
    emulator.get().onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isEmulator(ProcessHandle process) {
    return process.info().command().orElse("").contains("qemu-system");
  }
}
