package org.trapnest.machine;

import org.trapnest.x86.Vector;

/**
 * Numbers of the alternatives that a state offers. They increase in the order in which a state's
 * alternatives are explored: arrivals by hardware priority, then what runs.
 *
 * <p>Bits 23:16 are the {@link Kind}, bits 15:0 its parameter: for an arrival, the rank (from zero)
 * of its rule in the order of priority, or the number of rules for an SMI; for a pending event, its
 * {@link Event}'s ordinal; for an instruction, the number of its alternative; for user mode, the
 * number of the entry, or of the value counted over all registers.
 */
public final class Choice {

  /** What an alternative is. */
  public enum Kind {
    ARRIVAL,
    PENDING,
    INSTRUCTION,
    USER_ENTRY,
    USER_WRITE
  }

  private Choice() {}

  public static int of(Kind kind, int parameter) {
    return kind.ordinal() << 16 | parameter;
  }

  public static Kind kind(int choice) {
    return Kind.values()[choice >>> 16];
  }

  public static int parameter(int choice) {
    return choice & 0xffff;
  }

  /** The rank of a vector in hardware priority order at one boundary, least first. */
  public static int priority(Vector vector) {
    return switch (vector) {
      case MC -> 0;
      case DB -> 1;
      case NMI -> 2;
      case HV -> 3;
      case IRQ -> 4;
      default -> 5 + vector.ordinal();
    };
  }
}
