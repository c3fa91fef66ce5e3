package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.machine.MachineModel.CCode.Raise;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Vector;

/** Declared C functions, and the view of memory that C code needs. */
class CCodeStepsTest {

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(1);
    fixture.label("handler").add(Opcode.IRET);
    fixture.label("faults").add(Opcode.POP, EntryFixture.reg("rdi")).add(Opcode.IRET);
    fixture.gate(Vector.PF, "faults", 0).gate(Vector.GP, "faults", 0);
    fixture.gate(Vector.BP, "handler", 0).gate(Vector.DB, "handler", 0);
    return fixture.gate(Vector.NMI, "handler", 1).arrives(Vector.NMI).label("c");
  }

  @Test
  void entry_clobbersWhatTheDeclarationNamesAndTheFlags() {
    MachineRun run = fixture().entersC(Token.RESULT, 1, 2, 8).inKernel("c");
    run.set(Slot.RFLAGS, Rflags.ZF).step();
    assertEquals(Token.RESULT, run.read(Slot.RAX));
    assertEquals(Token.clobbered(8), run.read(8));
    assertEquals(0, run.read(3));
    assertEquals(Rflags.FIXED, run.read(Slot.RFLAGS));
    assertEquals(Token.CLOBBERED, run.read(Slot.FLAGS_TOKEN));
  }

  @Test
  void entry_whereTheInterruptedCodeHoldsUnknownValues_leavesOthers() {
    EntryFixture fixture = fixture().entersC(Token.RESULT, 1, 2);
    MachineRun run = fixture.inKernel("c");
    run.load(Slot.RAX, Token.RESULT).load(1, Token.clobbered(1));
    run.load(Slot.FLAGS_TOKEN, Token.CLOBBERED).arrive(Vector.NMI);
    run.load(Slot.RIP, fixture.address("c")).step();
    assertEquals(Token.RESULT_AGAIN, run.read(Slot.RAX));
    assertEquals(Token.clobberedAgain(1), run.read(1));
    assertEquals(Token.clobbered(2), run.read(2));
    assertEquals(Token.CLOBBERED_AGAIN, run.read(Slot.FLAGS_TOKEN));
  }

  @Test
  void entry_ofAThunkThatPreservesRegisters_clobbersTheFlagsAlone() {
    MachineRun run = fixture().entersThunk().inKernel("c");
    run.load(Slot.RAX, 7).load(Slot.RCX, 8).step();
    assertEquals(7, run.read(Slot.RAX));
    assertEquals(8, run.read(Slot.RCX));
    assertEquals(Token.CLOBBERED, run.read(Slot.FLAGS_TOKEN));
  }

  @Test
  void entry_makesWhatLiesBelowRspDead() {
    MachineRun run = fixture().entersC(Token.RESULT, 1).inKernel("c");
    run.load(Slot.RSP, EntryFixture.THREAD - 16);
    run.loadWord(EntryFixture.THREAD - 16, 5, 1).loadWord(EntryFixture.THREAD - 24, 6, 1).step();
    assertEquals(5, run.word(EntryFixture.THREAD - 16));
    assertEquals(Token.DEAD, run.word(EntryFixture.THREAD - 24));
    assertEquals(0, run.read(EntryFixture.owner(EntryFixture.THREAD - 24)));
  }

  @Test
  void entry_aboveTheFrameOfALiveContext_overwritesIt() {
    EntryFixture fixture = fixture().gate(Vector.NMI, "handler", 0).entersC(Token.RESULT, 1);
    MachineRun run = fixture.inKernel("c");
    run.load(Slot.RSP, EntryFixture.THREAD - 64).arrive(Vector.NMI);
    run.load(Slot.RIP, fixture.address("c"));
    assertFalse(run.step().found(Finding.FRAME_OVERWRITTEN), "a context's own frame");
    MachineRun nested = fixture.inKernel("c");
    nested.load(Slot.RSP, EntryFixture.THREAD - 64).arrive(Vector.NMI);
    nested.load(Slot.NMI_BLOCKED, 0).arrive(Vector.NMI);
    nested.load(Slot.RIP, fixture.address("c")).load(Slot.RSP, EntryFixture.THREAD);
    assertTrue(nested.step().found(Finding.FRAME_OVERWRITTEN));
  }

  /** Intel SDM volume 3, "IA32_MCG_STATUS MSR": a second machine check shuts down. */
  @Test
  void body_thatRaisesAMachineCheckWhileMcipIsSet_shutsDown() {
    MachineRun run = fixture().body(new Raise(Event.MC, 0)).nops(1).inKernel("c");
    run.load(Slot.MCG_STATUS, 4);
    Outcome seen = run.take(MachineRun.instruction(1));
    assertTrue(seen.found(Finding.SHUTDOWN));
    assertEquals(-1, seen.delivered());
  }

  @Test
  void body_thatRaisesAMachineCheckThatIsAssumedToWait_goesOn() {
    EntryFixture fixture = fixture().assume(Assumption.MACHINE_CHECKS_WAIT, true);
    MachineRun run = fixture.body(new Raise(Event.MC, 0)).nops(1).inKernel("c");
    Outcome seen = run.load(Slot.MCG_STATUS, 4).take(MachineRun.instruction(1));
    assertEquals(-1, seen.delivered());
    assertEquals(0, run.read(Slot.HALT));
  }

  @Test
  void body_goesOnFirstAndThenRaisesInOrder() {
    Raise[] raised = {new Raise(Event.PF, 2), new Raise(Event.BP, 0)};
    MachineRun run = fixture().body(raised).nops(1).inKernel("c");
    List<Outcome> outcomes = run.offered().outcomes();
    assertEquals(
        List.of(-1, -1, Event.PF.ordinal(), Event.BP.ordinal()),
        outcomes.stream()
            .map(o -> o.choice() == run.arrival(Vector.NMI) ? -1 : o.delivered())
            .toList());
  }

  @Test
  void body_thatFaultsWhileAnotherFaultsAddressIsInCr2_putsAnotherOneThere() {
    MachineRun run = fixture().body(new Raise(Event.PF, 0)).inKernel("c");
    run.load(Slot.CR2, Token.FAULT_ADDRESS).take(MachineRun.instruction(1));
    assertEquals(Token.NEXT_FAULT_ADDRESS, run.read(Slot.CR2));
  }

  @ParameterizedTest
  @EnumSource(names = {"PF", "GP", "BP", "DB"})
  void body_thatRaises_isResumedAtItself(Event event) {
    MachineRun run = fixture().body(new Raise(event, 6)).nops(1).inKernel("c");
    long body = run.read(Slot.RIP);
    run.take(MachineRun.instruction(1));
    assertEquals(event == Event.PF ? Token.FAULT_ADDRESS : 0, run.read(Slot.CR2));
    assertEquals(event == Event.DB ? 1 : 0, run.read(Slot.DR6));
    boolean code = event == Event.PF || event == Event.GP;
    assertEquals(code ? 6 : body, run.word(run.read(Slot.RSP)), "the error code or RIP");
    if (code) {
      run.step();
      run.load(7, 0);
    }
    Outcome back = run.step();
    assertEquals(0, back.findings());
    assertEquals(body, run.read(Slot.RIP));
  }

  @Test
  void body_atTheNestingBound_isCutButGoesOn() {
    EntryFixture fixture = fixture().nesting(1).body(new Raise(Event.BP, 0)).nops(1);
    MachineRun.Offered offered = fixture.inKernel("c").offered();
    assertEquals(List.of(MachineRun.instruction(0)), offered.choices());
    assertEquals(List.of(0, 0), offered.cuts(), "the NMI's arrival and the breakpoint");
  }

  @Test
  void interrupts_areEnabledAndDisabled() {
    MachineRun run = fixture().add(Opcode.C_STI).add(Opcode.C_CLI).inKernel("c");
    run.step();
    assertEquals(Rflags.FIXED | Rflags.IF, run.read(Slot.RFLAGS));
    run.step();
    assertEquals(Rflags.FIXED, run.read(Slot.RFLAGS));
  }

  @Test
  void interrupts_enabledUnderAnNmi_areFound() {
    MachineRun run = fixture().add(Opcode.C_STI).inKernel("c");
    long sti = run.read(Slot.RIP);
    run.arrive(Vector.NMI);
    assertTrue(run.load(Slot.RIP, sti).step().found(Finding.IRQS_ENABLED_IN_NMI));
  }

  @Test
  void write_offersEachValue() {
    EntryFixture fixture = fixture().writesInC(Slot.DR7, 0L, 0x401L).nops(1);
    MachineRun run = fixture.inKernel("c");
    run.take(MachineRun.instruction(1));
    assertEquals(0x401, run.read(Slot.DR7));
    assertEquals(Program.address(5), run.read(Slot.RIP));
  }

  @Test
  void stop_endsTheRunAsThePanicThatItIs() {
    MachineRun run = fixture().add(Opcode.C_STOP).inKernel("c");
    Outcome seen = run.step();
    assertEquals(Halt.Kind.STOPPED, Halt.kind(run.read(Slot.HALT)));
    assertEquals(0, seen.findings());
  }

  @Test
  void cCode_underTheUsersCr3_cannotBeFetched() {
    EntryFixture fixture = fixture().body().nops(1).gate(Vector.PF, "faults", 3);
    MachineRun run = fixture.inKernel("c").load(Slot.CR3, EntryFixture.USER_CR3);
    Outcome seen = run.step();
    assertTrue(seen.found(Finding.UNMAPPED_ACCESS));
    assertEquals(Event.PF.ordinal(), seen.delivered());
    assertEquals(16, run.word(run.read(Slot.RSP)), "an instruction fetch");
    assertEquals(fixture.address("c"), run.read(Slot.CR2));
  }

  @Test
  void entryCode_underTheUsersCr3_runs() {
    MachineRun run = fixture().inKernel("syscall").load(Slot.CR3, EntryFixture.USER_CR3);
    assertEquals(0, run.step().findings());
  }

  @Test
  void load_ofAKernelVariableUnderTheUsersCr3_faults() {
    EntryFixture fixture = fixture().gate(Vector.PF, "faults", 3);
    Operand variable = EntryFixture.at(EntryFixture.VARIABLE);
    MachineRun run = fixture.add(Opcode.MOV, variable, EntryFixture.reg("rax")).inKernel("c");
    run.load(Slot.CR3, EntryFixture.USER_CR3);
    Outcome seen = run.step();
    assertEquals(Event.PF.ordinal(), seen.delivered());
    assertTrue(seen.found(Finding.UNMAPPED_ACCESS));
  }

  @Test
  void perCpuAccess_withTheUsersGsBase_ends() {
    Operand perCpu = new Operand.Memory(Slot.GS_BASE, -1, -1, 1, 0);
    EntryFixture fixture = fixture().add(Opcode.MOV, perCpu, EntryFixture.reg("rax"));
    MachineRun run = fixture.inKernel("c").load(Slot.GS_BASE, EntryFixture.USER_GS);
    assertTrue(run.step().found(Finding.USER_GS_ACCESS));
  }
}
