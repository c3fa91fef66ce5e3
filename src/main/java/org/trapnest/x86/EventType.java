package org.trapnest.x86;

/**
 * What kind of event is delivered; the number is what FRED writes into bits 51:48 of the SS word.
 * Source: Intel FRED specification, "Saving Information on the Regular Stack"; the numbers are
 * those of VM-entry event injection, Intel SDM volume 3, "Event Injection".
 */
public enum EventType {
  EXTERNAL_INTERRUPT(0),
  NMI(2),
  HARDWARE_EXCEPTION(3),
  /** INT n. */
  SOFTWARE_INTERRUPT(4),
  /** INT1. */
  PRIVILEGED_SOFTWARE_EXCEPTION(5),
  /** INT3 and INTO. */
  SOFTWARE_EXCEPTION(6),
  /** SYSCALL and SYSENTER, whose vectors are 1 and 2. */
  OTHER_EVENT(7);

  private final int number;

  EventType(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The type of an event that arrives of itself or that an instruction's fault raises. */
  public static EventType of(Vector vector) {
    return switch (vector) {
      case NMI -> NMI;
      case IRQ, INT80 -> EXTERNAL_INTERRUPT;
      default -> HARDWARE_EXCEPTION;
    };
  }

  /** How many bytes the instruction has that raises it; 0 when none does. */
  public int instructionBytes() {
    return switch (this) {
      case EXTERNAL_INTERRUPT, NMI, HARDWARE_EXCEPTION -> 0;
      case PRIVILEGED_SOFTWARE_EXCEPTION, SOFTWARE_EXCEPTION -> 1;
      case SOFTWARE_INTERRUPT, OTHER_EVENT -> 2;
    };
  }
}
