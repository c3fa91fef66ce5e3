package org.trapnest.asm;

import org.trapnest.diag.SourceSpan;

/** An assembler expression over numbers and symbols; values are 64-bit two's complement. */
public sealed interface Expression {

  SourceSpan span();

  /** A number or character literal. */
  record NumberLiteral(long value, SourceSpan span) implements Expression {}

  /** A symbol: a label, a constant of {@code .set}, or the location counter {@code .}. */
  record SymbolReference(String name, SourceSpan span) implements Expression {}

  /** One of {@code - ~ !} before an operand. */
  record Unary(char operator, Expression operand, SourceSpan span) implements Expression {}

  /** A binary operation, the operator as it is written ({@code +}, {@code <<}, {@code &&}, …). */
  record Binary(String operator, Expression left, Expression right, SourceSpan span)
      implements Expression {}
}
