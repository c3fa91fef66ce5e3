package org.trapnest.machine;

/** Writes the words of a frame that event delivery pushes. Confined to one thread. */
final class HardwareFrame {
  private static final StepResult OUT_OF_BOUNDS = new StepResult.Ended(Finding.STACK_OUT_OF_BOUNDS);

  private final MemoryMap map;
  private final MemoryAccess memory;

  HardwareFrame(MachineModel model, MemoryAccess memory) {
    this.map = model.memory();
    this.memory = memory;
  }

  /** Stores one word for the newest context. */
  StepResult push(MachineState state, long address, long value, Observation seen) {
    memory.noteFrameOverwrite(state, address, state.read(Slot.CONTEXTS) - 1, seen);
    return memory.storeStackWord(state, address, value, seen);
  }

  /** Whether a frame that memory has taken lies on one stack. */
  StepResult check(long highest, long lowest, Observation seen) {
    int region = map.indexOf(lowest);
    if (region == map.indexOf(highest) && map.region(region).kind() == Region.Kind.STACK) {
      return StepResult.DONE;
    }
    if (seen.explaining()) {
      seen.explain("The frame at " + memory.place(lowest) + " is not on one stack.");
    }
    return OUT_OF_BOUNDS;
  }

  /** Overwrites a word that is in use; one that is not stays dead. */
  void leave(MachineState state, long address, long value) {
    Region region = map.region(map.indexOf(address));
    int word = (int) (address - region.base() >>> 3);
    if (state.read(region.firstOwnerSlot() + word) != 0 || region.isVariableWord(word)) {
      state.write(region.firstSlot() + word, value);
    }
  }
}
