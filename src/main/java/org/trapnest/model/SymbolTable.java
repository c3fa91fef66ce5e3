package org.trapnest.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.asm.Expression;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;

/** The values of a model's symbols: labels, memory, constants, and what {@code .set} computes. */
final class SymbolTable {
  private final Map<String, Long> values = new HashMap<>();
  private final Map<String, Expression> pending = new HashMap<>();
  private final Set<String> evaluating = new HashSet<>();
  private final Diagnostics diagnostics;

  SymbolTable(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  void define(String name, long value, SourceSpan span) {
    if (values.putIfAbsent(name, value) != null) {
      diagnostics.report(ModelProblem.DUPLICATE_SYMBOL, span, name);
    }
  }

  /** Defines a constant of the tool itself. */
  void defineBuiltIn(String name, long value) {
    values.put(name, value);
  }

  /** Defines or redefines a symbol as an expression; the last definition counts. */
  void assign(String name, Expression value) {
    pending.put(name, value);
  }

  boolean isDefined(String name) {
    return values.containsKey(name) || pending.containsKey(name);
  }

  /** The value of a symbol, if it is defined and can be computed. */
  Optional<Long> lookUp(String name) {
    Long known = values.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Expression expression = pending.get(name);
    if (expression == null) {
      return Optional.empty();
    }
    if (!evaluating.add(name)) {
      diagnostics.report(ModelProblem.CYCLIC_SYMBOL, expression.span(), name);
      values.put(name, 0L);
      return Optional.of(0L);
    }
    long value = evaluate(expression);
    evaluating.remove(name);
    values.put(name, value);
    return Optional.of(value);
  }

  /** Evaluates an expression; an undefined symbol is reported and counts as 0. */
  long evaluate(Expression expression) {
    if (expression instanceof Expression.NumberLiteral number) {
      return number.value();
    }
    if (expression instanceof Expression.SymbolReference symbol) {
      return lookUp(symbol.name()).orElseGet(() -> undefined(symbol));
    }
    if (expression instanceof Expression.Unary unary) {
      long operand = evaluate(unary.operand());
      return switch (unary.operator()) {
        case '-' -> -operand;
        case '~' -> ~operand;
        case '!' -> operand == 0 ? 1 : 0;
        default -> operand;
      };
    }
    Expression.Binary binary = (Expression.Binary) expression;
    return apply(binary, evaluate(binary.left()), evaluate(binary.right()));
  }

  private long undefined(Expression.SymbolReference symbol) {
    Diagnostic diagnostic =
        Diagnostic.of(ModelProblem.UNKNOWN_SYMBOL, symbol.span(), symbol.name());
    Optional<String> near = Spelling.nearest(symbol.name(), values.keySet());
    diagnostics.report(
        near.map(n -> diagnostic.withNote("did you mean '" + n + "'?")).orElse(diagnostic));
    return 0;
  }

  private long apply(Expression.Binary binary, long left, long right) {
    return switch (binary.operator()) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> right == 0 ? zeroDivisor(binary) : left / right;
      case "%" -> right == 0 ? zeroDivisor(binary) : left % right;
      case "<<" -> left << right;
      case ">>" -> left >> right;
      case "&" -> left & right;
      case "|" -> left | right;
      case "^" -> left ^ right;
      case "!" -> left | ~right;
      case "==" -> left == right ? -1 : 0;
      case "!=", "<>" -> left != right ? -1 : 0;
      case "<" -> left < right ? -1 : 0;
      case ">" -> left > right ? -1 : 0;
      case "<=" -> left <= right ? -1 : 0;
      case ">=" -> left >= right ? -1 : 0;
      case "&&" -> left != 0 && right != 0 ? 1 : 0;
      case "||" -> left != 0 || right != 0 ? 1 : 0;
      default -> throw new IllegalStateException("the parser accepts only known operators");
    };
  }

  private long zeroDivisor(Expression.Binary binary) {
    diagnostics.report(
        ModelProblem.OUT_OF_RANGE, binary.right().span(), "a divisor", "other than 0", 0);
    return 0;
  }

  /** Every symbol with a value, after all pending ones have been evaluated. */
  Map<String, Long> all() {
    Set.copyOf(pending.keySet()).forEach(this::lookUp);
    return Map.copyOf(values);
  }
}
