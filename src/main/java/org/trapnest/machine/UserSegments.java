package org.trapnest.machine;

import java.util.Arrays;

/**
 * The segment registers and bases of user mode that no context keeps: on a return they must be what
 * they are in the beginning, but for those that user mode may set.
 */
final class UserSegments {
  private static final int[] SLOTS = {Slot.DS, Slot.ES, Slot.FS, Slot.GS, Slot.FS_BASE};

  private final int[] slots;
  private final long[] initial;

  UserSegments(MachineModel model) {
    this.initial = model.slots().initial();
    this.slots =
        Arrays.stream(SLOTS)
            .filter(slot -> model.user().choices().stream().noneMatch(c -> c.slot() == slot))
            .toArray();
  }

  /** Finds {@code RESUME_DIFFERS} where user mode gets others than its own. */
  void check(MachineState state, Observation seen) {
    for (int slot : slots) {
      if (state.read(slot) != initial[slot]) {
        seen.find(Finding.RESUME_DIFFERS);
        if (seen.explaining()) {
          seen.explain(
              "%s was 0x%x in user mode, and is 0x%x now."
                  .formatted(Slot.name(slot), initial[slot], state.read(slot)));
        }
      }
    }
  }
}
