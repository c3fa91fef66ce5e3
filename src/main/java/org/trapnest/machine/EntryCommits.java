package org.trapnest.machine;

import java.util.List;
import java.util.Optional;

/**
 * Commits of entries: an entry that runs on its IST stack copies what it saved there, and what the
 * entries that it interrupted should have saved, and takes leave of all those stacks at once.
 *
 * <p>From its commit on an entry is released, and what the stacks hold is dead: whoever reads it
 * depends on a dead value. What an entry was to do up to its commit is passed over when it resumes
 * behind it, by a continuation.
 *
 * <p>An entry that another has committed, interrupted where a continuation stands for the place,
 * may go on behind its commit only. So what it was interrupted at is forgotten there: states that
 * differ in nothing else are one. The snapshot of the context that interrupted it then holds the
 * continuation's address in RIP and zero in everything else, a null CS included, which no
 * interrupted code has. A return to before the commit is a finding all the same.
 *
 * <p>Source: Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST,
 * sections 4.6 and 4.7.
 */
final class EntryCommits {
  private static final int AT_RIP = ContextField.SNAPSHOT + ContextField.snapshotPosition(Slot.RIP);
  private static final int AT_CS = ContextField.SNAPSHOT + ContextField.snapshotPosition(Slot.CS);

  private final MachineModel.SlotMap slots;
  private final MemoryMap memory;
  private final Program program;
  private final List<Continuation> replacing;

  EntryCommits(MachineModel model) {
    this.slots = model.slots();
    this.memory = model.memory();
    this.program = model.program();
    this.replacing =
        model.continuations().stream().filter(c -> c.mode() == Continuation.Mode.REPLACES).toList();
  }

  /** Commits every entry whose frame lies on one of the stacks and that is not committed yet. */
  void commit(MachineState state, MachineModel.Marks.Commit commit, Observation seen) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    boolean again = newest < 0 || isCommitted(state, newest);
    long committed = 0;
    for (int i = 0; i <= newest; i++) {
      long frame = state.read(slots.context(i, ContextField.FRAME));
      if (!isCommitted(state, i) && isOn(frame, commit.regions())) {
        state.write(slots.context(i, ContextField.RELEASED), 1);
        committed |= 1L << i;
      }
    }
    abandon(state, commit.regions());
    if (again) {
      seen.find(Finding.COMMITTED_AGAIN);
      seen.explain("The entry that commits here had been committed before.");
    }
    if (!noteCount(state, commit, Long.bitCount(committed), seen)) {
      forgetPlaces(state, committed & (1L << newest) - 1);
    }
  }

  /** Whether what a context interrupted was forgotten, since it goes on behind its commit. */
  static boolean isForgotten(MachineState state, MachineModel.SlotMap slots, int context) {
    return state.read(slots.context(context, AT_CS)) == 0;
  }

  /**
   * Forgets where interrupted entries stood.
   *
   * @param interrupted a bit for each of their contexts
   */
  private void forgetPlaces(MachineState state, long interrupted) {
    for (long rest = interrupted; rest != 0; rest &= rest - 1) {
      int entry = Long.numberOfTrailingZeros(rest);
      long event = state.read(slots.context(entry, ContextField.EVENT));
      long rip = state.read(slots.context(entry + 1, AT_RIP));
      Optional<Continuation> next = replacing(event, program.indexAt(rip));
      if (next.isPresent()) {
        forget(state, slots.context(entry + 1, ContextField.SNAPSHOT), next.get());
      }
    }
  }

  private void forget(MachineState state, int snapshot, Continuation next) {
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      state.write(snapshot + i, 0);
    }
    state.write(snapshot + AT_RIP - ContextField.SNAPSHOT, next.address());
  }

  /** The continuation that stands for an instruction of an event's entry, if there is just one. */
  private Optional<Continuation> replacing(long event, int index) {
    Continuation found = null;
    for (Continuation next : replacing) {
      if (index >= 0 && next.event().ordinal() == event && next.replaces(index)) {
        if (found != null && found.address() != next.address()) {
          return Optional.empty();
        }
        found = next;
      }
    }
    return Optional.ofNullable(found);
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

  /** Finds {@code COMMIT_MISCOUNTED}, and says whether. */
  private static boolean noteCount(
      MachineState state, MachineModel.Marks.Commit commit, int committed, Observation seen) {
    if (commit.countSlot() < 0 || state.read(commit.countSlot()) == committed) {
      return false;
    }
    seen.find(Finding.COMMIT_MISCOUNTED);
    if (seen.explaining()) {
      seen.explain(
          "%s says that 0x%x entries are committed, but %d were not committed yet."
              .formatted(Slot.name(commit.countSlot()), state.read(commit.countSlot()), committed));
    }
    return true;
  }
}
