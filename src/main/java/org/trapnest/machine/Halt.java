package org.trapnest.machine;

import java.util.Optional;

/**
 * Codes of the {@link Slot#HALT} slot: why the machine has stopped, and at which instruction.
 *
 * <p>Bits 7:0 are 1 + a {@link Kind}'s ordinal, bits 15:8 a finding's ordinal, bits 39:16 the
 * instruction's index plus one (0 for user mode or no instruction).
 */
public final class Halt {

  /** Why the machine has stopped. */
  public enum Kind {
    /** A finding that ends the run of the machine. */
    FINDING,
    /** Behaviour for which the machine has no rule. */
    UNMODELLED,
    /** The model says that execution ends here, as after a panic. */
    STOPPED
  }

  private Halt() {}

  public static long finding(Finding finding, int instructionIndex) {
    return code(Kind.FINDING, finding.ordinal(), instructionIndex);
  }

  public static long unmodelled(int instructionIndex) {
    return code(Kind.UNMODELLED, 0, instructionIndex);
  }

  public static long stopped(int instructionIndex) {
    return code(Kind.STOPPED, 0, instructionIndex);
  }

  private static long code(Kind kind, int finding, int instructionIndex) {
    return 1 + kind.ordinal() | finding << 8 | (long) (instructionIndex + 1) << 16;
  }

  /** The kind of a code that is not 0. */
  public static Kind kind(long code) {
    return Kind.values()[(int) (code & 0xff) - 1];
  }

  /** The finding of a code, when it is one. */
  public static Optional<Finding> findingOf(long code) {
    return kind(code) == Kind.FINDING
        ? Optional.of(Finding.values()[(int) (code >>> 8 & 0xff)])
        : Optional.empty();
  }

  /** The index of the instruction of a code, or -1. */
  public static int instructionIndex(long code) {
    return (int) (code >>> 16 & 0xff_ffff) - 1;
  }
}
