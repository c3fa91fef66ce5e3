package org.trapnest.model;

import java.util.Locale;

/** The verdict on one property of one model in one configuration. */
public enum Verdict {
  HOLDS,
  VIOLATED,
  /** The left side of an implication was never met. */
  VACUOUS,
  /** A limit ended the exploration before a violation was found. */
  INCOMPLETE,
  /** Behaviour was reached for which the machine has no rule. */
  UNMODELLED;

  /** The name in tables and JSON, in lower case. */
  public String printed() {
    return name().toLowerCase(Locale.ROOT);
  }
}
