package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the stages hand on: a line of code or of annotation.
 *
 * @param code the statements, blank on a line that holds only an annotation
 * @param annotation what stands behind {@code //@}
 */
record LogicalLine(MappedText code, Optional<MappedText> annotation) {

  static LogicalLine of(MappedText code) {
    return new LogicalLine(code, Optional.empty());
  }

  int length() {
    return code.length() + annotation.map(MappedText::length).orElse(0);
  }

  /**
   * One line for each statement, cut at semicolons outside strings; the annotation goes with the
   * last statement.
   */
  List<LogicalLine> statements() {
    String text = code.text();
    if (text.indexOf(';') < 0 && text.indexOf('\n') < 0) {
      return List.of(this);
    }
    List<MappedText> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ';' || c == '\n') {
        addUnlessBlank(parts, start, i);
        start = i + 1;
      } else {
        i = skipQuoted(text, i);
      }
    }
    addUnlessBlank(parts, start, text.length());
    List<LogicalLine> lines = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      lines.add(new LogicalLine(parts.get(i), last ? annotation : Optional.empty()));
    }
    if (lines.isEmpty() && annotation.isPresent()) {
      lines.add(new LogicalLine(code.substring(0, 0), annotation));
    }
    return lines;
  }

  private void addUnlessBlank(List<MappedText> parts, int start, int end) {
    MappedText part = code.substring(start, end);
    if (!part.isBlank()) {
      parts.add(part);
    }
  }

  /**
   * The index of the last character of the string or character literal that begins at {@code i}, or
   * {@code i} itself where none begins.
   */
  static int skipQuoted(String text, int i) {
    char c = text.charAt(i);
    if (c == '\'' && i + 2 < text.length() && text.charAt(i + 2) == '\'') {
      return i + 2;
    }
    if (c != '"') {
      return i;
    }
    int end = i + 1;
    while (end < text.length() && text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(end, text.length() - 1);
  }
}
