package org.trapnest.asm;

import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.SourceSpan;

/** Carries a diagnostic from where a statement went wrong to where the next one begins. */
final class Rejected extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Diagnostic diagnostic;

  Rejected(Diagnostic diagnostic) {
    super(diagnostic.message(), null, false, false);
    this.diagnostic = diagnostic;
  }

  static Rejected of(AsmProblem problem, SourceSpan span, Object... arguments) {
    return new Rejected(Diagnostic.of(problem, span, arguments));
  }

  /** Something stands where something else must. */
  static Rejected expected(String expected, String found, SourceSpan span) {
    return new Rejected(
        Diagnostic.of(AsmProblem.UNEXPECTED_TOKEN, span, found).withNote("expected: " + expected));
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
