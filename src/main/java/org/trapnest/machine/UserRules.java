package org.trapnest.machine;

import java.util.List;

/**
 * What user mode may do. User code is one instruction that loops: it enters the kernel in the ways
 * listed, and may set registers to the values listed, each at any time.
 *
 * @param entries the ways in, in the order in which they are explored
 * @param choices registers that a hostile user sets, with the values
 */
public record UserRules(List<Entry> entries, List<Choice> choices) {

  public UserRules {
    entries = List.copyOf(entries);
    choices = List.copyOf(choices);
  }

  /**
   * One way into the kernel: SYSCALL, SYSCALL32, SYSENTER, INT80, or a fault that user code causes.
   *
   * @param event which
   * @param errorCode for a fault with an error code
   */
  public record Entry(Event event, long errorCode) {}

  /**
   * A register that the user may set.
   *
   * @param slot a fixed slot: a GPR, RFLAGS, GS_BASE, …
   * @param values what it may be set to, besides its initial value
   */
  public record Choice(int slot, List<Long> values) {
    public Choice {
      values = List.copyOf(values);
    }
  }
}
