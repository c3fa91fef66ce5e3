package org.trapnest.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The diagnostics of each {@code asm/bad/*.S} are those of its {@code .txt}. Run with {@code
 * -Dtrapnest.golden=update} to write what comes out now.
 */
class AssemblerGoldenTest {
  private static final Path TEXTS = Path.of("src/test/resources/asm/bad");

  static Stream<Path> texts() throws IOException {
    try (Stream<Path> all = Files.list(TEXTS)) {
      return all.filter(path -> path.toString().endsWith(".S")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void diagnostics_ofABadText_areTheRecordedOnes(Path text) throws IOException {
    Path golden = Path.of(text.toString().replaceAll("\\.S$", ".txt"));
    String printed = Texts.assemble(Files.readString(text)).printed();
    if ("update".equals(System.getProperty("trapnest.golden"))) {
      Files.writeString(golden, printed);
    }
    assertEquals(Files.readString(golden), printed);
  }
}
