package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/**
 * Cuts a file into logical lines: joins continued lines, takes comments out, and sets annotations
 * apart.
 *
 * <p>Comments are {@code //} and {@code /* *}{@code /} as for the C preprocessor, and {@code #}
 * outside a preprocessor line as for GNU as on x86. A line that begins with {@code #} is kept
 * whole.
 */
final class LineScanner {
  static final int MAX_LINE = 1 << 16;

  private static final String CONTINUATION_BLANKS = "   ";

  private final SourceFile file;
  private final String text;
  private final Diagnostics diagnostics;
  private final List<LogicalLine> lines = new ArrayList<>();

  private int at;
  private int runStart;
  private MappedText.Builder code;

  /** Behind a {@code #} comment sign, or too long: read on but keep nothing. */
  private boolean discarding;

  private boolean startsWithHash;
  private boolean blankSoFar;

  private LineScanner(SourceFile file, Diagnostics diagnostics) {
    this.file = file;
    this.text = file.text();
    this.diagnostics = diagnostics;
  }

  static List<LogicalLine> scan(SourceFile file, Diagnostics diagnostics) {
    LineScanner scanner = new LineScanner(file, diagnostics);
    while (scanner.at < scanner.text.length()) {
      scanner.line();
    }
    return scanner.lines;
  }

  private void line() {
    int lineStart = at;
    code = new MappedText.Builder(file, at, Optional.empty());
    runStart = at;
    discarding = false;
    startsWithHash = false;
    blankSoFar = true;
    Optional<MappedText> annotation = Optional.empty();
    while (at < text.length() && text.charAt(at) != '\n') {
      if (startsWith("//")) {
        annotation = lineComment();
      } else {
        character();
      }
    }
    flush(at);
    at++;
    add(code.build(), annotation, lineStart);
  }

  /** Consumes one character, or what it begins: a string, a comment, a joined line end. */
  private void character() {
    char c = text.charAt(at);
    int splice = spliceLength(at);
    if (splice > 0) {
      flush(at);
      skipTo(at + splice);
    } else if (startsWith("/*")) {
      blockComment();
    } else if (c == '#' && !startsWithHash && !discarding) {
      startsWithHash = blankSoFar;
      if (!blankSoFar) {
        flush(at);
        discarding = true;
      }
      at++;
    } else if (c == '"' && !discarding) {
      at = stringEnd();
    } else if (startsWith("'\"'")) {
      at += 3;
    } else if (c == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
      flush(at);
      skipTo(at + 1);
    } else {
      at++;
    }
    blankSoFar &= Character.isWhitespace(c) || splice > 0 || runStart == at;
  }

  private boolean startsWith(String what) {
    return text.startsWith(what, at);
  }

  /** The length of a backslash and the line end behind it, or 0. */
  private int spliceLength(int index) {
    if (text.charAt(index) != '\\') {
      return 0;
    }
    return text.startsWith("\n", index + 1) ? 2 : text.startsWith("\r\n", index + 1) ? 3 : 0;
  }

  private void flush(int end) {
    if (!discarding) {
      code.appendSource(runStart, Math.min(end, text.length()));
    }
    runStart = at;
  }

  private void skipTo(int next) {
    at = next;
    runStart = next;
  }

  private void blockComment() {
    int start = at;
    flush(at);
    int close = text.indexOf("*/", at + 2);
    if (close < 0) {
      diagnostics.report(AsmProblem.UNTERMINATED_COMMENT, SourceSpan.of(file, start, start + 2));
    }
    skipTo(close < 0 ? text.length() : close + 2);
    if (!discarding) {
      code.appendStandIn(" ", start, at);
    }
  }

  private int stringEnd() {
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != '\n') {
      if (text.charAt(i) == '"') {
        return i + 1;
      }
      if (spliceLength(i) > 0) {
        return i;
      }
      i += text.charAt(i) == '\\' && !text.startsWith("\n", i + 1) ? 2 : 1;
    }
    return Math.min(i, text.length());
  }

  /** Consumes a line comment up to the line end; what it says if it is an annotation. */
  private Optional<MappedText> lineComment() {
    boolean isAnnotation = startsWith("//@") && !discarding && !startsWithHash;
    flush(at);
    skipTo(isAnnotation ? at + 3 : at);
    MappedText.Builder said = new MappedText.Builder(file, at, Optional.empty());
    while (at < text.length() && text.charAt(at) != '\n') {
      int splice = spliceLength(at);
      if (splice > 0) {
        said.appendSource(runStart, at);
        skipTo(at + splice);
      } else {
        at++;
      }
    }
    int end = at > runStart && text.charAt(at - 1) == '\r' ? at - 1 : at;
    said.appendSource(runStart, end);
    runStart = at;
    return isAnnotation ? Optional.of(said.build()) : Optional.empty();
  }

  private void add(MappedText line, Optional<MappedText> annotation, int lineStart) {
    if (line.length() > MAX_LINE || annotation.map(MappedText::length).orElse(0) > MAX_LINE) {
      SourceSpan span = SourceSpan.of(file, lineStart, Math.min(lineStart + 1, text.length()));
      diagnostics.report(AsmProblem.LINE_TOO_LONG, span, MAX_LINE);
      lines.add(LogicalLine.of(line.substring(0, 0)));
    } else if (annotation.isPresent() && isContinuation(line, annotation.get())) {
      continueAnnotation(annotation.get());
    } else {
      lines.add(new LogicalLine(line, annotation));
    }
  }

  private static boolean isContinuation(MappedText line, MappedText annotation) {
    return line.isBlank()
        && annotation.text().startsWith(CONTINUATION_BLANKS)
        && !annotation.isBlank();
  }

  private void continueAnnotation(MappedText more) {
    int last = lines.size() - 1;
    if (last < 0 || lines.get(last).annotation().isEmpty()) {
      diagnostics.report(
          Problems.note(
              AsmProblem.NOTHING_TO_CONTINUE,
              more.strip().span(),
              "an annotation's own line has at most two blanks behind '//@'"));
      return;
    }
    MappedText before = lines.get(last).annotation().get();
    if (before.length() + more.length() > MAX_LINE) {
      diagnostics.report(AsmProblem.LINE_TOO_LONG, more.strip().span(), MAX_LINE);
      return;
    }
    MappedText.Builder joined = new MappedText.Builder(before);
    joined.append(before, 0, before.length());
    joined.append(more, 0, more.length());
    lines.set(last, new LogicalLine(lines.get(last).code(), Optional.of(joined.build())));
  }
}
