package org.trapnest.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.trapnest.diag.Diagnostic;

/** Texts that would hang, overflow or exhaust a careless front end. */
class AssemblerLimitsTest {
  private static void assertRejected(String id, String text) {
    Texts.Outcome outcome = Texts.assemble(text);
    assertTrue(outcome.ids().contains(id), () -> clipped(outcome.printed()));
    assertTrue(outcome.diagnostics().stream().anyMatch(Diagnostic::isError));
  }

  private static String clipped(String text) {
    return text.substring(0, Math.min(text.length(), 2000));
  }

  @Test
  void file_empty_isAWarning() {
    Texts.Outcome outcome = Texts.assemble("");
    assertEquals(List.of("ASM050"), outcome.ids());
    assertEquals(List.of("ASM050"), Texts.assemble("\n// nothing\n/* */\n").ids());
    assertTrue(outcome.printed().startsWith("main.S:1:1: warning: "), outcome.printed());
  }

  @Test
  void text_binary_isRejectedWithoutControlCharacters() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4096; i++) {
      text.append((char) (i * 31 % 256));
    }
    Texts.Outcome outcome = Texts.assemble(text.toString());
    assertTrue(outcome.ids().size() > 1);
    assertTrue(outcome.printed().chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)));
  }

  @Test
  void line_ofTenMegabytes_isRejectedOnce() {
    assertEquals(
        List.of("ASM004"), Texts.assemble("nop\nmov " + "a".repeat(10 << 20) + "\nnop\n").ids());
    assertRejected("ASM004", "//@ x " + "a ".repeat(5 << 20));
  }

  @Test
  void macro_callingItself_isCutOff() {
    assertEquals(List.of("ASM024"), Texts.assemble(".macro m\nm\n.endm\nm\nnop\n").ids());
    assertEquals(List.of("ASM024"), Texts.assemble(".macro m\nm\nm\n.endm\nm\n").ids());
    assertRejected("ASM004", ".macro m a\nm \\a\\a\n.endm\nm xx\n");
    assertRejected("ASM024", ".macro a\nb\n.endm\n.macro b\n.rept 1\na\n.endr\n.endm\na\n");
  }

  @Test
  void macro_callingItselfWithAnEnd_isFine() {
    String text = ".macro m n\nnop\n.if \\n\nm \"(\\n-1)\"\n.endif\n.endm\nm 100\n";
    Texts.Outcome outcome = Texts.assemble(text);
    assertEquals("", outcome.printed());
    assertEquals(101, outcome.plain().size());
  }

  @Test
  void repeat_aBillionTimes_hitsTheBudget() {
    assertRejected("ASM025", ".rept 1000000000\nnop\n.endr\n");
    assertRejected("ASM025", ".rept 0x7fffffffffffffff\n.if 0\n.endif\n.endr\n");
    String nested = ".rept 1000\n.rept 1000\n.rept 1000\nnop\n.endr\n.endr\n.endr\n";
    assertRejected("ASM025", nested);
    assertEquals(List.of(), Texts.assemble("nop\n.rept 1000000000\n.endr\n").ids());
    assertRejected(
        "ASM025", ".rept 10000000\nnop // " + "\n" + "hlt" + " ".repeat(60000) + "\n.endr\n");
  }

  @Test
  void errors_withoutEnd_areCutOff() {
    Texts.Outcome outcome = Texts.assemble(")\n".repeat(100_000));
    assertTrue(outcome.ids().contains("ASM048"));
    assertTrue(outcome.ids().size() < 300);
  }

  @Test
  void include_ofItself_isCutOffOrGuarded() {
    assertRejected("ASM037", "#include \"main.S\"\n");
    assertRejected("ASM049", ".include \"main.S\"\n");
    Texts.Outcome twice =
        Texts.assemble(
            Map.of(
                "main.S", "#include \"a.h\"\nnop\n",
                "a.h", "#include \"b.h\"\n",
                "b.h", "#include \"a.h\"\n"),
            Map.of());
    assertEquals(List.of("ASM037"), twice.ids());
    assertTrue(twice.printed().contains("include cycle: "), twice.printed());
    Texts.Outcome guarded =
        Texts.assemble("#ifndef G\n#define G\n#include \"main.S\"\nnop\n#endif\n");
    assertEquals("", guarded.printed());
  }

  @Test
  void includes_doublingAtEachLevel_hitTheBudget() {
    Map<String, String> files = new HashMap<>();
    files.put("main.S", "#include \"f0\"\n");
    for (int i = 0; i < 40; i++) {
      String next = "#include \"f" + (i + 1) + "\"\n";
      files.put("f" + i, next + next);
    }
    files.put("f40", "nop\n");
    assertEquals(List.of("ASM025"), Texts.assemble(files, Map.of()).ids());
  }

  @Test
  void defines_doublingAtEachLevel_hitALimit() {
    StringBuilder growing = new StringBuilder("#define d0 nop\n");
    StringBuilder empty = new StringBuilder("#define e0()\n");
    for (int i = 1; i < 60; i++) {
      growing.append("#define d" + i + " d" + (i - 1) + " d" + (i - 1) + "\n");
      empty.append("#define e" + i + "() e" + (i - 1) + "()e" + (i - 1) + "()\n");
    }
    assertRejected("ASM004", growing + "d59\n");
    assertRejected("ASM025", empty + "e59()\n");
    StringBuilder deep = new StringBuilder("#define f(x) x\nmov $");
    assertRejected("ASM024", deep.append("f(".repeat(5000)).append(")".repeat(5000)) + "\n");
  }

  @Test
  void expression_nestedOrLong_isRejected() {
    String deep = "(".repeat(30000) + "1" + ")".repeat(30000);
    assertRejected("ASM010", "mov $" + deep + ", %rax\n");
    assertRejected("ASM010", "mov $" + "-".repeat(30000) + "1, %rax\n");
    assertRejected("ASM011", "mov $1" + "+1".repeat(30000) + ", %rax\n");
    assertRejected("ASM010", "#if " + deep + "\n#endif\n");
    assertRejected("ASM010", "#if " + "!".repeat(30000) + "1\n#endif\n");
    assertRejected("ASM010", "#if " + "1 ? 1 : ".repeat(7000) + "1\n#endif\n");
    assertRejected("ASM005", "mov $0b" + "12".repeat(30000) + ", %rax\n");
    assertRejected("ASM006", "mov $" + "9".repeat(60000) + ", %rax\n");
  }

  @Test
  void blocks_neverClosed_areReportedWhereTheyOpen() {
    Texts.Outcome outcome =
        Texts.assemble("nop\n#if 1\n.if 1\n.macro m\n.rept 2\n.if 0\nnop \"abc\n");
    assertEquals(List.of("ASM019", "ASM022", "ASM019"), outcome.ids());
    assertEquals(
        List.of(2, 4, 3), outcome.diagnostics().stream().map(one -> one.span().line()).toList());
    assertEquals(List.of("ASM003"), Texts.assemble("nop\n/* never\nclosed").ids());
  }

  @Test
  void division_byZero_isReported() {
    assertRejected("ASM012", "mov $1/0, %rax\n");
    assertRejected("ASM012", "mov $1/(4-4), %rax\n");
    assertRejected("ASM012", ".set z, 0\n.if 5 % z\n.endif\n");
    assertRejected("ASM012", "#if 1 / 0\n#endif\n");
    assertEquals(List.of(), Texts.assemble("nop\nq = 0x8000000000000000 / -1\n").ids());
  }

  @Test
  void conditionals_manyThousandDeep_areFine() {
    int depth = 50000;
    String text = "#if 1\n".repeat(depth) + ".if 1\n".repeat(depth) + "nop\n";
    Texts.Outcome outcome =
        Texts.assemble(text + ".endif\n".repeat(depth) + "#endif\n".repeat(depth));
    assertEquals("", outcome.printed());
    assertEquals(List.of("nop"), outcome.plain());
  }
}
