package org.trapnest.x86;

import java.util.Locale;

/** A 64-bit general-purpose register; the ordinal is the manual's register number. */
public enum Register {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  /** The number of registers. */
  public static final int COUNT = 16;

  private static final Register[] BY_NUMBER = values();

  /** The register's number in the manual's encoding, 0 to 15. */
  public int number() {
    return ordinal();
  }

  public static Register byNumber(int number) {
    return BY_NUMBER[number];
  }

  /** The assembler's name in lower case, without a percent sign. */
  public String assemblerName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
