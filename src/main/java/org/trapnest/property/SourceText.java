package org.trapnest.property;

import org.trapnest.diag.SourceSpan;

/** The text of a span as explanations quote it. */
final class SourceText {

  private SourceText() {}

  /** The text without comments, with each run of blanks and line ends as one blank. */
  static String oneLine(SourceSpan span) {
    return span.text().replaceAll("#[^\n]*", " ").replaceAll("\\s+", " ").strip();
  }
}
