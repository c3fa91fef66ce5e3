package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Debug traps and software interrupts. Source: Intel SDM volume 3, "Single-Step Exception
 * Condition", "Debug Status Register (DR6)", "General-Detect Exception Condition", "Masking
 * Exceptions and Interrupts When Switching Stacks"; volume 2, "INT n/INTO/INT3/INT1".
 */
class DebugTrapTest {
  private static final long SINGLE_STEP = 1L << 14;
  private static final long GENERAL_DETECT = 1L << 13;

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("handler").nops(3).label("syscall").nops(3);
    for (Vector vector : Vector.values()) {
      fixture.gate(vector, "handler", vector == Vector.NMI ? 1 : vector == Vector.DF ? 2 : 0);
    }
    return fixture;
  }

  private static MachineRun at(EntryFixture fixture, Opcode opcode, Operand... operands) {
    return fixture.label("here").add(opcode, operands).nops(2).inKernel("here");
  }

  @Test
  void instruction_thatStartsWithTf_trapsAfterwards() {
    MachineRun run = at(fixture(), Opcode.NOP).set(Slot.RFLAGS, Rflags.TF);
    run.step();
    assertEquals(SINGLE_STEP, run.read(Slot.DR6));
    Outcome trap = run.take(MachineRun.pending(Vector.DB));
    assertEquals(Event.DB.ordinal(), trap.delivered());
    assertEquals(Program.address(7), run.snapshot(1, Slot.RIP));
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.TF);
    assertEquals(0, run.read(Slot.DB_PENDING));
  }

  @Test
  void popf_thatSetsTf_trapsAfterTheNextInstruction() {
    MachineRun run = at(fixture(), Opcode.POPF);
    run.loadWord(EntryFixture.THREAD - 8, Rflags.FIXED | Rflags.TF, 1);
    run.load(Slot.RSP, EntryFixture.THREAD - 8).step();
    assertEquals(0, run.read(Slot.DB_PENDING));
    run.step();
    assertEquals(1, run.read(Slot.DB_PENDING));
  }

  @Test
  void iret_thatSetsTf_trapsAfterTheFirstTargetInstruction() {
    EntryFixture fixture = fixture();
    MachineRun run = at(fixture, Opcode.IRET).set(Slot.RFLAGS, Rflags.TF);
    run.load(Slot.RIP, fixture.address("syscall")).load(Slot.DB_PENDING, 1);
    run.take(MachineRun.pending(Vector.DB));
    run.load(Slot.RIP, fixture.address("here")).load(Slot.DR6, 0);
    assertEquals(0, run.step().findings());
    assertEquals(0, run.read(Slot.DB_PENDING), "not on IRET itself");
    run.step();
    assertEquals(1, run.read(Slot.DB_PENDING));
  }

  @ParameterizedTest
  @CsvSource({"3, BP", "0x80, INT80", "2, NMI", "8, DF", "14, PF"})
  void softwareInterrupt_pushesNoErrorCodeAndReturnsBehindItself(String number, Event event) {
    MachineRun run = at(fixture(), Opcode.INT, EntryFixture.imm(Long.decode(number)));
    Outcome seen = run.step();
    assertEquals(event.ordinal(), seen.delivered());
    assertEquals(8, run.read(Slot.RSP) & 0xf, "five words");
    assertFalse(seen.found(Finding.DOUBLE_FAULT), "INT 8 is no double fault");
    assertEquals(run.context(1, ContextField.FRAME), run.read(Slot.RSP));
    assertEquals(Program.address(7), run.word(run.read(Slot.RSP)), "RIP");
    assertEquals(0, run.word(run.read(Slot.RSP) + 16) & Rflags.RF, "RF");
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void trapHeldByMovSs_whenTheNextInstructionFaults_waitsByAssumption(boolean waits, long left) {
    EntryFixture fixture = fixture().assume(Assumption.HELD_DEBUG_TRAP_SURVIVES_FAULT, waits);
    MachineRun run = at(fixture, Opcode.UD2).load(Slot.DB_PENDING, 1).load(Slot.SHADOW, 2);
    assertEquals(Event.UD.ordinal(), run.step().delivered());
    assertEquals(left, run.read(Slot.DB_PENDING));
  }

  @Test
  void int2_doesNotBlockNmis() {
    MachineRun run = at(fixture(), Opcode.INT, EntryFixture.imm(2)).load(Slot.NMI_PENDING, 0);
    run.step();
    assertEquals(0, run.read(Slot.NMI_BLOCKED));
  }

  @Test
  void int2_whileAnNmiIsLatched_leavesItLatched() {
    MachineRun run = at(fixture(), Opcode.INT, EntryFixture.imm(2));
    run.load(Slot.NMI_BLOCKED, 1).load(Slot.NMI_PENDING, 1).step();
    assertEquals(1, run.read(Slot.NMI_PENDING));
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
  }

  @Test
  void int3_withoutAGate_faultsAtItself() {
    EntryFixture fixture =
        new EntryFixture().label("syscall").nops(1).gate(Vector.GP, "syscall", 0);
    MachineRun run = at(fixture, Opcode.INT3);
    assertEquals(Event.GP.ordinal(), run.step().delivered());
    assertEquals(3 * 8 + 2, run.word(run.read(Slot.RSP)));
    assertEquals(fixture.address("here"), run.word(run.read(Slot.RSP) + 8));
  }

  @ParameterizedTest
  @CsvSource({"0, GP", "3, BP"})
  void int3_inUserMode_needsAGateWithItsPrivilege(int dpl, Event delivered) {
    EntryFixture fixture = fixture().enters(Event.BP, 0);
    fixture.gate(Vector.BP, new Gate(Vector.BP, fixture.address("handler"), 0, true, dpl));
    MachineRun run = fixture.inUserMode();
    assertEquals(delivered.ordinal(), run.enter(Event.BP).delivered());
  }

  @Test
  void int1_ignoresThePrivilegeOfItsGateAndDr6() {
    MachineRun run = at(fixture(), Opcode.INT1);
    assertEquals(Event.DB.ordinal(), run.step().delivered());
    assertEquals(0, run.read(Slot.DR6));
  }

  @Test
  void softwareInterrupt_whoseDeliveryFaults_isBenign() {
    MachineRun run = at(fixture().gate(Vector.GP, "handler", 5), Opcode.INT, EntryFixture.imm(13));
    run.load(EntryFixture.istSlot(5), 0x0001_0000_0000_0000L);
    assertEquals(Event.SS.ordinal(), run.step().delivered());
  }

  @Test
  void movDr_withGeneralDetect_trapsBeforeItRunsAndClearsIt() {
    EntryFixture fixture = fixture();
    MachineRun run =
        at(fixture, Opcode.MOV_DR, EntryFixture.reg("rax"), EntryFixture.special(Slot.DR7));
    run.load(Slot.DR7, GENERAL_DETECT | 0x400);
    assertEquals(Event.DB.ordinal(), run.step().delivered());
    assertEquals(GENERAL_DETECT, run.read(Slot.DR6));
    assertEquals(0x400, run.read(Slot.DR7));
    assertEquals(fixture.address("here"), run.snapshot(1, Slot.RIP));
  }

  @Test
  void movSs_holdsTheDebugTrapOverASoftwareInterrupt() {
    EntryFixture fixture = fixture().arrives(Vector.DB).label("here");
    fixture.add(Opcode.MOV_SEGMENT, EntryFixture.reg("eax"), EntryFixture.special(Slot.SS));
    MachineRun run = fixture.add(Opcode.INT3).inKernel("here");
    run.load(Slot.RAX, Selectors.KERNEL_DS).step();
    run.arrive(Vector.DB);
    assertEquals(Event.BP.ordinal(), run.step().delivered());
    assertEquals(Event.DB.ordinal(), run.take(MachineRun.pending(Vector.DB)).delivered());
    assertEquals(fixture.address("handler"), run.snapshot(2, Slot.RIP), "the handler's first");
  }

  @Test
  void movSs_inUserModeBeforeSyscall_trapsAtTheKernelsFirstInstruction() {
    EntryFixture fixture = fixture().sets(Slot.DB_PENDING, 1L);
    MachineRun run = fixture.sets(Slot.RSP, EntryFixture.NMI - 64).inUserMode();
    run.userWrites(2);
    run.userWrites(0);
    assertFalse(run.offered().offers(MachineRun.pending(Vector.DB)), "the shadow holds it");
    run.enter(Event.SYSCALL);
    Outcome seen = run.take(MachineRun.pending(Vector.DB));
    assertEquals(fixture().address("syscall"), run.snapshot(1, Slot.RIP));
    assertEquals(Selectors.KERNEL_CS, run.snapshot(1, Slot.CS));
    assertTrue(seen.found(Finding.STACK_UNTRUSTED), "the frame goes to the user's RSP");
  }

  @ParameterizedTest
  @EnumSource(names = {"SYSCALL", "INT80"})
  void entry_thatClearsTf_doesNotTrap(Event event) {
    EntryFixture fixture = fixture().enters(Event.INT80, 0).sets(Slot.RFLAGS, 0x302L);
    fixture.gate(Vector.INT80, new Gate(Vector.INT80, fixture.address("handler"), 0, true, 3));
    MachineRun run = fixture.inUserMode();
    run.userWrites(0);
    run.enter(event);
    assertEquals(0, run.read(Slot.DB_PENDING));
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.TF);
  }

  @Test
  void sysenter_keepsTfAndTrapsAfterEachInstruction() {
    EntryFixture fixture = fixture().enters(Event.SYSENTER, 0).sets(Slot.RFLAGS, 0x302L);
    fixture.label("sysenter").nops(2);
    MachineRun run = fixture.inUserMode();
    run.userWrites(0);
    run.enter(Event.SYSENTER);
    assertEquals(Event.DB.ordinal(), run.take(MachineRun.pending(Vector.DB)).delivered());
    assertEquals(fixture.address("sysenter"), run.snapshot(1, Slot.RIP));
  }

  /** Intel SDM volume 3, "Instruction-Breakpoint Exception Condition": RF ends with one. */
  @Test
  void rf_endsWithTheNextInstruction() {
    MachineRun run = at(fixture(), Opcode.NOP).set(Slot.RFLAGS, Rflags.RF);
    run.step();
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.RF);
  }

  @Test
  void debugTrap_whileRfIsSet_arrivesAllTheSame() {
    MachineRun run = at(fixture().arrives(Vector.DB), Opcode.NOP).set(Slot.RFLAGS, Rflags.RF);
    assertEquals(Event.DB.ordinal(), run.arrive(Vector.DB).delivered());
  }
}
