package org.trapnest.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;

/** Turns one transition of the machine into a step of a trace. */
final class StepRecorder {
  private static final String[] FRAME = {"SS", "RSP", "RFLAGS", "CS", "RIP"};

  private final MachineModel model;
  private final Contexts contexts;
  private final Changes changes;
  private final ValueNames values;

  StepRecorder(MachineModel model) {
    this.model = model;
    this.contexts = new Contexts(model);
    this.values = new ValueNames(model);
    this.changes = new Changes(model, values);
  }

  TraceStep record(int number, int choice, Observation seen, long[] before, long[] after) {
    Optional<Place> place =
        seen.instructionIndex() < 0
            ? Optional.empty()
            : Optional.of(Place.of(model.program().at(seen.instructionIndex())));
    return new TraceStep(
        number,
        choice,
        contexts.count(before),
        contexts.newest(before),
        place,
        delivery(seen, before, after),
        returned(seen, before, after),
        changes.between(before, after),
        findings(seen));
  }

  private static List<String> findings(Observation seen) {
    List<String> names = new ArrayList<>();
    for (Finding finding : Finding.values()) {
      if (seen.found(finding) && finding != Finding.RET_EXECUTED) {
        names.add(finding.propertyName());
      }
    }
    return names;
  }

  private Optional<Delivery> delivery(Observation seen, long[] before, long[] after) {
    if (seen.deliveredEvent() < 0) {
      return Optional.empty();
    }
    List<Delivery.PushedWord> pushed = new ArrayList<>();
    Optional<String> stack = Optional.empty();
    if (seen.frameAddress() != 0) {
      stack = Optional.of(values.value(after[Slot.RSP]));
      for (int i = 0; i < FRAME.length; i++) {
        long address = seen.frameAddress() + 8L * (FRAME.length - 1 - i);
        pushed.add(new Delivery.PushedWord(FRAME[i], word(after, address)));
      }
    }
    int newest = contexts.count(after) - 1;
    return Optional.of(
        new Delivery(
            Event.byOrdinal(seen.deliveredEvent()).manualName(),
            seen.deliveredFromUser(),
            values.codePlace(contexts.interruptedRip(after, newest)),
            values.codePlace(after[Slot.RIP]),
            stack,
            pushed));
  }

  private String word(long[] state, long address) {
    int index = model.memory().indexOf(address);
    if (index < 0) {
      return "?";
    }
    Region region = model.memory().region(index);
    int word = (int) ((address - region.base()) / region.wordBytes());
    return values.value(state[region.firstSlot() + word]);
  }

  private Optional<Return> returned(Observation seen, long[] before, long[] after) {
    if (seen.resumedEvent() >= 0) {
      return Optional.of(
          new Return(
              Event.byOrdinal(seen.resumedEvent()).manualName(),
              values.codePlace(after[Slot.RIP]),
              Optional.empty(),
              differences(seen.resumeDifferences(), before, after)));
    }
    if (seen.continuation() >= 0) {
      return Optional.of(
          new Return(
              contexts.newest(before),
              values.codePlace(after[Slot.RIP]),
              Optional.of(model.continuations().get(seen.continuation()).name()),
              List.of()));
    }
    return Optional.empty();
  }

  private List<String> differences(long mask, long[] before, long[] after) {
    List<String> differences = new ArrayList<>();
    int ended = contexts.count(before) - 1;
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      if ((mask >>> i & 1) != 0) {
        int slot = ContextField.snapshotSlot(i);
        String was = values.inSlot(slot, contexts.snapshot(before, ended, i));
        String is = values.inSlot(slot, after[slot]);
        differences.add(Changes.slotName(slot) + " " + was + "→" + is);
      }
    }
    return differences;
  }
}
