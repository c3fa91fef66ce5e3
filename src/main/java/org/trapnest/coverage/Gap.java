package org.trapnest.coverage;

/**
 * The gaps in event delivery: boundaries at which the kernel runs and something is not the
 * kernel's.
 *
 * <p>Source: Lai Jiangshan, 2023-04-03, "[RFC PATCH 0/7] x86/entry: Atomic statck switching for
 * IST", section 7.
 */
public enum Gap {
  STACK("syscall gap", "RSP points into no stack of the kernel"),
  REENTRANCE("reentrance gap", "the next event of the kind would be delivered onto a live frame"),
  GS_BASE("GSBASE gap", "the GS base is not the kernel's"),
  CR3("CR3 gap", "CR3 is the user's"),
  IBRS("IBRS gap", "SPEC_CTRL.IBRS is clear"),
  RCU("RCU gap", "RCU does not watch"),
  MSR("MSR gap", "another MSR holds what user mode runs with"),
  CONTEXT("kernel context gap", "DF or AC is set, or there is no shadow stack");

  private final String title;
  private final String condition;

  Gap(String title, String condition) {
    this.title = title;
    this.condition = condition;
  }

  /** The number in the mail, from one. */
  public int number() {
    return ordinal() + 1;
  }

  public String title() {
    return title;
  }

  /** When it is open. */
  public String condition() {
    return condition;
  }

  /** Its bit in a set of gaps. */
  int bit() {
    return 1 << ordinal();
  }
}
