package org.trapnest.diag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Prints diagnostics as text: place, message and identifier, the source line with the culprit
 * underlined, notes, and the macro invocations that produced the text.
 *
 * <pre>
 * models/nmi.S:12:8: error: unexpected ')' [ASM010]
 *    12 |   mov $1), %rax
 *       |         ^
 *   expected: ',' or the end of the statement
 * </pre>
 */
public final class DiagnosticPrinter {
  /** How many diagnostics of one file are printed before the rest is only counted. */
  public static final int PER_FILE = 20;

  private static final int TAB_WIDTH = 8;
  private static final int WINDOW = 80;
  private static final int EXPANSION_LEVELS = 4;

  private DiagnosticPrinter() {}

  /** All diagnostics, each on its own lines, at most {@link #PER_FILE} for each file. */
  public static String print(List<Diagnostic> diagnostics) {
    Map<String, List<Diagnostic>> byFile = new LinkedHashMap<>();
    for (Diagnostic diagnostic : diagnostics) {
      String path = diagnostic.span().outermost().file().path();
      byFile.computeIfAbsent(path, key -> new ArrayList<>()).add(diagnostic);
    }
    StringBuilder out = new StringBuilder();
    byFile.forEach(
        (path, all) -> {
          all.stream().limit(PER_FILE).forEach(diagnostic -> append(out, diagnostic));
          if (all.size() > PER_FILE) {
            out.append(path).append(": ").append(all.size() - PER_FILE).append(" more\n");
          }
        });
    return out.toString();
  }

  /** One diagnostic, ending with a line end. */
  public static String print(Diagnostic diagnostic) {
    StringBuilder out = new StringBuilder();
    append(out, diagnostic);
    return out.toString();
  }

  private static void append(StringBuilder out, Diagnostic diagnostic) {
    SourceSpan span = diagnostic.span();
    out.append(span.place()).append(": ");
    out.append(diagnostic.kind().severity().name().toLowerCase(Locale.ROOT)).append(": ");
    out.append(printable(diagnostic.message()));
    out.append(" [").append(diagnostic.kind().id()).append("]\n");
    appendExcerpt(out, span);
    for (String note : diagnostic.notes()) {
      out.append("  ").append(printable(note)).append('\n');
    }
    appendExpansions(out, span);
  }

  private static void appendExpansions(StringBuilder out, SourceSpan span) {
    Optional<SourceSpan> call = span.expandedAt();
    for (int level = 0; call.isPresent(); level++) {
      SourceSpan at = call.get();
      if (level == EXPANSION_LEVELS && at.expandedAt().isPresent()) {
        int skipped = 0;
        while (at.expandedAt().isPresent()) {
          at = at.expandedAt().get();
          skipped++;
        }
        out.append("  … ").append(skipped).append(" more levels of expansion …\n");
      }
      out.append(at.place()).append(": in expansion of ").append(invoked(at)).append('\n');
      appendExcerpt(out, at);
      call = at.expandedAt();
    }
  }

  private static String invoked(SourceSpan call) {
    String text = call.text();
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    String name = printable(text.substring(0, Math.min(end, WINDOW)));
    return name.startsWith(".") ? name : "macro " + name;
  }

  private static void appendExcerpt(StringBuilder out, SourceSpan span) {
    SourceFile file = span.file();
    int line = span.line();
    int lineStart = file.lineStart(line);
    String text = file.lineText(line);
    int from = Math.min(span.start() - lineStart, text.length());
    int to = Math.max(from, Math.min(span.end() - lineStart, text.length()));
    int clipStart = 0;
    int clipEnd = text.length();
    if (text.length() > 2 * WINDOW) {
      clipStart = Math.max(0, from - WINDOW / 2);
      clipEnd = Math.min(text.length(), clipStart + WINDOW);
    }
    StringBuilder shown = new StringBuilder(clipStart > 0 ? "…" : "");
    int caretStart = shown.length();
    int caretEnd = -1;
    int column = shown.length();
    for (int i = clipStart; i <= clipEnd; i++) {
      caretStart = i == from ? column : caretStart;
      caretEnd = i == to ? column : caretEnd;
      if (i < clipEnd) {
        char c = text.charAt(i);
        int width = c == '\t' ? TAB_WIDTH - (i - clipStart) % TAB_WIDTH : 1;
        width = c == '\t' ? TAB_WIDTH - column % TAB_WIDTH : width;
        shown.append(c == '\t' ? " ".repeat(width) : printable(c));
        column += width;
      }
    }
    caretEnd = caretEnd < 0 ? column : caretEnd;
    shown.append(clipEnd < text.length() ? "…" : "");
    String number = String.format("%5d | ", line);
    out.append((number + shown).stripTrailing()).append('\n');
    out.append(" ".repeat(number.length() - 2)).append("| ").append(" ".repeat(caretStart));
    out.append('^').append("~".repeat(Math.max(0, caretEnd - caretStart - 1))).append('\n');
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.chars().forEach(c -> out.append(printable((char) c)));
    return out.toString();
  }

  private static char printable(char c) {
    return Character.isISOControl(c) ? '\uFFFD' : c;
  }
}
