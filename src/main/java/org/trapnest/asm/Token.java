package org.trapnest.asm;

/**
 * One token of a statement.
 *
 * @param kind what it is
 * @param text as written; for a string what stands between the quotes
 * @param value the value of a number
 * @param start index of its first character in the line
 * @param end index behind its last character
 */
record Token(Kind kind, String text, long value, int start, int end) {

  /** The kinds of tokens. */
  enum Kind {
    /** A symbol, mnemonic or register name: letters, digits and {@code _ . $}. */
    WORD,
    NUMBER,
    /** {@code 1b} or {@code 1f}. */
    LOCAL_REFERENCE,
    STRING,
    PUNCTUATION,
    END
  }

  boolean is(String punctuation) {
    return kind == Kind.PUNCTUATION && text.equals(punctuation);
  }

  /** How a message names this token. */
  String described() {
    return switch (kind) {
      case END -> "end of the statement";
      case STRING -> "string";
      case WORD, NUMBER, LOCAL_REFERENCE, PUNCTUATION -> Problems.quoted(text);
    };
  }
}
