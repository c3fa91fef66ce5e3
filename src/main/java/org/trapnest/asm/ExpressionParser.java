package org.trapnest.asm;

import java.util.Map;
import java.util.OptionalLong;
import org.trapnest.diag.SourceSpan;

/**
 * Parses expressions with the operators and precedence of GNU as (manual "Using as", section "Infix
 * Operators").
 *
 * <p>A constant that is known is replaced by its value at once, since {@code .set} may change it
 * later.
 */
final class ExpressionParser {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_OPERATORS = 1000;
  private static final Map<String, Integer> RANKS =
      Map.ofEntries(
          Map.entry("*", 6),
          Map.entry("/", 6),
          Map.entry("%", 6),
          Map.entry("<<", 6),
          Map.entry(">>", 6),
          Map.entry("|", 5),
          Map.entry("&", 5),
          Map.entry("^", 5),
          Map.entry("!", 5),
          Map.entry("+", 4),
          Map.entry("-", 4),
          Map.entry("==", 3),
          Map.entry("<>", 3),
          Map.entry("!=", 3),
          Map.entry("<", 3),
          Map.entry("<=", 3),
          Map.entry(">", 3),
          Map.entry(">=", 3),
          Map.entry("&&", 2),
          Map.entry("||", 1));

  private final TokenCursor cursor;
  private final SymbolTable symbols;
  private int depth;
  private int operators;

  ExpressionParser(TokenCursor cursor, SymbolTable symbols) {
    this.cursor = cursor;
    this.symbols = symbols;
  }

  /** Parses as long an expression as there is. */
  Expression expression() throws Rejected {
    return binary(1);
  }

  private Expression binary(int lowestRank) throws Rejected {
    Token start = cursor.peek();
    Expression left = unary();
    while (true) {
      Token operator = cursor.peek();
      int rank = rank(operator);
      if (rank < lowestRank || rank == 0) {
        return left;
      }
      cursor.next();
      if (++operators > MAX_OPERATORS) {
        throw Rejected.of(AsmProblem.EXPRESSION_TOO_LONG, cursor.span(operator), MAX_OPERATORS);
      }
      Expression right = binary(rank + 1);
      String sign = operator.text().equals("<>") ? "!=" : operator.text();
      rejectZeroDivisor(sign, right);
      left = new Expression.Binary(sign, left, right, cursor.spanSince(start));
    }
  }

  private int rank(Token operator) {
    Token second = cursor.peekSecond();
    // "$1 %rax" lacks a comma: nobody means the remainder of a symbol.
    boolean register =
        operator.is("%") && second.kind() == Token.Kind.WORD && second.start() == operator.end();
    return register || operator.kind() != Token.Kind.PUNCTUATION
        ? 0
        : RANKS.getOrDefault(operator.text(), 0);
  }

  private static void rejectZeroDivisor(String operator, Expression right) throws Rejected {
    boolean divides = operator.equals("/") || operator.equals("%");
    if (divides && ExpressionEvaluator.evaluate(right, name -> OptionalLong.empty()).equals(ZERO)) {
      throw Rejected.of(AsmProblem.DIVISION_BY_ZERO, right.span());
    }
  }

  private static final OptionalLong ZERO = OptionalLong.of(0);

  private Expression unary() throws Rejected {
    Token token = cursor.peek();
    return switch (token.kind()) {
      case NUMBER -> new Expression.NumberLiteral(token.value(), cursor.span(cursor.next()));
      case LOCAL_REFERENCE -> local(cursor.next());
      case WORD -> symbol(cursor.next());
      case PUNCTUATION -> prefixed(token);
      case STRING, END -> throw cursor.unexpected("a number, a symbol or '('");
    };
  }

  private Expression local(Token token) throws Rejected {
    SourceSpan span = cursor.span(token);
    return new Expression.SymbolReference(symbols.localReference(token.text(), span), span);
  }

  private Expression symbol(Token token) {
    SourceSpan span = cursor.span(token);
    // A call through the linkage table reaches the same function.
    if (cursor.peek().is("@") && cursor.peekSecond().text().equalsIgnoreCase("PLT")) {
      cursor.next();
      cursor.next();
    }
    OptionalLong known = symbols.constant(token.text());
    return known.isPresent()
        ? new Expression.NumberLiteral(known.getAsLong(), span)
        : new Expression.SymbolReference(token.text(), span);
  }

  private Expression prefixed(Token token) throws Rejected {
    if (++depth > MAX_DEPTH) {
      throw Rejected.of(AsmProblem.NESTED_TOO_DEEPLY, cursor.span(token), MAX_DEPTH);
    }
    Expression result;
    if (cursor.take("(")) {
      result = expression();
      cursor.expect(")");
    } else if (cursor.take("+")) {
      result = unary();
    } else if (token.is("-") || token.is("~") || token.is("!")) {
      cursor.next();
      Expression operand = unary();
      result = new Expression.Unary(token.text().charAt(0), operand, cursor.spanSince(token));
    } else {
      throw cursor.unexpected("a number, a symbol or '('");
    }
    depth--;
    return result;
  }
}
