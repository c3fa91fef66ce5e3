package org.trapnest.asm;

import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.SourceSpan;

/** Shorthand for diagnostics with a note. */
final class Problems {
  private Problems() {}

  static Diagnostic note(AsmProblem problem, SourceSpan span, String note, Object... arguments) {
    return Diagnostic.of(problem, span, arguments).withNote(note);
  }

  /** What was found at a place, as a message names it: clipped and quoted. */
  static String quoted(String text) {
    String stripped = text.strip();
    return "'" + (stripped.length() > 40 ? stripped.substring(0, 40) + "…" : stripped) + "'";
  }
}
