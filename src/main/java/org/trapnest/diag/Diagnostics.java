package org.trapnest.diag;

import java.util.ArrayList;
import java.util.List;

/** Collects the complaints about one or more files, in the order in which they were found. */
public final class Diagnostics {
  private final List<Diagnostic> found = new ArrayList<>();

  public void report(Diagnostic diagnostic) {
    if (!found.contains(diagnostic)) {
      found.add(diagnostic);
    }
  }

  public void report(DiagnosticKind kind, SourceSpan span, Object... arguments) {
    report(Diagnostic.of(kind, span, arguments));
  }

  public List<Diagnostic> all() {
    return List.copyOf(found);
  }

  public boolean hasErrors() {
    return found.stream().anyMatch(Diagnostic::isError);
  }
}
