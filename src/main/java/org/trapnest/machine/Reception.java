package org.trapnest.machine;

/** What becomes of an event at a boundary. */
public enum Reception {
  DELIVERED("delivered"),
  /** It waits for its mask to open. */
  LATCHED("latched"),
  MASKED_BY_NMI("masked: an NMI is in service"),
  MASKED_BY_IF("masked: IF=0"),
  MASKED_BY_MCIP("masked: MCIP is set"),
  MASKED_BY_SHADOW("masked: shadow of STI or MOV SS"),
  /** The processor waits, in HLT for example, and goes on waiting. */
  WAKES_NOBODY("does not wake the processor"),
  /** DR7 arms no breakpoint, or a debug trap waits already. */
  NO_BREAKPOINT("no breakpoint is armed"),
  /** An event of higher priority is taken first. */
  BEHIND_ANOTHER("behind a pending event"),
  /** Inside an atomic range of the model. */
  ATOMIC("hidden by an atomic range"),
  /** The model says "not while". */
  EXCLUDED("excluded by the model while another event is live"),
  /** The model says "live N". */
  CUT_BY_RULE("cut by the bound on its live contexts"),
  CUT_BY_NESTING("cut by the nesting bound"),
  /** The model declares no such event here. */
  NOT_DECLARED("not declared here");

  private final String words;

  Reception(String words) {
    this.words = words;
  }

  /** Whether only a bound of the model keeps the event away. */
  boolean isCut() {
    return this == CUT_BY_RULE || this == CUT_BY_NESTING;
  }

  public String words() {
    return words;
  }
}
