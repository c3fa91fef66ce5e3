package org.trapnest.diag;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects the complaints about one or more files, in the order in which they were found and each
 * of them once.
 */
public final class Diagnostics {
  private final Set<Diagnostic> found = new LinkedHashSet<>();
  private int errorCount;

  public void report(Diagnostic diagnostic) {
    if (found.add(diagnostic) && diagnostic.isError()) {
      errorCount++;
    }
  }

  public void report(DiagnosticKind kind, SourceSpan span, Object... arguments) {
    report(Diagnostic.of(kind, span, arguments));
  }

  public List<Diagnostic> all() {
    return List.copyOf(found);
  }

  public boolean hasErrors() {
    return errorCount > 0;
  }

  /** How many of the complaints are errors. */
  public int errorCount() {
    return errorCount;
  }
}
