package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;

/**
 * A preprocessor macro.
 *
 * @param name its name
 * @param functionLike whether it is invoked with parentheses
 * @param parameters the parameters of a function-like macro
 * @param variadic whether the last parameter takes the rest of the arguments
 * @param body what it is replaced by
 */
record Define(
    String name, boolean functionLike, List<String> parameters, boolean variadic, List<Part> body) {

  /** A piece of a body. */
  sealed interface Part {}

  /** Text as it is. */
  record Literal(String text) implements Part {}

  /** A parameter's argument: expanded, raw beside {@code ##}, or as a string behind {@code #}. */
  record Argument(int index, Use use) implements Part {}

  /** How an argument enters the body. */
  enum Use {
    EXPANDED,
    RAW,
    STRING
  }

  static Define constant(String name, String value) {
    return new Define(name, false, List.of(), false, List.of(new Literal(value)));
  }

  static Define objectLike(String name, String body) {
    return constant(name, body.strip().replaceAll("\\s+", " ").replaceAll(" ?## ?", ""));
  }

  static Define functionLike(String name, List<String> parameters, boolean variadic, String body) {
    return new Define(
        name, true, List.copyOf(parameters), variadic, parts(body.strip(), parameters));
  }

  private static List<Part> parts(String body, List<String> parameters) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    boolean pasted = false;
    for (int i = 0; i < body.length(); ) {
      if (body.startsWith("##", i)) {
        literal.setLength(literal.toString().stripTrailing().length());
        makeLastRaw(parts, literal);
        i = skipBlanks(body, i + 2);
        pasted = true;
        continue;
      }
      boolean string = body.charAt(i) == '#';
      int start = string ? skipBlanks(body, i + 1) : i;
      int end = wordEnd(body, start);
      int parameter = end > start ? parameters.indexOf(body.substring(start, end)) : -1;
      if (parameter >= 0) {
        flush(parts, literal);
        Use use = string ? Use.STRING : pasted ? Use.RAW : Use.EXPANDED;
        parts.add(new Argument(parameter, use));
      } else {
        end = string ? i + 1 : Math.max(end, LogicalLine.skipQuoted(body, i) + 1);
        literal.append(body, i, end);
      }
      pasted = false;
      i = end;
    }
    flush(parts, literal);
    return List.copyOf(parts);
  }

  private static void makeLastRaw(List<Part> parts, StringBuilder literal) {
    int last = parts.size() - 1;
    if (literal.length() == 0
        && last >= 0
        && parts.get(last) instanceof Argument argument
        && argument.use() == Use.EXPANDED) {
      parts.set(last, new Argument(argument.index(), Use.RAW));
    }
  }

  private static void flush(List<Part> parts, StringBuilder literal) {
    if (literal.length() > 0) {
      parts.add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  static int skipBlanks(String text, int i) {
    int at = i;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** The end of the identifier or preprocessing number that begins at {@code i}, or {@code i}. */
  static int wordEnd(String text, int i) {
    int at = i;
    while (at < text.length() && isWordPart(text, i, at)) {
      at++;
    }
    return at;
  }

  private static boolean isWordPart(String text, int start, int at) {
    char c = text.charAt(at);
    return isIdentifierPart(c) || c == '.' && isDigit(text.charAt(start));
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isIdentifierStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  static boolean isIdentifierPart(char c) {
    return isIdentifierStart(c) || isDigit(c);
  }
}
