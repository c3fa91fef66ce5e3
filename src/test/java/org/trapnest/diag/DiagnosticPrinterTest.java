package org.trapnest.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosticPrinterTest {
  private enum Kind implements DiagnosticKind {
    BAD(Severity.ERROR, "bad %s"),
    ODD(Severity.WARNING, "odd %s");

    private final Severity severity;
    private final String pattern;

    Kind(Severity severity, String pattern) {
      this.severity = severity;
      this.pattern = pattern;
    }

    @Override
    public String id() {
      return "TST00" + (ordinal() + 1);
    }

    @Override
    public Severity severity() {
      return severity;
    }

    @Override
    public String pattern() {
      return pattern;
    }
  }

  private static SourceSpan find(SourceFile file, String what) {
    int start = file.text().indexOf(what);
    return SourceSpan.of(file, start, start + what.length());
  }

  @Test
  void diagnostic_plain_underlinesTheSpanAndListsNotes() {
    SourceFile file = new SourceFile("a/b.S", "nop\nmov $1, %foo\n");
    Diagnostic diagnostic =
        Diagnostic.of(Kind.BAD, find(file, "%foo"), "register").withNote("expected: %rax");
    assertEquals(
        """
        a/b.S:2:9: error: bad register [TST001]
            2 | mov $1, %foo
              |         ^~~~
          expected: %rax
        """,
        DiagnosticPrinter.print(diagnostic));
  }

  @Test
  void diagnostic_behindTabs_pointsAtTheRightColumn() {
    SourceFile file = new SourceFile("t.S", "\tmov\t$1,\tx\n");
    assertEquals(
        """
        t.S:1:10: warning: odd thing [TST002]
            1 |         mov     $1,     x
              |                         ^
        """,
        DiagnosticPrinter.print(Diagnostic.of(Kind.ODD, find(file, "x"), "thing")));
  }

  @Test
  void diagnostic_atTheEndOfTheFile_pointsBehindTheText() {
    SourceFile file = new SourceFile("t.S", "mov");
    assertEquals(
        """
        t.S:1:4: error: bad end [TST001]
            1 | mov
              |    ^
        """,
        DiagnosticPrinter.print(Diagnostic.of(Kind.BAD, SourceSpan.of(file, 3, 3), "end")));
  }

  @Test
  void diagnostic_overSeveralLines_underlinesTheFirst() {
    SourceFile file = new SourceFile("t.S", "ab cd\nef\n");
    assertEquals(
        """
        t.S:1:4: error: bad lines [TST001]
            1 | ab cd
              |    ^~
        """,
        DiagnosticPrinter.print(Diagnostic.of(Kind.BAD, SourceSpan.of(file, 3, 8), "lines")));
  }

  @Test
  void diagnostic_onAVeryLongLine_showsAWindowAroundTheColumn() {
    SourceFile file = new SourceFile("t.S", "a".repeat(5000) + "CULPRIT" + "b".repeat(5000));
    String printed = DiagnosticPrinter.print(Diagnostic.of(Kind.BAD, find(file, "CULPRIT"), "x"));
    List<String> lines = printed.lines().toList();
    assertEquals("    1 | …" + "a".repeat(40) + "CULPRIT" + "b".repeat(33) + "…", lines.get(1));
    assertEquals(lines.get(1).indexOf("CULPRIT"), lines.get(2).indexOf("^~~~~~~"));
    assertEquals("t.S:1:5001: error: bad x [TST001]", lines.get(0));
  }

  @Test
  void diagnostic_withControlCharacters_printsNoneOfThem() {
    SourceFile file = new SourceFile("t.S", "a\u0007\u001bb");
    String printed =
        DiagnosticPrinter.print(Diagnostic.of(Kind.BAD, SourceSpan.of(file, 1, 2), "\u001b[31m"));
    assertTrue(printed.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)));
  }

  @Test
  void diagnostic_outOfMacros_showsEachPlace() {
    SourceFile file = new SourceFile("m.S", "mov bad\n\tinner 1\n\touter\n.rept 3\n");
    SourceSpan repeat = find(file, ".rept");
    SourceSpan outer = find(file, "outer").expandedAt(repeat);
    SourceSpan span = find(file, "bad").expandedAt(find(file, "inner 1").expandedAt(outer));
    assertEquals(
        """
        m.S:1:5: error: bad thing [TST001]
            1 | mov bad
              |     ^~~
        m.S:2:2: in expansion of macro inner
            2 |         inner 1
              |         ^~~~~~~
        m.S:3:2: in expansion of macro outer
            3 |         outer
              |         ^~~~~
        m.S:4:1: in expansion of .rept
            4 | .rept 3
              | ^~~~~
        """,
        DiagnosticPrinter.print(Diagnostic.of(Kind.BAD, span, "thing")));
  }

  @Test
  void diagnostic_outOfManyMacros_skipsTheMiddle() {
    SourceFile file = new SourceFile("m.S", "deep\nfirst\n");
    SourceSpan call = find(file, "first");
    for (int i = 0; i < 100; i++) {
      call = find(file, "deep").expandedAt(call);
    }
    String printed = DiagnosticPrinter.print(Diagnostic.of(Kind.BAD, call, "thing"));
    assertTrue(printed.contains("… 95 more levels of expansion …"), printed);
    assertTrue(printed.contains("m.S:2:1: in expansion of macro first"), printed);
    assertEquals(19, printed.lines().count());
  }

  @Test
  void diagnostics_manyInOneFile_areCountedAfterTwenty() {
    SourceFile many = new SourceFile("many.S", "x".repeat(30));
    SourceFile few = new SourceFile("few.S", "x");
    List<Diagnostic> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(Diagnostic.of(Kind.BAD, SourceSpan.of(many, i, i + 1), i));
    }
    all.add(Diagnostic.of(Kind.BAD, SourceSpan.of(few, 0, 1), "few"));
    String printed = DiagnosticPrinter.print(all);
    assertTrue(printed.contains("many.S:1:20: error: bad 19"), printed);
    assertFalse(printed.contains("many.S:1:21"), printed);
    assertTrue(printed.contains("many.S: 10 more\nfew.S:1:1: error: bad few"), printed);
  }

  @Test
  void diagnostics_reportedTwice_areKeptOnce() {
    SourceFile file = new SourceFile("a.S", "abc");
    Diagnostics diagnostics = new Diagnostics();
    diagnostics.report(Kind.BAD, SourceSpan.of(file, 0, 1), "x");
    diagnostics.report(Kind.BAD, SourceSpan.of(file, 0, 1), "x");
    diagnostics.report(Kind.ODD, SourceSpan.of(file, 0, 1), "x");
    assertEquals(2, diagnostics.all().size());
    assertEquals(1, diagnostics.errorCount());
    assertTrue(diagnostics.hasErrors());
  }
}
