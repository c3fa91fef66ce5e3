package org.trapnest.machine;

import java.util.List;

/**
 * Commits of entries: an entry that runs on its IST stack copies what it saved there, and what the
 * entries that it interrupted should have saved, and takes leave of all those stacks at once.
 *
 * <p>From its commit on an entry is released, and what the stacks hold is dead: whoever reads it
 * depends on a dead value. What an entry was to do up to its commit is passed over when it resumes
 * behind it, by a continuation.
 *
 * <p>Source: Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST,
 * sections 4.6 and 4.7.
 */
final class EntryCommits {
  private final MachineModel.SlotMap slots;
  private final MemoryMap memory;

  EntryCommits(MachineModel model) {
    this.slots = model.slots();
    this.memory = model.memory();
  }

  /** Commits every entry whose frame lies on one of the stacks and that is not committed yet. */
  void commit(MachineState state, MachineModel.Marks.Commit commit, Observation seen) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    boolean again = newest < 0 || isCommitted(state, newest);
    int committed = 0;
    for (int i = 0; i <= newest; i++) {
      long frame = state.read(slots.context(i, ContextField.FRAME));
      if (!isCommitted(state, i) && isOn(frame, commit.regions())) {
        state.write(slots.context(i, ContextField.RELEASED), 1);
        committed++;
      }
    }
    abandon(state, commit.regions());
    if (again) {
      seen.find(Finding.COMMITTED_AGAIN);
      seen.explain("The entry that commits here had been committed before.");
    }
    noteCount(state, commit, committed, seen);
  }

  /** What some stacks hold is of no use any more. */
  void abandon(MachineState state, List<Integer> regions) {
    for (int i = 0; i < regions.size(); i++) {
      kill(state, memory.region(regions.get(i)));
    }
  }

  private boolean isCommitted(MachineState state, int context) {
    return state.read(slots.context(context, ContextField.RELEASED)) != 0;
  }

  private boolean isOn(long frame, List<Integer> regions) {
    for (int i = 0; i < regions.size(); i++) {
      if (memory.region(regions.get(i)).contains(frame)) {
        return true;
      }
    }
    return false;
  }

  private static void kill(MachineState state, Region stack) {
    for (int i = 0; i < stack.wordCount(); i++) {
      state.write(stack.firstSlot() + i, Token.DEAD);
      state.write(stack.firstOwnerSlot() + i, 0);
    }
  }

  private static void noteCount(
      MachineState state, MachineModel.Marks.Commit commit, int committed, Observation seen) {
    if (commit.countSlot() < 0 || state.read(commit.countSlot()) == committed) {
      return;
    }
    seen.find(Finding.COMMIT_MISCOUNTED);
    if (seen.explaining()) {
      seen.explain(
          "%s says that 0x%x entries are committed, but %d were not committed yet."
              .formatted(Slot.name(commit.countSlot()), state.read(commit.countSlot()), committed));
    }
  }
}
