package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.trapnest.x86.Vector;

/** User mode: its ways in, and the registers that it sets. */
class UserModeTest {

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").sized(Opcode.SYSRET, 8);
    fixture.label("pf").nops(1).gate(Vector.PF, "pf", 0).enters(Event.PF, 5);
    return fixture.sets(Slot.RSP, 0x1000L, 0x2000L).sets(Slot.GS_BASE, -4096L);
  }

  private static int write(int number) {
    return Choice.of(Choice.Kind.USER_WRITE, number);
  }

  private static int entry(int number) {
    return Choice.of(Choice.Kind.USER_ENTRY, number);
  }

  @Test
  void userMode_initially_offersItsEntriesAndTheValuesThatItHasNot() {
    assertEquals(
        List.of(entry(0), entry(1), write(0), write(1), write(3)),
        fixture().inUserMode().offered().choices());
  }

  @Test
  void write_isTakenBackByWritingTheInitialValue() {
    MachineRun run = fixture().inUserMode();
    long[] before = run.all();
    run.userWrites(1);
    assertEquals(0x2000, run.read(Slot.RSP));
    assertEquals(
        List.of(entry(0), entry(1), write(0), write(2), write(3)), run.offered().choices());
    run.userWrites(2);
    assertArrayEquals(before, run.all());
  }

  @Test
  void valueThatTheUserChose_survivesASystemCall() {
    MachineRun run = fixture().inUserMode();
    run.userWrites(0);
    run.userWrites(3);
    long[] before = run.all();
    run.enter(Event.SYSCALL);
    assertEquals(0, run.step().findings());
    assertArrayEquals(before, run.all());
  }

  @Test
  void fault_byUserCode_pushesItsErrorCodeOnTheEntryStack() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.PF);
    assertEquals(5, run.word(EntryFixture.ENTRY - 48));
    assertEquals(Token.FAULT_ADDRESS, run.read(Slot.CR2));
    assertNotEquals(0, run.read(Slot.CONTEXTS));
  }

  @Test
  void initialState_isTheModels() {
    MachineModel model = fixture().model();
    assertArrayEquals(model.slots().initial(), new Machine(model).initialState().toArray());
  }
}
