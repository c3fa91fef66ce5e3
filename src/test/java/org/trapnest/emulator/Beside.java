package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.machine.Choice;
import org.trapnest.machine.Event;
import org.trapnest.machine.EventRule;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Vector;

/** A scripted run of the machine beside the emulator that compares everything at each step. */
final class Beside {
  private final MachineModel model;
  private final SideBySide lockstep;
  private final List<String> log = new ArrayList<>();
  private int steps;

  Beside(MachineModel model, SideBySide lockstep) {
    this.model = model;
    this.lockstep = lockstep;
  }

  SideBySide lockstep() {
    return lockstep;
  }

  /** Starts both in the machine's state. */
  Beside begin() {
    lockstep.begin();
    compare("the beginning");
    return this;
  }

  /** Checks that the next instruction is the one at a label. */
  Beside standsAt(String label) {
    assertEquals(model.symbols().get(label), read(Slot.RIP), () -> "behind " + log);
    return this;
  }

  /** How many transitions both have taken. */
  int steps() {
    return steps;
  }

  long read(int slot) {
    return lockstep.state().read(slot);
  }

  /** Lets an event arrive: delivered, or latched where it is masked. */
  Beside arrive(Vector vector) {
    return take(arrival(vector), vector.manualName());
  }

  /** The choice number of an event's arrival. */
  int arrival(Vector vector) {
    List<EventRule> rules =
        model.events().stream()
            .sorted(java.util.Comparator.comparing(r -> Choice.priority(r.vector())))
            .toList();
    int rank = 0;
    while (rules.get(rank).vector() != vector) {
      rank++;
    }
    return Choice.of(Choice.Kind.ARRIVAL, rank);
  }

  /** Enters the kernel from user mode. */
  Beside enter(Event event) {
    int number = 0;
    while (model.user().entries().get(number).event() != event) {
      number++;
    }
    return take(Choice.of(Choice.Kind.USER_ENTRY, number), event.manualName());
  }

  /** Takes the event that must be taken now. */
  Beside pending(Event event) {
    return take(Choice.of(Choice.Kind.PENDING, event.ordinal()), event.manualName());
  }

  /** Takes the interrupt that must be taken now. */
  Beside take() {
    return pending(Event.IRQ);
  }

  /** Runs an instruction that shuts both down. */
  void shutDown() {
    int choice = Choice.of(Choice.Kind.INSTRUCTION, 0);
    assertEquals(Lockstep.Outcome.SHUT_DOWN, lockstep.take(choice), () -> "behind " + log);
  }

  /** Runs instructions. */
  Beside run(int count) {
    for (int i = 0; i < count; i++) {
      run();
    }
    return this;
  }

  private void run() {
    String text = lockstep.next().map(n -> n.label() + " " + n.text()).orElse("nothing");
    take(Choice.of(Choice.Kind.INSTRUCTION, 0), text);
  }

  Beside take(int choice, String name) {
    log.add(name);
    steps++;
    assertEquals(Lockstep.Outcome.TAKEN, lockstep.take(choice), () -> "behind " + log);
    compare(name);
    return this;
  }

  private void compare(String name) {
    assertEquals(List.of(), lockstep.differences(), () -> name + " behind " + log);
  }
}
