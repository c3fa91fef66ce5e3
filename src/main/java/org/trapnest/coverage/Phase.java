package org.trapnest.coverage;

/** Which part of a path through the kernel a boundary belongs to. */
public enum Phase {
  ENTRY("entry"),
  /** C code, and what lies between C code and C code. */
  BODY("body"),
  EXIT("exit"),
  /** On a way that runs no C code. */
  THROUGH("without C code");

  private final String words;

  Phase(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}
