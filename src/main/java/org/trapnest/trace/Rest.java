package org.trapnest.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Choice;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Slot;

/** Where the processor comes to rest, or goes round, when nothing more arrives. */
final class Rest implements AlternativeSink {
  private static final int MOST_STEPS = 10_000;

  private final MachineModel model;
  private final Machine machine;
  private final MachineState state;
  private Optional<long[]> next = Optional.empty();

  Rest(MachineModel model) {
    this.model = model;
    this.machine = new Machine(model);
    this.state = machine.initialState();
  }

  /** The place in words; empty when none was found. */
  String from(long[] start) {
    List<long[]> passed = new ArrayList<>();
    long[] current = start;
    while (passed.size() < MOST_STEPS) {
      for (int i = passed.size() - 1; i >= 0; i--) {
        if (Arrays.equals(passed.get(i), current)) {
          return "Without further events it goes round at "
              + places(passed.subList(i, passed.size()));
        }
      }
      passed.add(current);
      next = Optional.empty();
      state.loadAll(current);
      machine.expand(state, this);
      if (next.isEmpty()) {
        return "Without further events it waits at " + place(current) + ".";
      }
      current = next.get();
    }
    return "";
  }

  private String places(List<long[]> round) {
    String first = place(round.get(0));
    String last = place(round.get(round.size() - 1));
    return first.equals(last) ? first + "." : first + " to " + last + ".";
  }

  private String place(long[] values) {
    int index = model.program().indexAt(values[Slot.RIP]);
    return index < 0 ? "an unknown place" : model.program().at(index).label();
  }

  @Override
  public void alternative(int choice, MachineState after, Observation seen) {
    if (next.isEmpty() && Choice.kind(choice) == Choice.Kind.INSTRUCTION) {
      next = Optional.of(after.toArray());
    }
  }

  @Override
  public void cut(int bound) {
    // Nothing arrives here anyway.
  }
}
