package org.trapnest.diag;

import java.util.List;

/**
 * One complaint about user input, with its place.
 *
 * @param kind what it is
 * @param span where it is
 * @param message the kind's pattern with its arguments filled in
 * @param notes further lines: what was found, what was expected, a suggestion
 */
public record Diagnostic(DiagnosticKind kind, SourceSpan span, String message, List<String> notes) {

  public Diagnostic {
    notes = List.copyOf(notes);
  }

  public static Diagnostic of(DiagnosticKind kind, SourceSpan span, Object... arguments) {
    return new Diagnostic(kind, span, String.format(kind.pattern(), arguments), List.of());
  }

  /** This diagnostic with one more line of explanation. */
  public Diagnostic withNote(String note) {
    List<String> more = new java.util.ArrayList<>(notes);
    more.add(note);
    return new Diagnostic(kind, span, message, more);
  }

  public boolean isError() {
    return kind.severity() == Severity.ERROR;
  }
}
