package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/** How returns are matched against the live contexts, and what becomes of a context's stack. */
class ContextsTest {

  /** Handlers of one IRET each; {@code syscall} has six instructions. */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(6);
    fixture.label("handler").add(Opcode.IRET);
    for (Vector vector :
        new Vector[] {Vector.NMI, Vector.MC, Vector.IRQ, Vector.UD, Vector.DB, Vector.HV}) {
      fixture.gate(vector, "handler", vector == Vector.NMI ? 1 : vector == Vector.MC ? 3 : 0);
      fixture.arrives(vector);
    }
    return fixture.label("jumps").add(Opcode.JMP, EntryFixture.reg("rax")).add(Opcode.RET);
  }

  private static MachineRun inNmi(EntryFixture fixture) {
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.NMI);
    return run;
  }

  @Test
  void resume_ofNestedContexts_endsThemInOrder() {
    MachineRun run = fixture().inKernel("syscall");
    long[] before = run.all();
    run.arrive(Vector.NMI);
    run.arrive(Vector.MC);
    run.arrive(Vector.UD);
    assertEquals(Event.UD.ordinal(), run.step().resumed());
    assertEquals(Event.MC.ordinal(), run.step().resumed());
    assertEquals(Event.NMI.ordinal(), run.step().resumed());
    run.load(Slot.MCG_STATUS, 0);
    assertArrayEquals(before, run.all());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        Slot.RAX,
        Slot.RCX,
        5,
        Slot.R11,
        15,
        Slot.GS_BASE,
        Slot.KERNEL_GS_BASE,
        Slot.CR2,
        Slot.CR3,
        Slot.DR7,
        Slot.SPEC_CTRL,
        Slot.SSP
      })
  void resume_withARegisterChanged_differsInItAlone(int slot) {
    MachineRun run = inNmi(fixture());
    run.load(slot, run.read(slot) ^ 0x1000);
    Outcome seen = run.step();
    assertTrue(seen.found(Finding.RESUME_DIFFERS));
    assertEquals(1L << ContextField.snapshotPosition(slot), seen.differences());
    assertTrue(seen.explanation().contains(Slot.name(slot)), seen.explanation());
    assertEquals(1, run.read(Slot.CONTEXTS), "the context ends all the same");
  }

  @ParameterizedTest
  @CsvSource({
    "24, true",
    "16, true",
    "32, false", // RFLAGS, RSP; CS differs in privilege: no resume
  })
  void resume_throughAChangedFrame_differsOrIsUnknown(int below, boolean resumes) {
    MachineRun run = inNmi(fixture());
    long value = below == 24 ? 0x203 : below == 16 ? EntryFixture.THREAD - 8 : Selectors.USER_CS;
    run.loadWord(EntryFixture.NMI - below, value, 2);
    if (!resumes) {
      run.loadWord(EntryFixture.NMI - 8, Selectors.USER_DS, 2);
    }
    Outcome seen = run.step();
    assertEquals(resumes, seen.found(Finding.RESUME_DIFFERS));
    assertEquals(!resumes, seen.found(Finding.UNKNOWN_RETURN));
    assertEquals(below == 24, seen.differsIn(Slot.RFLAGS));
    assertEquals(below == 16, seen.differsIn(Slot.RSP));
  }

  @Test
  void resume_withOnlyRfChanged_isExactAndLeavesRfAsItWas() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.UD);
    Outcome seen = run.step();
    assertEquals(0, seen.findings());
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.RF);
  }

  @ParameterizedTest
  @CsvSource({"NMI, true", "MC, true", "DB, true", "HV, true", "IRQ, false", "UD, false"})
  void resume_withCr2Changed_countsWhereTheInterruptedCodeMayNeedIt(Vector vector, boolean counts) {
    MachineRun run = fixture().inKernel("syscall").set(Slot.RFLAGS, Rflags.IF);
    run.arrive(vector);
    run.load(Slot.CR2, 0x1234);
    assertEquals(counts, run.step().differsIn(Slot.CR2));
  }

  @Test
  void resume_restoresTheTokenThatFlagsDependOn() {
    MachineRun run = fixture().inKernel("syscall").load(Slot.FLAGS_TOKEN, Token.CLOBBERED);
    run.arrive(Vector.NMI);
    assertEquals(0, run.step().findings());
    assertEquals(Token.CLOBBERED, run.read(Slot.FLAGS_TOKEN));
  }

  @Test
  void resume_withADeclaredExemption_ignoresTheRegister() {
    MachineRun run = inNmi(fixture().ignores(Event.NMI, 13));
    run.load(13, Token.CLOBBERED);
    assertEquals(0, run.step().findings());
  }

  @Test
  void context_thatEnds_leavesItsWordsDeadAndItsBlockZero() {
    MachineRun run = inNmi(fixture());
    run.loadWord(EntryFixture.NMI - 48, 5, 2).loadWord(EntryFixture.NMI - 56, 6, 1);
    run.step();
    assertEquals(Token.DEAD, run.word(EntryFixture.NMI - 40));
    assertEquals(Token.DEAD, run.word(EntryFixture.NMI - 48));
    assertEquals(0, run.read(EntryFixture.owner(EntryFixture.NMI - 48)));
    assertEquals(6, run.word(EntryFixture.NMI - 56), "a word of the outer context");
    for (int field = 0; field < ContextField.COUNT; field++) {
      assertEquals(0, run.context(1, field), "field " + field);
    }
  }

  @Test
  void context_thatOverwritesWhatLiesBelowTheInterruptedRsp_takesItAlong() {
    MachineRun run = fixture().inKernel("syscall");
    long rsp = EntryFixture.THREAD - 64;
    run.loadWord(rsp, 6, 1).loadWord(rsp - 8, 5, 1).load(Slot.RSP, rsp);
    run.arrive(Vector.UD);
    assertEquals(2, run.read(EntryFixture.owner(rsp - 8)), "SS of the frame");
    run.step();
    assertEquals(Token.DEAD, run.word(rsp - 8), "the older content is lost");
    assertEquals(6, run.word(rsp));
  }

  @Test
  void context_onAnotherStack_leavesWordsToTheirOwner() {
    MachineRun run = fixture().inKernel("syscall");
    run.loadWord(EntryFixture.NMI - 8, 5, 1);
    run.arrive(Vector.NMI);
    assertEquals(1, run.read(EntryFixture.owner(EntryFixture.NMI - 8)));
    run.step();
    assertEquals(0x18, run.word(EntryFixture.NMI - 8), "SS of the frame stays");
  }

  @Test
  void iret_toAPlaceThatNothingWaitsAt_endsAndListsTheLiveContexts() {
    MachineRun run = inNmi(fixture());
    run.loadWord(EntryFixture.NMI - 40, Program.address(5), 2);
    Outcome seen = run.step();
    assertTrue(seen.found(Finding.UNKNOWN_RETURN));
    assertEquals(Finding.UNKNOWN_RETURN, Halt.findingOf(run.read(Slot.HALT)).orElseThrow());
    assertTrue(seen.explanation().contains("at+5"), seen.explanation());
    assertTrue(seen.explanation().contains("NMI (context 2) to return to at+0"));
    assertTrue(seen.explanation().contains("SYSCALL (context 1) to return to user mode"));
  }

  @Test
  void iret_toUserModeUnderAnNmi_isUnknown() {
    MachineRun run = inNmi(fixture());
    long rsp = Token.USER_RAX + Slot.RSP;
    run.loadFrame(
        EntryFixture.NMI - 40, EntryFixture.USER_RIP, Selectors.USER_CS, 0x202, rsp, 0x2b);
    assertTrue(run.step().found(Finding.UNKNOWN_RETURN));
  }

  @Test
  void jump_toTheInterruptedPlaceWithItsStack_isAResume() {
    MachineRun run = inNmi(fixture());
    run.load(Slot.RAX, Program.BASE).load(Slot.RSP, EntryFixture.THREAD);
    run.load(Slot.RIP, fixture().address("jumps"));
    Outcome seen = run.step();
    assertEquals(Event.NMI.ordinal(), seen.resumed());
    assertTrue(seen.differsIn(Slot.RAX));
  }

  @Test
  void jump_toTheInterruptedPlaceOnAnotherStack_isAJump() {
    MachineRun run = inNmi(fixture());
    run.load(Slot.RAX, Program.BASE).load(Slot.RIP, fixture().address("jumps"));
    Outcome seen = run.step();
    assertEquals(-1, seen.resumed());
    assertEquals(0, seen.findings());
    assertEquals(2, run.read(Slot.CONTEXTS));
  }

  @Test
  void ret_ontoTheInterruptedPlaceAndStack_isAResume() {
    MachineRun run = inNmi(fixture());
    run.loadWord(EntryFixture.THREAD - 8, Program.BASE, 2).load(Slot.RSP, EntryFixture.THREAD - 8);
    run.load(Slot.RIP, fixture().address("jumps") + Program.INSTRUCTION_BYTES);
    Outcome seen = run.step();
    assertEquals(Event.NMI.ordinal(), seen.resumed());
    assertEquals(Finding.RET_EXECUTED.bit(), seen.findings());
    assertEquals(1, run.read(Slot.NMI_BLOCKED), "RET leaves NMIs blocked");
  }

  @ParameterizedTest
  @CsvSource({"true, true, false", "false, true, true", "false, false, false"})
  void ret_withFlagsThatDependOnAToken_differsInThemWhereTheyDidNotBefore(
      boolean before, boolean after, boolean differs) {
    EntryFixture fixture = fixture();
    MachineRun run = fixture.inKernel("syscall");
    run.load(Slot.FLAGS_TOKEN, before ? Token.CLOBBERED : 0);
    run.arrive(Vector.NMI);
    run.load(Slot.FLAGS_TOKEN, after ? Token.CLOBBERED : 0);
    run.loadWord(EntryFixture.THREAD - 8, Program.BASE, 2).load(Slot.RSP, EntryFixture.THREAD - 8);
    run.load(Slot.RIP, fixture.address("jumps") + Program.INSTRUCTION_BYTES);
    Outcome seen = run.step();
    assertEquals(Event.NMI.ordinal(), seen.resumed());
    assertEquals(differs, seen.differsIn(Slot.RFLAGS));
    assertEquals(differs, seen.explanation().contains("The flags depend on clobbered now"));
  }

  @Test
  void markedReturn_thatMatchesNothing_isUnknown() {
    EntryFixture fixture = fixture().returns().label("marked").add(Opcode.RET);
    MachineRun run = inNmi(fixture);
    run.loadWord(EntryFixture.THREAD - 8, Program.address(3), 2);
    run.load(Slot.RSP, EntryFixture.THREAD - 8).load(Slot.RIP, fixture.address("marked"));
    assertTrue(run.step().found(Finding.UNKNOWN_RETURN));
  }

  @Test
  void continuation_thatRestarts_keepsTheContext() {
    EntryFixture fixture = fixture().label("repeat").nops(1);
    fixture.continues("repeat", Event.NMI, Continuation.Mode.RESTARTS, 0, 0);
    MachineRun run = inNmi(fixture);
    long repeat = fixture.address("repeat");
    run.loadFrame(EntryFixture.NMI - 96, repeat, 0x10, 2, EntryFixture.NMI - 136, 0x18);
    Outcome seen = run.step();
    assertEquals(0, seen.continuation());
    assertEquals(-1, seen.resumed());
    assertEquals(2, run.read(Slot.CONTEXTS));
    assertTrue(seen.found(Finding.NMI_UNMASKED_EARLY), "the NMI goes on with NMIs unblocked");
  }

  @Test
  void continuation_ofAnotherEvent_isUnknown() {
    EntryFixture fixture = fixture().label("repeat").nops(1);
    fixture.continues("repeat", Event.MC, Continuation.Mode.RESTARTS, 0, 0);
    MachineRun run = inNmi(fixture);
    run.loadFrame(EntryFixture.NMI - 96, fixture.address("repeat"), 0x10, 2, 0, 0x18);
    assertTrue(run.step().found(Finding.UNKNOWN_RETURN));
  }

  /** An NMI hits the machine-check handler's entry, which the NMI commits on its behalf. */
  private static MachineRun inNmiOverMachineCheck(EntryFixture fixture) {
    fixture.continues("commit", Event.MC, Continuation.Mode.REPLACES, 6, 7);
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.MC);
    run.arrive(Vector.NMI);
    assertEquals(3, run.read(Slot.CONTEXTS));
    long commit = fixture.address("commit");
    run.loadFrame(EntryFixture.NMI - 40, commit, 0x10, 2, EntryFixture.THREAD - 64, 0x18);
    return run;
  }

  @Test
  void continuation_thatReplaces_endsTheNewestContextAndGoesOnWithTheOneBelow() {
    EntryFixture fixture = fixture().label("commit").nops(1);
    MachineRun run = inNmiOverMachineCheck(fixture);
    run.loadWord(EntryFixture.THREAD - 56, 77, 3).loadWord(EntryFixture.THREAD - 72, 78, 3);
    Outcome seen = run.step();
    assertEquals(0, seen.continuation());
    assertFalse(seen.found(Finding.UNKNOWN_RETURN));
    assertEquals(2, run.read(Slot.CONTEXTS));
    assertEquals(Token.DEAD, run.word(EntryFixture.NMI - 40), "the ended context's own frame");
    assertEquals(77, run.word(EntryFixture.THREAD - 56), "what it copied for the other lives on");
    assertEquals(2, run.read(EntryFixture.owner(EntryFixture.THREAD - 56)));
    assertEquals(Token.DEAD, run.word(EntryFixture.THREAD - 72), "below RSP it dies");
  }

  @Test
  void continuation_thatReplacesAnotherRange_isUnknown() {
    EntryFixture fixture = fixture().label("commit").nops(1);
    fixture.continues("commit", Event.MC, Continuation.Mode.REPLACES, 0, 2);
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.MC);
    run.arrive(Vector.NMI);
    run.loadFrame(EntryFixture.NMI - 40, fixture.address("commit"), 0x10, 2, 0, 0x18);
    assertTrue(run.step().found(Finding.UNKNOWN_RETURN));
  }

  /** A #UD of the instruction 5 of a system call, merged at {@code fixed_up} behind its handler. */
  private static MachineRun inMergedFault(int from, int to) {
    EntryFixture fixture = fixture().label("fixed_up").nops(2);
    fixture.continues("fixed_up", Event.UD, Continuation.Mode.MERGES, from, to);
    MachineRun run = fixture.inKernel("syscall");
    run.steps(5);
    run.arrive(Vector.UD);
    run.loadWord(EntryFixture.THREAD - 56, 77, 2).loadWord(EntryFixture.THREAD - 72, 78, 2);
    run.load(Slot.RSP, EntryFixture.THREAD - 64).load(Slot.RIP, fixture.address("fixed_up"));
    return run;
  }

  @Test
  void continuation_thatMerges_endsTheNewestContextWhereTheCodeRunsIntoTheLabel() {
    MachineRun run = inMergedFault(5, 6);
    Outcome seen = run.step();
    assertEquals(0, seen.continuation());
    assertEquals(-1, seen.resumed());
    assertEquals(1, run.read(Slot.CONTEXTS));
    assertEquals(77, run.word(EntryFixture.THREAD - 56), "what lies above RSP goes on");
    assertEquals(1, run.read(EntryFixture.owner(EntryFixture.THREAD - 56)));
    assertEquals(Token.DEAD, run.word(EntryFixture.THREAD - 72), "below RSP it dies");
  }

  @Test
  void continuation_thatMergesAnotherRange_changesNothing() {
    MachineRun run = inMergedFault(0, 5);
    assertEquals(-1, run.step().continuation());
    assertEquals(2, run.read(Slot.CONTEXTS));
  }

  @Test
  void exactResume_onAContinuationLabel_winsOverTheContinuation() {
    EntryFixture fixture = fixture();
    fixture.continues("syscall", Event.NMI, Continuation.Mode.RESTARTS, 0, 0);
    MachineRun run = inNmi(fixture);
    Outcome seen = run.step();
    assertEquals(-1, seen.continuation());
    assertEquals(Event.NMI.ordinal(), seen.resumed());
  }

  @Test
  void userMode_afterAnyWayBack_isTheSameState() {
    EntryFixture fixture = new EntryFixture().enters(Event.INT80, 0).enters(Event.PF, 4);
    fixture.label("iret").add(Opcode.IRET).label("syscall").nops(1).label("pf");
    fixture.add(Opcode.POP, EntryFixture.reg("rcx")).add(Opcode.IRET);
    fixture.gate(Vector.PF, "pf", 0);
    fixture.gate(Vector.INT80, new Gate(Vector.INT80, fixture.address("iret"), 0, true, 3));
    MachineRun run = fixture.ignores(Event.PF, Slot.RCX).inUserMode();
    long[] before = run.all();
    run.enter(Event.INT80);
    run.load(Slot.RAX, 5).load(Slot.CR2, 6).load(Slot.DR6, 1);
    assertEquals(0, run.step().findings());
    assertArrayEquals(before, run.all());
    run.enter(Event.PF);
    assertEquals(0, run.steps(2).findings());
    assertArrayEquals(before, run.all());
  }

  @Test
  void int80_thatReturnsWithAnotherRegisterChanged_differs() {
    EntryFixture fixture = new EntryFixture().enters(Event.INT80, 0).label("iret");
    fixture.add(Opcode.IRET).label("syscall").nops(1);
    fixture.gate(Vector.INT80, new Gate(Vector.INT80, fixture.address("iret"), 0, true, 3));
    MachineRun run = fixture.inUserMode();
    run.enter(Event.INT80);
    run.load(8, 0);
    assertTrue(run.step().differsIn(8));
  }
}
