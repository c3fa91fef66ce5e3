package org.trapnest.diag;

/**
 * One kind of complaint about user input. Each front end owns an enum of its kinds.
 *
 * <p>Identifiers are stable: {@code ASM} for the assembler, {@code MOD} for models, {@code PRP} for
 * properties, each with three digits.
 */
public interface DiagnosticKind {

  /** The stable identifier, for example {@code ASM007}. */
  String id();

  Severity severity();

  /** The message, a {@link String#format} pattern. */
  String pattern();
}
