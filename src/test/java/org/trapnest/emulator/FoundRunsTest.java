package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.trapnest.emulator.RunBeside.Result;

/** Runs in which the two sides disagreed once, shrunk and kept: each agrees now. */
class FoundRunsTest {
  private static final Path FOLDER = TestModels.file("found");

  private static Optional<Oracle> qemu = Optional.empty();
  private static Optional<Oracle> bochs = Optional.empty();

  @AfterAll
  static void stop() {
    qemu.ifPresent(Oracle::close);
    bochs.ifPresent(Oracle::close);
  }

  /** Bochs where a run has shadow stacks, which QEMU lacks. */
  private static Oracle oracle(RecordedRun run) {
    if (run.program().contains("//@ shadow-stack")) {
      bochs = bochs.or(() -> Optional.of(BochsEmulator.open()));
      return bochs.get();
    }
    qemu = qemu.or(() -> Optional.of(Emulator.open()));
    return qemu.get();
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  @Tag("conformance")
  void foundRun_runAgain_agreesToItsEnd(String name) throws IOException {
    RecordedRun run = RecordedRun.parse(Files.readString(FOLDER.resolve(name)));
    Result result = new RunBeside(oracle(run), run.program()).follow(run, RunBeside.EVERYTHING);
    assertEquals(Optional.empty(), result.disagreement());
    assertEquals(run.choices(), result.choices());
  }

  @Test
  void recordedRun_asText_isReadBack() {
    RecordedRun run =
        new RecordedRun(
            "\tnop\n", RecordedRun.registers(1, -1, 3), List.of(0x20000, 0x20000, 2, 0x30001));
    assertEquals(run, RecordedRun.parse(run.text()));
    assertFalse(run.text().contains("20000 20000"), run.text());
  }
}
