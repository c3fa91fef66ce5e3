package org.trapnest.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;

/**
 * Compares with GNU as: what it makes of a text, and what it makes of our syntax tree of that text
 * printed as plain statements, must be the same bytes and relocations.
 */
class GnuAssemblerTest {
  private static final Path TEXTS = Path.of("src/test/resources/asm");

  @TempDir Path folder;

  static Stream<Path> texts() throws IOException {
    try (Stream<Path> all = Files.list(TEXTS)) {
      return all.filter(path -> path.toString().endsWith(".S")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void text_printedFromItsSyntaxTree_assemblesToTheSameBytes(Path text) throws Exception {
    assumeTrue(isPresent("gcc") && isPresent("objdump"), "needs gcc and objdump");
    Path original = folder.resolve("original.o");
    Result accepted =
        run("gcc", "-c", "-I", TEXTS.toString(), "-o", original.toString(), text.toString());
    assertEquals(0, accepted.status(), accepted.output());

    FileSources sources = new FileSources();
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = sources.read(text.toString().replace('\\', '/'));
    AssembledFile assembled = new Assembler(sources).assemble(file, Map.of(), diagnostics);
    assertFalse(diagnostics.hasErrors(), () -> DiagnosticPrinter.print(diagnostics.all()));

    Path plain = folder.resolve("plain.s");
    Files.writeString(plain, PlainText.of(assembled.statements()));
    Path again = folder.resolve("again.o");
    Result second = run("gcc", "-c", "-o", again.toString(), plain.toString());
    assertEquals(0, second.status(), second.output());
    assertEquals(code(original), code(again));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov $1), %rax",
        "mov $1 %rax",
        "mov %rax, %rbx,",
        "mov , %rax",
        "mov (%rax,%rbx,3), %rcx",
        "mov (%rax, %rcx",
        "mov $, %rax",
        "mov $0x1fg, %rax",
        "jmp 1b",
        "jmp 1f",
        "a: nop\na: nop",
        ".if 1\nnop",
        ".else",
        ".endif",
        ".if 1\n.else\n.else\n.endif",
        ".if undefined_symbol\n.endif",
        ".macro m\nnop",
        ".rept 2\nnop",
        ".macro m a\n.endm\nm 1, 2",
        ".macro m a\n.endm\nm b=1",
        ".macro m a:req\n.endm\nm",
        ".macro m a:odd\n.endm",
        ".macro m a, a\n.endm",
        ".macro m\n.endm\n.macro m\n.endm",
        ".macro m\nm\n.endm\nm",
        ".macro m\n.if 1\n.endm\nm",
        ".macro m\n\\a\n.endm\nm",
        ".unheard_of 1",
        ".error \"said\"",
        ".err",
        ".include \"nothing\"",
        ".equiv a, 1\n.equiv a, 2",
        "a: .set a, 2",
        "#include \"nothing\"",
        "#error said",
        "#if",
        "#if 1 +\n#endif",
        "#if 1",
        "#else",
        "#endif",
        "#if 1 / 0\n#endif",
        "#define f(x) x\nnop f(1",
        "#define f(x) x\nnop f(1, 2)",
        "#define 1",
        "/* never closed",
      })
  void text_malformed_isRejectedByBoth(String text) throws Exception {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = new SourceFile("text.S", text + "\n");
    new Assembler(new FileSources()).assemble(file, Map.of(), diagnostics);
    assertTrue(diagnostics.hasErrors());

    assumeTrue(isPresent("gcc"), "needs gcc");
    Path written = folder.resolve("text.S");
    Files.writeString(written, text + "\n");
    Path object = folder.resolve("text.o");
    assertNotEquals(0, run("gcc", "-c", "-o", object.toString(), written.toString()).status());
  }

  private static boolean isPresent(String program) {
    try {
      return run(program, "--version").status() == 0;
    } catch (IOException | InterruptedException missing) {
      return false;
    }
  }

  /** The disassembly with relocations, without labels and the file's name. */
  private static List<String> code(Path object) throws IOException, InterruptedException {
    Result result = run("objdump", "-dr", "-j", ".text", object.toString());
    assertEquals(0, result.status(), result.output());
    List<String> lines = new ArrayList<>();
    for (String line : result.output().lines().toList()) {
      if (line.startsWith(" ") || line.startsWith("\t")) {
        lines.add(line.replaceAll("<[^>]*>", "").stripTrailing());
      }
    }
    assertFalse(lines.isEmpty());
    return lines;
  }

  private record Result(int status, String output) {}

  private static Result run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    return new Result(process.waitFor(), new String(output, StandardCharsets.UTF_8));
  }
}
