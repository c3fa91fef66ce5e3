package org.trapnest.trace;

/**
 * One thing that a step changed, by the name that a developer knows it by.
 *
 * @param kind what it is
 * @param name its name: {@code rax}, {@code IF}, {@code SPEC_CTRL.IBRS}, {@code NMI stack −40}
 * @param before its value before the step, in words
 * @param after its value after the step, in words
 */
public record Change(Kind kind, String name, String before, String after) {

  /** What can change. */
  public enum Kind {
    /** A general-purpose register, or a selector. */
    REGISTER,
    /** RSP. */
    STACK_POINTER,
    /** CF, PF, AF, ZF, SF, OF. */
    ARITHMETIC_FLAG,
    /** Any other flag of RFLAGS. */
    FLAG,
    /** A control or debug register, a segment base, a model-specific register. */
    SYSTEM,
    /** NMI blocking, pending events, interrupt shadows. */
    LATCH,
    /** A declared variable, or a stack word that is one. */
    VARIABLE,
    /** Any other stack word. */
    STACK_WORD
  }

  /** {@code name before→after}; a value after that lies in the same stack is shortened. */
  public String text() {
    int common = before.lastIndexOf(" stack ") + " stack ".length();
    boolean sameStack =
        common > " stack ".length()
            && after.startsWith(before.substring(0, common))
            && after.length() > common;
    return name + " " + before + "→" + (sameStack ? after.substring(common) : after);
  }
}
