package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the operands of a macro call, {@code .irp} or {@code .macro} line as GNU as does: at commas,
 * and at blanks between two words, but not at blanks beside an operator; a string is one argument
 * and loses its quotes.
 */
final class Arguments {
  /** Characters beside which GNU as for x86 keeps a blank, as it does beside a letter or digit. */
  private static final String WORDLIKE = "*%-([{}\"\\$";

  private final MappedText line;
  private final String text;
  private int at;

  Arguments(MappedText line) {
    this.line = line;
    this.text = line.text();
    skipBlanks();
  }

  static List<String> all(MappedText line) throws Rejected {
    Arguments arguments = new Arguments(line);
    List<String> values = new ArrayList<>();
    while (!arguments.atEnd()) {
      values.add(arguments.next());
    }
    return values;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  int index() {
    return at;
  }

  private void skipBlanks() {
    at = Define.skipBlanks(text, at);
  }

  /** Consumes a character and the blanks behind it, if it is next. */
  boolean take(char c) {
    boolean here = at < text.length() && text.charAt(at) == c;
    if (here) {
      at++;
      skipBlanks();
    }
    return here;
  }

  /** Consumes a name and the blanks behind it; empty where none is next. */
  String name() {
    int start = at;
    if (at < text.length() && Names.isStart(text.charAt(at))) {
      at = Names.end(text, at);
    }
    String name = text.substring(start, at);
    skipBlanks();
    return name;
  }

  /** The name before a single {@code =}, both consumed; empty (and nothing consumed) otherwise. */
  String keyword() {
    int start = at;
    String name = name();
    boolean assigns = text.startsWith("=", at) && !text.startsWith("==", at);
    if (name.isEmpty() || !assigns) {
      at = start;
      return "";
    }
    take('=');
    return name;
  }

  /** All that is left. */
  String rest() {
    String rest = text.substring(at).strip();
    at = text.length();
    return rest;
  }

  /** Consumes one argument and the comma behind it. */
  String next() throws Rejected {
    String value = value();
    skipBlanks();
    take(',');
    return value;
  }

  /** Consumes one argument. */
  String value() throws Rejected {
    StringBuilder value = new StringBuilder();
    if (at < text.length() && text.charAt(at) == '"') {
      quoted(value, false);
      return value.toString();
    }
    int nesting = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ',') {
        break;
      } else if (Character.isWhitespace(c)) {
        int end = Define.skipBlanks(text, at);
        boolean kept = keepsBlank(at - 1) && keepsBlank(end);
        if (kept && nesting == 0 || end == text.length()) {
          break;
        }
        value.append(kept ? " " : "");
        at = end;
      } else if (c == '"') {
        quoted(value, true);
      } else if (c == '\'' && LogicalLine.skipQuoted(text, at) > at) {
        value.append(text, at, at + 3);
        at += 3;
      } else {
        nesting += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        nesting = Math.max(nesting, 0);
        value.append(c);
        at++;
      }
    }
    return value.toString();
  }

  private boolean keepsBlank(int index) {
    if (index < 0 || index >= text.length()) {
      return false;
    }
    char c = text.charAt(index);
    return Names.isPart(c) || WORDLIKE.indexOf(c) >= 0;
  }

  private void quoted(StringBuilder value, boolean withQuotes) throws Rejected {
    int start = at++;
    int from = at;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= text.length()) {
      at = text.length();
      throw Rejected.of(AsmProblem.UNTERMINATED_STRING, line.span(start, text.length()));
    }
    at++;
    value.append(text, withQuotes ? start : from, withQuotes ? at : at - 1);
  }
}
