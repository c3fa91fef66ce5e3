package org.trapnest.asm;

import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The value of an expression as GNU as computes it: 64-bit two's complement, division and
 * comparison signed, {@code >>} unsigned, a true comparison -1, a true {@code &&} or {@code ||} 1.
 */
public final class ExpressionEvaluator {
  private ExpressionEvaluator() {}

  /**
   * The value, or nothing where a symbol has none or a divisor is zero.
   *
   * @param symbols the value of a symbol, if it has one
   */
  public static OptionalLong evaluate(
      Expression expression, Function<String, OptionalLong> symbols) {
    if (expression instanceof Expression.NumberLiteral number) {
      return OptionalLong.of(number.value());
    } else if (expression instanceof Expression.SymbolReference symbol) {
      return symbols.apply(symbol.name());
    } else if (expression instanceof Expression.Unary unary) {
      OptionalLong operand = evaluate(unary.operand(), symbols);
      return operand.isEmpty()
          ? operand
          : OptionalLong.of(unary(unary.operator(), operand.getAsLong()));
    }
    Expression.Binary binary = (Expression.Binary) expression;
    OptionalLong left = evaluate(binary.left(), symbols);
    OptionalLong right = evaluate(binary.right(), symbols);
    return left.isEmpty() || right.isEmpty()
        ? OptionalLong.empty()
        : binary(binary.operator(), left.getAsLong(), right.getAsLong());
  }

  private static long unary(char operator, long value) {
    return switch (operator) {
      case '-' -> -value;
      case '~' -> ~value;
      case '!' -> value == 0 ? 1 : 0;
      default -> throw new IllegalArgumentException("unary operator " + operator);
    };
  }

  private static OptionalLong binary(String operator, long left, long right) {
    boolean divides = operator.equals("/") || operator.equals("%");
    return divides && right == 0
        ? OptionalLong.empty()
        : OptionalLong.of(apply(operator, left, right));
  }

  private static long apply(String operator, long left, long right) {
    return switch (operator) {
      case "*" -> left * right;
      case "/" -> left / right;
      case "%" -> left % right;
      case "<<" -> right < 0 || right > 63 ? 0 : left << right;
      case ">>" -> right < 0 || right > 63 ? 0 : left >>> right;
      case "|" -> left | right;
      case "&" -> left & right;
      case "^" -> left ^ right;
      case "!" -> left | ~right;
      case "+" -> left + right;
      case "-" -> left - right;
      case "==" -> left == right ? -1 : 0;
      case "!=" -> left != right ? -1 : 0;
      case "<" -> left < right ? -1 : 0;
      case "<=" -> left <= right ? -1 : 0;
      case ">" -> left > right ? -1 : 0;
      case ">=" -> left >= right ? -1 : 0;
      case "&&" -> left != 0 && right != 0 ? 1 : 0;
      case "||" -> left != 0 || right != 0 ? 1 : 0;
      default -> throw new IllegalArgumentException("binary operator " + operator);
    };
  }
}
