package org.trapnest.property;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/** Splits a property file into lexemes; what it cannot read it reports and leaves out. */
final class PropertyLexer {
  /** Longer symbols first, so that a prefix does not hide them. */
  private static final List<String> SYMBOLS =
      List.of(
          "s>>", "s<=", "s>=", "s<", "s>", "<<", ">>", "==", "!=", "<=", ">=", "<", ">", "+", "-",
          "&", "|", "^", "~", "(", ")", "[", "]", ",", ":", "=");

  private final SourceFile file;
  private final String text;
  private final Diagnostics diagnostics;
  private final List<Lexeme> lexemes = new ArrayList<>();
  private int at;

  private PropertyLexer(SourceFile file, Diagnostics diagnostics) {
    this.file = file;
    this.text = file.text();
    this.diagnostics = diagnostics;
  }

  /** All lexemes of a file, the last one of kind {@code END}. */
  static List<Lexeme> lex(SourceFile file, Diagnostics diagnostics) {
    PropertyLexer lexer = new PropertyLexer(file, diagnostics);
    while (lexer.at < lexer.text.length()) {
      lexer.next();
    }
    lexer.add(Lexeme.Kind.END, "", 0, lexer.at);
    return List.copyOf(lexer.lexemes);
  }

  private void next() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (c == '#') {
      at = lineEnd();
    } else if (c == '"') {
      string();
    } else if (c >= '0' && c <= '9') {
      number();
    } else if (!symbol()) {
      wordOrNothing();
    }
  }

  private int lineEnd() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private void string() {
    int start = at;
    int close = text.indexOf('"', at + 1);
    int end = lineEnd();
    if (close < 0 || close > end) {
      diagnostics.report(PropertyProblem.UNTERMINATED_STRING, SourceSpan.of(file, start, end));
      at = end;
      return;
    }
    at = close + 1;
    add(Lexeme.Kind.STRING, text.substring(start + 1, close), 0, start);
  }

  private void number() {
    int start = at;
    while (at < text.length() && isWordCharacter(text.charAt(at))) {
      at++;
    }
    String written = text.substring(start, at);
    String digits = written.replace("_", "");
    long value = 0;
    try {
      value =
          digits.startsWith("0x") || digits.startsWith("0X")
              ? Long.parseUnsignedLong(digits.substring(2), 16)
              : Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      diagnostics.report(PropertyProblem.BAD_NUMBER, SourceSpan.of(file, start, at), written);
    }
    add(Lexeme.Kind.NUMBER, written, value, start);
  }

  private boolean symbol() {
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        at += symbol.length();
        add(Lexeme.Kind.SYMBOL, symbol, 0, at - symbol.length());
        return true;
      }
    }
    return false;
  }

  private void wordOrNothing() {
    int start = at;
    while (at < text.length() && (isWordCharacter(text.charAt(at)) || isInnerHyphen())) {
      at++;
    }
    if (at > start) {
      add(Lexeme.Kind.WORD, text.substring(start, at), 0, start);
    } else {
      int codePoint = text.codePointAt(at);
      at += Character.charCount(codePoint);
      diagnostics.report(
          PropertyProblem.BAD_CHARACTER,
          SourceSpan.of(file, start, at),
          Character.toString(codePoint));
    }
  }

  private boolean isInnerHyphen() {
    return text.charAt(at) == '-'
        && at > 0
        && isWordCharacter(text.charAt(at - 1))
        && at + 1 < text.length()
        && isWordCharacter(text.charAt(at + 1));
  }

  private static boolean isWordCharacter(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '.'
        || c == '$';
  }

  private void add(Lexeme.Kind kind, String lexemeText, long value, int start) {
    lexemes.add(new Lexeme(kind, lexemeText, value, SourceSpan.of(file, start, at)));
  }
}
