package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --checkpoint} and {@code --resume}. */
class CheckpointOptionsTest {
  private static final String MODEL = "src/test/resources/models/tiny/syscall-nmi.S";

  @TempDir private Path folder;

  private static Outcome verify(String... options) {
    String[] arguments =
        Stream.concat(Stream.of("verify", MODEL), Stream.of(options)).toArray(String[]::new);
    return Outcome.of(arguments);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void resume_afterAStateLimit_endsAsWithoutOne() throws IOException {
    String place = folder.toString();
    Outcome limited = verify("--max-states", "50", "--checkpoint", place);
    assertEquals(4, limited.status());
    assertTrue(!files().isEmpty());
    Outcome resumed = verify("--resume", place, "--checkpoint", place);
    Outcome whole = verify();
    assertEquals(whole.status(), resumed.status());
    assertEquals(withoutSeconds(whole), withoutSeconds(resumed));
    assertEquals(withoutSeconds(whole), withoutSeconds(verify("--resume", place)));
  }

  private static String withoutSeconds(Outcome outcome) {
    return outcome.out().replaceAll(" +[0-9]+\\.[0-9] ", " seconds ");
  }

  @Test
  void resume_damagedOrOther_isRefusedWithTheReason() throws IOException {
    String place = folder.toString();
    verify("--max-states", "50", "--checkpoint", place);
    Outcome other = verify("--resume", place, "--nesting", "1");
    assertEquals(2, other.status());
    assertTrue(other.err().contains("its nesting is 'of the model', that of this run '1'"));
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    Outcome damaged = verify("--resume", place);
    assertEquals(2, damaged.status());
    assertTrue(damaged.err().contains("is refused: it is truncated or damaged"), damaged.err());
  }

  @Test
  void depthFirstSearch_isKeptAndContinuedLikewise() {
    String place = folder.toString();
    Outcome cut = verify("--checkpoint", place, "--search", "dfs", "--max-states", "300");
    assertEquals(4, cut.status(), cut.text());
    assertEquals(2, verify("--resume", place).status());
    Outcome resumed = verify("--resume", place, "--search", "dfs");
    assertEquals(0, resumed.status(), resumed.text());
    Outcome whole = verify("--search", "dfs");
    assertEquals(withoutSeconds(whole), withoutSeconds(resumed));
  }

  @Test
  void options_thatMakeNoSense_areRejected() {
    assertEquals(2, verify("--resume", folder.resolve("missing").toString()).status());
    assertEquals(
        2, verify("--checkpoint", folder.toString(), "--checkpoint-every", "soon").status());
  }
}
