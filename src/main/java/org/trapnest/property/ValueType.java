package org.trapnest.property;

/** What an expression yields. */
public enum ValueType {
  CONDITION("a condition"),
  NUMBER("a number");

  private final String phrase;

  ValueType(String phrase) {
    this.phrase = phrase;
  }

  /** How diagnostics name it. */
  String phrase() {
    return phrase;
  }
}
