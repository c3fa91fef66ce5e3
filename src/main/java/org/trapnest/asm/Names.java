package org.trapnest.asm;

/** The letters of symbols: a letter or {@code _ .} first, then also digits and {@code $}. */
final class Names {
  private Names() {}

  static boolean isStart(char c) {
    return Define.isIdentifierStart(c) || c == '.';
  }

  static boolean isPart(char c) {
    return Define.isIdentifierPart(c) || c == '.' || c == '$';
  }

  /** The index behind the name (or number) that begins at {@code start}. */
  static int end(String text, int start) {
    int at = start;
    while (at < text.length() && isPart(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Whether the whole text is a name. */
  static boolean isName(String text) {
    return !text.isEmpty() && isStart(text.charAt(0)) && end(text, 0) == text.length();
  }
}
