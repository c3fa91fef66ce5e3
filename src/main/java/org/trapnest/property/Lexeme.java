package org.trapnest.property;

import org.trapnest.diag.SourceSpan;

/**
 * One word of a property file.
 *
 * @param kind what it is
 * @param text as written; a string without its quotes
 * @param value the value of a number, otherwise 0
 * @param span its place
 */
record Lexeme(Kind kind, String text, long value, SourceSpan span) {

  /** The kinds of lexemes. */
  enum Kind {
    /** Letters, digits, {@code _ . $}, and {@code -} between two of them. */
    WORD,
    NUMBER,
    STRING,
    SYMBOL,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** How a diagnostic says what was found. */
  String described() {
    return switch (kind) {
      case END -> "the end of the file";
      case STRING -> "a string";
      case WORD, NUMBER, SYMBOL -> "'" + text + "'";
    };
  }
}
