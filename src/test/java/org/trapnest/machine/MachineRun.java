package org.trapnest.machine;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.x86.Vector;

/** Walks a machine from state to state by choosing among the alternatives that it offers. */
final class MachineRun {
  private final MachineModel model;
  private final Machine machine;
  private final MachineState state;

  /** One alternative of a state, copied. */
  record Outcome(
      int choice,
      long[] after,
      long findings,
      int delivered,
      int resumed,
      long differences,
      int continuation,
      String explanation) {

    boolean found(Finding finding) {
      return (findings & finding.bit()) != 0;
    }

    /** Whether a register was found different on resume. */
    boolean differsIn(int slot) {
      return (differences >>> ContextField.snapshotPosition(slot) & 1) != 0;
    }

    long read(int slot) {
      return after[slot];
    }
  }

  /** The alternatives of a state, and the bounds that cut others. */
  record Offered(List<Outcome> outcomes, List<Integer> cuts) {

    boolean offers(int choice) {
      return outcomes.stream().anyMatch(o -> o.choice() == choice);
    }

    List<Integer> choices() {
      return outcomes.stream().map(Outcome::choice).toList();
    }
  }

  MachineRun(MachineModel model) {
    this.model = model;
    this.machine = new Machine(model);
    this.state = machine.initialState();
    machine.explaining(true);
  }

  Offered offered() {
    List<Outcome> outcomes = new ArrayList<>();
    List<Integer> cuts = new ArrayList<>();
    long[] before = state.toArray();
    machine.expand(
        state,
        new AlternativeSink() {
          @Override
          public void alternative(int choice, MachineState after, Observation seen) {
            outcomes.add(
                new Outcome(
                    choice,
                    after.toArray(),
                    seen.findings(),
                    seen.deliveredEvent(),
                    seen.resumedEvent(),
                    seen.resumeDifferences(),
                    seen.continuation(),
                    seen.explanation()));
          }

          @Override
          public void cut(int bound) {
            cuts.add(bound);
          }
        });
    if (!java.util.Arrays.equals(before, state.toArray())) {
      throw new IllegalStateException("expand leaves the state as it was");
    }
    return new Offered(outcomes, cuts);
  }

  /** What becomes of each declared event here, in priority order. */
  List<Reception> receptions() {
    List<Reception> receptions = new ArrayList<>();
    machine.boundary(state, (rule, reception) -> receptions.add(reception));
    return receptions;
  }

  /** Takes the alternative with a choice number. */
  Outcome take(int choice) {
    Offered offered = offered();
    Outcome taken =
        offered.outcomes().stream()
            .filter(o -> o.choice() == choice)
            .findFirst()
            .orElseThrow(() -> new AssertionError("offered are only " + offered.choices()));
    state.loadAll(taken.after());
    return taken;
  }

  /** Lets the event rule for a vector deliver. */
  Outcome arrive(Vector vector) {
    return take(arrival(vector));
  }

  /** The choice number of the arrival of a vector. */
  int arrival(Vector vector) {
    List<Vector> ranked =
        model.events().stream()
            .map(EventRule::vector)
            .sorted(java.util.Comparator.comparing(Choice::priority))
            .toList();
    return Choice.of(Choice.Kind.ARRIVAL, ranked.indexOf(vector));
  }

  static int pending(Vector vector) {
    return Choice.of(Choice.Kind.PENDING, vector.ordinal());
  }

  static int instruction(int alternative) {
    return Choice.of(Choice.Kind.INSTRUCTION, alternative);
  }

  /** Runs the instruction at RIP. */
  Outcome step() {
    return take(instruction(0));
  }

  /** Runs instructions; the last one's outcome. */
  Outcome steps(int count) {
    Outcome last = step();
    for (int i = 1; i < count; i++) {
      last = step();
    }
    return last;
  }

  /** Enters the kernel from user mode. */
  Outcome enter(Event event) {
    List<UserRules.Entry> entries = model.user().entries();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).event() == event) {
        return take(Choice.of(Choice.Kind.USER_ENTRY, i));
      }
    }
    throw new AssertionError("user mode cannot enter by " + event);
  }

  /** Sets a register to one of the values that the user may choose, counted over all of them. */
  Outcome userWrites(int number) {
    return take(Choice.of(Choice.Kind.USER_WRITE, number));
  }

  long read(int slot) {
    return state.read(slot);
  }

  /** The stack word at an address. */
  long word(long address) {
    return state.read(EntryFixture.word(address));
  }

  /** A field of a live context, the oldest being number 0. */
  long context(int number, int field) {
    return state.read(model.slots().context(number, field));
  }

  /** The slot that holds what the oldest context's snapshot has of a fixed slot. */
  int snapshotSlot(int slot) {
    int position = ContextField.SNAPSHOT + ContextField.snapshotPosition(slot);
    return model.slots().context(0, position);
  }

  /** What a context's snapshot holds of a fixed slot. */
  long snapshot(int number, int slot) {
    return context(number, ContextField.SNAPSHOT + ContextField.snapshotPosition(slot));
  }

  MachineRun load(int slot, long value) {
    state.load(slot, value);
    return this;
  }

  /** Sets a stack word as context number {@code owner} (from one) would. */
  MachineRun loadWord(long address, long value, int owner) {
    state.load(EntryFixture.word(address), value);
    state.load(EntryFixture.owner(address), owner);
    return this;
  }

  /** Puts a frame for IRET at an address, owned by the newest context, and RSP there. */
  MachineRun loadFrame(long address, long... ripCsFlagsRspSs) {
    for (int i = 0; i < ripCsFlagsRspSs.length; i++) {
      loadWord(address + 8L * i, ripCsFlagsRspSs[i], (int) state.read(Slot.CONTEXTS));
    }
    return load(Slot.RSP, address);
  }

  MachineRun set(int slot, long bits) {
    return load(slot, state.read(slot) | bits);
  }

  MachineRun clear(int slot, long bits) {
    return load(slot, state.read(slot) & ~bits);
  }

  long[] all() {
    return state.toArray();
  }
}
