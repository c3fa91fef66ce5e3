package org.trapnest.diag;

import java.util.Optional;

/**
 * A range of a source text, and, for text that a macro produced, the place that invoked the macro.
 *
 * @param file the text
 * @param start zero-based offset of the first character
 * @param end zero-based offset behind the last character, at least {@code start}
 * @param expandedAt the invocation that produced this text, which may itself stand in a macro
 */
public record SourceSpan(SourceFile file, int start, int end, Optional<SourceSpan> expandedAt) {

  public SourceSpan {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("span " + start + ".." + end);
    }
  }

  public static SourceSpan of(SourceFile file, int start, int end) {
    return new SourceSpan(file, start, end, Optional.empty());
  }

  /** The same range as text produced by the invocation at {@code call}. */
  public SourceSpan expandedAt(SourceSpan call) {
    return new SourceSpan(file, start, end, Optional.of(call));
  }

  /** The line, counted from one, of the first character. */
  public int line() {
    return file.line(start);
  }

  /** The column, counted from one, of the first character. */
  public int column() {
    return file.column(start);
  }

  public String text() {
    return file.text().substring(start, Math.min(end, file.text().length()));
  }

  /** The outermost invocation, or this span itself when no macro was involved. */
  public SourceSpan outermost() {
    SourceSpan span = this;
    while (span.expandedAt.isPresent()) {
      span = span.expandedAt.get();
    }
    return span;
  }

  /** {@code file:line:column}. */
  public String place() {
    return file.path() + ":" + line() + ":" + column();
  }
}
