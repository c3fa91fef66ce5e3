package org.trapnest.asm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Cuts a line of code into tokens; the last one is always {@link Token.Kind#END}. */
final class Lexer {
  private static final List<String> LONG_OPERATORS =
      List.of("<<", ">>", "<=", ">=", "<>", "==", "!=", "&&", "||");
  private static final String OPERATORS = "%$*(),:+-/<>=!~&|^?@[]{}\\";
  private static final Pattern LOCAL = Pattern.compile("[0-9]+[bfBF]");
  private static final Pattern INTEGER_SUFFIX = Pattern.compile("[uUlL]{1,3}$");

  private final MappedText line;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(MappedText line) {
    this.line = line;
    this.text = line.text();
  }

  static List<Token> tokens(MappedText line) throws Rejected {
    return tokens(line, 0);
  }

  /** The tokens from an index on. */
  static List<Token> tokens(MappedText line, int from) throws Rejected {
    Lexer lexer = new Lexer(line);
    lexer.at = from;
    while (lexer.skipBlanks()) {
      lexer.token();
    }
    lexer.add(Token.Kind.END, "", 0, lexer.at);
    return lexer.tokens;
  }

  private boolean skipBlanks() {
    at = Define.skipBlanks(text, at);
    return at < text.length();
  }

  private void add(Token.Kind kind, String what, long value, int start) {
    tokens.add(new Token(kind, what, value, start, at));
  }

  private void token() throws Rejected {
    char c = text.charAt(at);
    int start = at;
    if (Define.isDigit(c)) {
      number();
    } else if (Names.isStart(c)) {
      at = Names.end(text, at);
      add(Token.Kind.WORD, text.substring(start, at), 0, start);
    } else if (c == '"') {
      string();
    } else if (c == '\'') {
      character();
    } else {
      operator(c);
    }
  }

  private void operator(char c) throws Rejected {
    int start = at;
    String two = at + 2 <= text.length() ? text.substring(at, at + 2) : "";
    if (LONG_OPERATORS.contains(two)) {
      at += 2;
    } else if (OPERATORS.indexOf(c) >= 0) {
      at++;
    } else {
      throw Rejected.of(
          AsmProblem.UNEXPECTED_CHARACTER, line.span(at, at + 1), Problems.quoted("" + c));
    }
    add(Token.Kind.PUNCTUATION, text.substring(start, at), 0, start);
  }

  private void number() throws Rejected {
    int start = at;
    at = Names.end(text, at);
    String digits = text.substring(start, at);
    if (LOCAL.matcher(digits).matches()) {
      add(Token.Kind.LOCAL_REFERENCE, digits, 0, start);
    } else {
      add(Token.Kind.NUMBER, digits, value(digits, line, start), start);
    }
  }

  /** The value of a number in C's notation or with {@code 0b}. */
  static long value(String written, MappedText line, int start) throws Rejected {
    String digits = INTEGER_SUFFIX.matcher(written).replaceFirst("");
    int radix = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      char mark = Character.toLowerCase(digits.charAt(1));
      radix = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
      digits = digits.substring(radix == 8 ? 1 : 2);
    }
    boolean wellFormed = !digits.isEmpty();
    for (int i = 0; i < digits.length(); i++) {
      wellFormed &= digits.charAt(i) < 128 && Character.digit(digits.charAt(i), radix) >= 0;
    }
    int end = start + written.length();
    if (!wellFormed) {
      throw Rejected.of(AsmProblem.MALFORMED_NUMBER, line.span(start, end), clip(written));
    }
    if (digits.length() > 64 || new BigInteger(digits, radix).bitLength() > 64) {
      throw Rejected.of(AsmProblem.NUMBER_TOO_LARGE, line.span(start, end), clip(written));
    }
    return digits.length() < 16
        ? Long.parseLong(digits, radix)
        : new BigInteger(digits, radix).longValue();
  }

  private static String clip(String written) {
    return written.length() > 40 ? written.substring(0, 40) + "…" : written;
  }

  private void string() throws Rejected {
    int start = at;
    StringBuilder value = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
        value.append(escaped(text.charAt(at)));
      } else {
        value.append(text.charAt(at));
      }
      at++;
    }
    if (at >= text.length()) {
      throw Rejected.of(AsmProblem.UNTERMINATED_STRING, line.span(start, text.length()));
    }
    at++;
    add(Token.Kind.STRING, value.toString(), 0, start);
  }

  private void character() throws Rejected {
    int start = at++;
    if (at < text.length() && text.charAt(at) == '\\') {
      at++;
    }
    if (at >= text.length()) {
      throw Rejected.of(
          AsmProblem.UNEXPECTED_CHARACTER, line.span(start, start + 1), Problems.quoted("'"));
    }
    char c = text.charAt(at);
    long value = text.charAt(at - 1) == '\\' ? escaped(c) : c;
    at++;
    if (at < text.length() && text.charAt(at) == '\'') {
      at++;
    }
    add(Token.Kind.NUMBER, text.substring(start, at), value, start);
  }

  /** The character that a backslash and {@code c} stand for. */
  static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '0' -> '\0';
      default -> c;
    };
  }
}
