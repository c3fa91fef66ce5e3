package org.trapnest.diag;

/** How much a diagnostic weighs: an error rejects the file, a warning does not. */
public enum Severity {
  ERROR,
  WARNING
}
