package org.trapnest.machine;

import org.trapnest.x86.Vector;

/**
 * What becomes of a fault while another event is being delivered.
 *
 * <p>Source: Intel SDM volume 3, "Interrupt 8—Double Fault Exception (#DF)", the table of
 * conditions for generating a double fault.
 */
enum DoubleFault {
  /** The second event is delivered by itself. */
  SERIAL,
  DOUBLE_FAULT,
  SHUTDOWN;

  static DoubleFault of(Vector first, Vector second) {
    if (first == Vector.DF) {
      return second.isContributory() || isPageFault(second) ? SHUTDOWN : SERIAL;
    }
    if (isPageFault(first)) {
      return second.isContributory() || isPageFault(second) ? DOUBLE_FAULT : SERIAL;
    }
    return first.isContributory() && second.isContributory() ? DOUBLE_FAULT : SERIAL;
  }

  private static boolean isPageFault(Vector vector) {
    return vector == Vector.PF || vector == Vector.VE;
  }
}
