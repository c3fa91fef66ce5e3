package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.machine.MachineModel.CCode.Raise;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Vector;

/**
 * Walks at random through handlers that save and restore, and checks the invariants of contexts.
 */
class ContextsFuzzTest {
  private static final int STEPS = 4000;
  private static final Operand RBX = EntryFixture.reg("rbx");

  /** Handlers that push, run C code and return; only NMI and #MC have stacks of their own. */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().nesting(5).enters(Event.PF, 4);
    fixture.label("handler").add(Opcode.PUSH, RBX).add(Opcode.NOP).add(Opcode.POP, RBX);
    fixture.label("iret").add(Opcode.IRET);
    fixture.label("fault").add(Opcode.PUSH, EntryFixture.reg("rdi")).body(new Raise(Event.BP, 0));
    fixture.add(Opcode.POP, EntryFixture.reg("rdi"));
    fixture.add(Opcode.LEA, new Operand.Memory(-1, Slot.RSP, -1, 1, 8), EntryFixture.reg("rsp"));
    fixture.add(Opcode.IRET).label("syscall").sized(Opcode.SYSRET, 8);
    fixture.gate(Vector.NMI, "handler", 1).gate(Vector.MC, "handler", 3);
    fixture.gate(Vector.BP, "handler", 0).gate(Vector.UD, "iret", 0).gate(Vector.DB, "iret", 0);
    fixture.gate(Vector.PF, "fault", 0).gate(Vector.DF, "handler", 2).gate(Vector.IRQ, "iret", 0);
    fixture.arrives(new EventRule(Vector.NMI, true, all(), 1, List.of(), List.of(), 0, 1));
    fixture.arrives(new EventRule(Vector.MC, true, all(), 1, List.of(Event.DF), List.of(), 0, 1));
    fixture.arrives(Vector.IRQ).arrives(Vector.DB).initially(Slot.CR3, EntryFixture.KERNEL_CR3);
    return fixture.sets(Slot.RSP, EntryFixture.THREAD, EntryFixture.THREAD - 72);
  }

  private static java.util.BitSet all() {
    java.util.BitSet all = new java.util.BitSet();
    all.set(0, 1000);
    return all;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomWalk_inEveryState_keepsTheInvariants(long seed) {
    EntryFixture fixture = fixture();
    MachineModel model = fixture.model();
    Random random = new Random(seed);
    MachineRun run = fixture.inUserMode();
    int deepest = 0;
    int returns = 0;
    for (int i = 0; i < STEPS; i++) {
      List<Outcome> outcomes =
          run.offered().outcomes().stream().filter(o -> o.read(Slot.HALT) == 0).toList();
      assertTrue(
          !outcomes.isEmpty() || run.read(Slot.CONTEXTS) == 5, "only a bound stops the walk");
      if (outcomes.isEmpty()) {
        run = fixture.inUserMode();
        continue;
      }
      // What runs stands last; three times out of four it does, so that handlers come to an end.
      int last = outcomes.size() - 1;
      Outcome outcome = outcomes.get(random.nextInt(4) > 0 ? last : random.nextInt(last + 1));
      run.take(outcome.choice());
      run.load(Slot.MCG_STATUS, 0);
      checkInvariants(model, run);
      deepest = Math.max(deepest, (int) run.read(Slot.CONTEXTS));
      if (outcome.resumed() >= 0 && run.read(Slot.CONTEXTS) == 0) {
        returns++;
        checkUserMode(model, run);
      }
    }
    assertTrue(deepest >= 4, "the walk nests, but only " + deepest + " deep");
    assertTrue(returns > 20, "the walk returns to user mode, but only " + returns + " times");
  }

  /** C2, C3 and the representation of {@link Contexts}. */
  private static void checkInvariants(MachineModel model, MachineRun run) {
    long live = run.read(Slot.CONTEXTS);
    for (String stack : EntryFixture.STACKS) {
      Region region = model.memory().region(EntryFixture.region(stack));
      for (int i = 0; i < region.wordCount(); i++) {
        long owner = run.read(region.firstOwnerSlot() + i);
        assertTrue(owner >= 0 && owner <= live, stack + " word " + i + " is owned by " + owner);
        long value = run.read(region.firstSlot() + i);
        assertTrue(owner != 0 || value == Token.DEAD, stack + " word " + i + " has no owner");
      }
    }
    for (int number = (int) live; number < model.maxContexts(); number++) {
      for (int field = 0; field < ContextField.COUNT; field++) {
        assertEquals(0, run.context(number, field), "context " + number + ", field " + field);
      }
    }
  }

  /** User mode is one state for each value of its RSP: nothing of the kernel is left in it. */
  private static void checkUserMode(MachineModel model, MachineRun run) {
    long[] expected = model.slots().initial().clone();
    expected[Slot.RSP] = run.read(Slot.RSP);
    expected[Slot.NMI_BLOCKED] = run.read(Slot.NMI_BLOCKED);
    assertArrayEquals(expected, run.all());
  }
}
