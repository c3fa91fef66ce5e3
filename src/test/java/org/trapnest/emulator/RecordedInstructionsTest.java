package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;

/** Ordinary instructions do what a processor was seen to do with them. */
class RecordedInstructionsTest {
  private static final int MOST_SHOWN = 10;

  @TempDir private static Path folder;
  private static Recording recording;
  private static Path file;
  private static MachineModel model;

  @BeforeAll
  static void load() throws IOException {
    recording = new Recording();
    file = recording.writeModel(folder);
    model = TestModels.load(file);
  }

  /** The masked count of a shift, 1 where there is none. */
  private static int count(Instruction instruction, long[] before) {
    if (instruction.operands().size() < 2) {
      return 1;
    }
    var first = instruction.operands().get(0);
    long count =
        first instanceof org.trapnest.machine.Operand.Immediate given ? given.value() : before[2];
    return (int) count & (instruction.widthBytes() == 8 ? 63 : 31);
  }

  @Test
  void everyInstruction_withEveryRecordedInput_doesWhatTheProcessorDid() {
    Machine machine = new Machine(model);
    List<String> wrong = new ArrayList<>();
    int index = 0;
    int compared = 0;
    for (var entry : recording.cases().entrySet()) {
      Instruction instruction = model.program().at(index);
      for (Recording.Case one : entry.getValue()) {
        MachineState state = machine.initialState();
        Recording.load(state, model, index, one.before());
        long undefined = UndefinedFlags.of(instruction, count(instruction, one.before()));
        run(machine, state);
        differences(state, one, undefined)
            .forEach(d -> wrong.add(entry.getKey() + ": " + d + " in " + one.line()));
        compared++;
      }
      index++;
    }
    assertEquals(List.of(), wrong.subList(0, Math.min(MOST_SHOWN, wrong.size())));
    assertTrue(compared > 4000, "cases compared: " + compared);
  }

  private static void run(Machine machine, MachineState state) {
    List<long[]> reached = new ArrayList<>();
    machine.expand(
        state,
        new AlternativeSink() {
          @Override
          public void alternative(int choice, MachineState after, Observation seen) {
            reached.add(after.toArray());
          }

          @Override
          public void cut(int bound) {
            throw new AssertionError("nothing is cut");
          }
        });
    assertEquals(1, reached.size());
    state.loadAll(reached.get(0));
  }

  private static List<String> differences(MachineState state, Recording.Case one, long undefined) {
    List<String> found = new ArrayList<>();
    Region memory = Recording.memory(model);
    for (int i = 0; i < Recording.SLOTS.length; i++) {
      int slot = Recording.SLOTS[i];
      long mask = slot == Slot.RFLAGS ? ~undefined : -1;
      long expected = Recording.value(one.after(), i, memory) & mask;
      if ((state.read(slot) & mask) != expected) {
        found.add(difference(Slot.name(slot), state.read(slot) & mask, expected));
      }
    }
    for (int i = 0; i < memory.wordCount(); i++) {
      long expected = one.after()[Recording.SLOTS.length + i];
      if (state.read(memory.firstSlot() + i) != expected) {
        found.add(difference("word " + i, state.read(memory.firstSlot() + i), expected));
      }
    }
    return found;
  }

  private static String difference(String where, long machine, long processor) {
    return "%s is 0x%x in the machine, was 0x%x on the processor"
        .formatted(where, machine, processor);
  }

  @Test
  @Tag("conformance")
  void everyInstruction_onTheEmulator_doesTheSame() {
    try (Emulator emulator = Emulator.open()) {
      GuestProgram program = GuestProgram.build(file, Map.of(), model, emulator.folder());
      Lockstep lockstep = new Lockstep(emulator, model, program);
      lockstep.begin();
      List<String> wrong = new ArrayList<>();
      int index = 0;
      for (var entry : recording.cases().entrySet()) {
        for (Recording.Case one : entry.getValue()) {
          MachineState wanted = new MachineState(model.slots().slotCount());
          wanted.loadAll(lockstep.state().toArray());
          Recording.load(wanted, model, index, one.before());
          lockstep.set(wanted);
          lockstep.take(lockstep.offered().get(0));
          lockstep
              .newDifferences()
              .forEach(d -> wrong.add(entry.getKey() + ": " + d + " in " + one.line()));
        }
        index++;
      }
      assertEquals(List.of(), wrong.subList(0, Math.min(MOST_SHOWN, wrong.size())));
    }
  }
}
