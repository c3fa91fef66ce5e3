package org.trapnest.asm;

import java.util.List;
import org.trapnest.diag.SourceSpan;

/**
 * Evaluates the expression of {@code #if}: C's operators and precedence over 64-bit signed numbers.
 *
 * <p>The text comes with {@code defined} and macros already replaced; a name that is left is 0.
 */
final class Condition {
  private static final int MAX_DEPTH = 200;
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("|"),
          List.of("^"),
          List.of("&"),
          List.of("==", "!="),
          List.of("<", "<=", ">", ">="),
          List.of("<<", ">>"),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  private final MappedText text;
  private final List<Token> tokens;
  private int at;
  private int depth;

  private Condition(MappedText text) throws Rejected {
    this.text = text;
    this.tokens = Lexer.tokens(text);
  }

  static boolean isTrue(MappedText text) throws Rejected {
    Condition condition = new Condition(text);
    long value = condition.ternary(true);
    if (condition.peek().kind() != Token.Kind.END) {
      throw condition.unexpected("an operator or the end of the condition");
    }
    return value != 0;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private SourceSpan span(Token token) {
    return text.span(token.start(), token.end());
  }

  private boolean take(String punctuation) {
    boolean here = peek().is(punctuation);
    at += here ? 1 : 0;
    return here;
  }

  private Rejected unexpected(String expected) {
    return Rejected.expected(expected, peek().described(), span(peek()));
  }

  private void expect(String punctuation) throws Rejected {
    if (!take(punctuation)) {
      throw unexpected("'" + punctuation + "'");
    }
  }

  private void descend() throws Rejected {
    if (++depth > MAX_DEPTH) {
      throw Rejected.of(AsmProblem.NESTED_TOO_DEEPLY, span(peek()), MAX_DEPTH);
    }
  }

  /** {@code live} is false where the value does not matter, so that division by zero is allowed. */
  private long ternary(boolean live) throws Rejected {
    descend();
    long value = binary(0, live);
    if (take("?")) {
      long yes = ternary(live && value != 0);
      expect(":");
      long no = ternary(live && value == 0);
      value = value != 0 ? yes : no;
    }
    depth--;
    return value;
  }

  private long binary(int level, boolean live) throws Rejected {
    if (level == LEVELS.size()) {
      return unary(live);
    }
    long left = binary(level + 1, live);
    while (peek().kind() == Token.Kind.PUNCTUATION && LEVELS.get(level).contains(peek().text())) {
      Token operator = tokens.get(at++);
      boolean decided = operator.is("&&") && left == 0 || operator.is("||") && left != 0;
      long right = binary(level + 1, live && !decided);
      if (right == 0 && (operator.is("/") || operator.is("%"))) {
        if (live) {
          throw Rejected.of(AsmProblem.DIVISION_BY_ZERO, span(operator));
        }
        right = 1;
      }
      left = apply(operator.text(), left, right);
    }
    return left;
  }

  private static long apply(String operator, long left, long right) {
    return switch (operator) {
      case "||" -> truth(left != 0 || right != 0);
      case "&&" -> truth(left != 0 && right != 0);
      case "|" -> left | right;
      case "^" -> left ^ right;
      case "&" -> left & right;
      case "==" -> truth(left == right);
      case "!=" -> truth(left != right);
      case "<" -> truth(left < right);
      case "<=" -> truth(left <= right);
      case ">" -> truth(left > right);
      case ">=" -> truth(left >= right);
      case "<<" -> right < 0 || right > 63 ? 0 : left << right;
      case ">>" -> left >> Math.max(0, Math.min(right, 63));
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "%" -> left % right;
      default -> throw new IllegalStateException("operator " + operator + " has no level");
    };
  }

  private static long truth(boolean value) {
    return value ? 1 : 0;
  }

  private long unary(boolean live) throws Rejected {
    Token token = peek();
    if (token.kind() == Token.Kind.NUMBER) {
      at++;
      return token.value();
    }
    if (token.kind() == Token.Kind.WORD) {
      at++;
      return 0;
    }
    descend();
    long value;
    if (take("(")) {
      value = ternary(live);
      expect(")");
    } else if (take("!")) {
      value = truth(unary(live) == 0);
    } else if (take("-")) {
      value = -unary(live);
    } else if (take("+")) {
      value = unary(live);
    } else if (take("~")) {
      value = ~unary(live);
    } else {
      throw unexpected("a number, a name or '('");
    }
    depth--;
    return value;
  }
}
