package org.trapnest.asm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.trapnest.diag.Diagnostic;

/** Mutated texts never throw, and what they grow to stays in bounds. */
class AssemblerFuzzTest {
  private static final int ROUNDS = 3000;
  private static final int MAX_STATEMENTS = 300_000;
  private static final String[] SPICES = {
    "\\",
    "\"",
    "'",
    "(",
    ")",
    ",",
    ";",
    "\n",
    "\\\n",
    "/*",
    "*/",
    "//@ ",
    "//@    ",
    "#",
    "#if ",
    "#else\n",
    "#endif\n",
    "#define a a b\n",
    ".if 1\n",
    ".endif\n",
    ".else\n",
    ".macro a b\n",
    ".endm\n",
    "\n.rept 99\n",
    ".endr\n",
    ".irp x,",
    "\\@",
    "\\()",
    "\\x",
    "%",
    "$",
    "*",
    ":",
    "=",
    "1b",
    "1f",
    "0x",
    "-",
    "##",
    "\u0000",
    "\uE000",
    "ä",
    "->",
    ".exitm\n",
    ".purgem a\n",
    "99999999"
  };

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> all = Files.walk(Path.of("src/test/resources/asm"))) {
      for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
        if (!path.toString().endsWith(".txt")) {
          texts.add(Files.readString(path));
        }
      }
    }
    return texts;
  }

  private static String mutated(List<String> texts, Random random) {
    StringBuilder text = new StringBuilder(texts.get(random.nextInt(texts.size())));
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes && text.length() > 0; i++) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + 1 + random.nextInt(20));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, SPICES[random.nextInt(SPICES.length)]);
        case 2 -> text.replace(at, at + 1, SPICES[random.nextInt(SPICES.length)]);
        case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        default -> {
          String other = texts.get(random.nextInt(texts.size()));
          int from = random.nextInt(other.length());
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(60)));
        }
      }
    }
    return text.toString();
  }

  @Test
  void text_mutated_neverThrowsAndStaysInBounds() throws IOException {
    List<String> texts = texts();
    Random random = new Random(20260101);
    int rejected = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutated(texts, random);
      Map<String, String> files = new HashMap<>();
      files.put("main.S", text);
      files.put("included.h", texts.get(0));
      files.put("plain.inc", texts.get(1));
      Texts.Outcome outcome = Texts.assemble(files, Map.of("PTI", 1L));
      assertTrue(outcome.file().statements().size() <= MAX_STATEMENTS, text);
      assertTrue(outcome.diagnostics().size() < 3000, text);
      rejected += outcome.diagnostics().stream().anyMatch(Diagnostic::isError) ? 1 : 0;
      assertTrue(outcome.printed().length() < 1 << 20, text);
    }
    assertTrue(rejected > ROUNDS / 4, "only " + rejected + " texts were rejected");
    assertTrue(rejected < ROUNDS, "no text was accepted");
  }
}
