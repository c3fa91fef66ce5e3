package org.trapnest.machine;

/**
 * Instructions that any privilege level may run: data movement, arithmetic, branches, strings.
 * Source: Intel SDM volume 2, the page of each instruction. Confined to one thread.
 */
final class OrdinaryInstructions {
  private final MachineModel model;
  private final MemoryAccess memory;

  OrdinaryInstructions(MachineModel model, MemoryAccess memory) {
    this.model = model;
    this.memory = memory;
  }

  /** How many alternatives an instruction has: 2 for a branch on a value the user chose, else 1. */
  int alternatives(MachineState state, Instruction instruction) {
    throw new UnsupportedOperationException();
  }

  /** Runs one alternative, from zero, of an instruction; on {@code DONE} RIP has been set. */
  StepResult execute(
      MachineState state, Instruction instruction, int alternative, Observation seen) {
    throw new UnsupportedOperationException();
  }
}
