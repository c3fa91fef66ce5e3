package org.trapnest.machine;

/**
 * Memory as instructions and event delivery see it: declared regions, the view of the current CR3,
 * owners of stack words, tokens. Confined to one thread: a result stays until the next call.
 */
final class MemoryAccess {
  private final MachineModel model;
  private long value;

  MemoryAccess(MachineModel model) {
    this.model = model;
  }

  /** The value of the last successful load or pop, zero-extended. */
  long value() {
    return value;
  }

  /** Loads 1, 2, 4 or 8 bytes; on {@code DONE} {@link #value} has them. */
  StepResult load(MachineState state, long address, int bytes, Observation seen) {
    throw new UnsupportedOperationException();
  }

  /** Stores the low 1, 2, 4 or 8 bytes of a value. */
  StepResult store(MachineState state, long address, int bytes, Observation seen, long stored) {
    throw new UnsupportedOperationException();
  }

  /** Pushes eight bytes: RSP goes down only when the store succeeds. */
  StepResult push(MachineState state, long pushed, Observation seen) {
    throw new UnsupportedOperationException();
  }

  /** Pops eight bytes; on {@code DONE} {@link #value} has them and RSP has gone up. */
  StepResult pop(MachineState state, Observation seen) {
    throw new UnsupportedOperationException();
  }
}
