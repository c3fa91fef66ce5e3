package org.trapnest.machine;

/**
 * The machine: which alternatives a state offers, and what each does. Confined to one thread.
 *
 * <p>Source: Intel SDM volume 3, chapters "Interrupt and Exception Handling" and "Task Management";
 * volume 2 for the instructions.
 */
public final class Machine {
  private final MachineModel model;

  public Machine(MachineModel model) {
    this.model = model;
  }

  public MachineModel model() {
    return model;
  }

  /** The initial state: user mode, before its first entry. */
  public MachineState initialState() {
    throw new UnsupportedOperationException();
  }

  /** Whether transitions explain their findings in words; off in searches. */
  public void explaining(boolean wanted) {
    throw new UnsupportedOperationException();
  }

  /**
   * Gives each alternative of a state to the sink, in increasing order of choice numbers. A halted
   * state has none. The state is the same afterwards.
   */
  public void expand(MachineState state, AlternativeSink sink) {
    throw new UnsupportedOperationException();
  }
}
