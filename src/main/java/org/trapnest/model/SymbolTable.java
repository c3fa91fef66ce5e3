package org.trapnest.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.trapnest.asm.Expression;
import org.trapnest.asm.ExpressionEvaluator;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.NearestName;
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

  /** Evaluates an expression; an undefined symbol or a zero divisor is reported and counts as 0. */
  long evaluate(Expression expression) {
    reportUndefined(expression);
    OptionalLong value =
        ExpressionEvaluator.evaluate(expression, name -> OptionalLong.of(lookUp(name).orElse(0L)));
    if (value.isEmpty()) {
      diagnostics.report(
          ModelProblem.OUT_OF_RANGE, expression.span(), "a divisor", "other than 0", 0);
    }
    return value.orElse(0);
  }

  private void reportUndefined(Expression expression) {
    if (expression instanceof Expression.SymbolReference symbol) {
      if (lookUp(symbol.name()).isEmpty()) {
        undefined(symbol);
      }
    } else if (expression instanceof Expression.Unary unary) {
      reportUndefined(unary.operand());
    } else if (expression instanceof Expression.Binary binary) {
      reportUndefined(binary.left());
      reportUndefined(binary.right());
    }
  }

  private void undefined(Expression.SymbolReference symbol) {
    Diagnostic diagnostic =
        Diagnostic.of(ModelProblem.UNKNOWN_SYMBOL, symbol.span(), symbol.name());
    Optional<String> near = NearestName.of(symbol.name(), values.keySet());
    diagnostics.report(
        near.map(n -> diagnostic.withNote("did you mean '" + n + "'?")).orElse(diagnostic));
  }

  /** Every symbol with a value, after all pending ones have been evaluated. */
  Map<String, Long> all() {
    Set.copyOf(pending.keySet()).forEach(this::lookUp);
    return Map.copyOf(values);
  }
}
