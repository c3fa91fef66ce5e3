package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.machine.MachineRun.Offered;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Vector;

/**
 * Which events may arrive. Source: Intel SDM volume 3, "Priority Among Concurrent Events", "Masking
 * Maskable Hardware Interrupts", "Handling Multiple NMIs", "Machine-Check Global Status MSRs";
 * volume 2, "MOV—Move", "STI—Set Interrupt Flag".
 */
class EventOffersTest {
  private static final long STI_SHADOW = 1;
  private static final long MOV_SS_SHADOW = 2;

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3).label("handler").nops(3);
    for (Vector vector : List.of(Vector.IRQ, Vector.UD, Vector.HV, Vector.NMI, Vector.DB)) {
      fixture.arrives(vector).gate(vector, "handler", vector == Vector.NMI ? 1 : 0);
    }
    return fixture.arrives(Vector.MC).gate(Vector.MC, "handler", 3);
  }

  private static MachineRun run() {
    return fixture().inKernel("syscall").set(Slot.RFLAGS, Rflags.IF);
  }

  private static boolean offers(MachineRun run, Vector vector) {
    return run.offered().offers(run.arrival(vector));
  }

  @Test
  void arrivals_atOneBoundary_comeInPriorityOrderBeforeTheInstruction() {
    MachineRun run = run();
    List<Integer> delivered = run.offered().outcomes().stream().map(Outcome::delivered).toList();
    List<Event> order = List.of(Event.MC, Event.DB, Event.NMI, Event.HV, Event.IRQ, Event.UD);
    assertEquals(order.stream().map(Event::ordinal).toList(), delivered.subList(0, 6));
    assertEquals(-1, delivered.get(6), "the instruction");
    List<Integer> choices = run.offered().choices();
    assertEquals(choices.stream().sorted().toList(), choices);
  }

  @ParameterizedTest
  @CsvSource({
    "IRQ, 0, 0, false", "IRQ, 512, 0, true", "IRQ, 0, 1, true", "IRQ, 0, 2, true",
    "HV, 512, 0, false", "NMI, 512, 0, false", "NMI, 0, 1, false", "NMI, 0, 2, true",
    "MC, 512, 2, false", "UD, 512, 2, false", "DB, 512, 1, false"
  })
  void event_underIfAndShadows_isMaskedAsTheManualSays(
      Vector vector, long cleared, long shadow, boolean masked) {
    MachineRun run = run().clear(Slot.RFLAGS, cleared).load(Slot.SHADOW, shadow);
    assertEquals(!masked, offers(run, vector));
  }

  @Test
  void nmi_whileNmisAreBlocked_isMasked() {
    assertFalse(offers(run().load(Slot.NMI_BLOCKED, 1), Vector.NMI));
  }

  @ParameterizedTest
  @CsvSource({
    "MOV_SS_SHADOW_BLOCKS_NMI, true, 2, false", "MOV_SS_SHADOW_BLOCKS_NMI, false, 2, true",
    "STI_SHADOW_BLOCKS_NMI, true, 1, false", "STI_SHADOW_BLOCKS_NMI, false, 1, true"
  })
  void nmi_inAShadow_isMaskedByAssumption(
      Assumption assumption, boolean value, long shadow, boolean offered) {
    MachineRun run = fixture().assume(assumption, value).inKernel("syscall");
    assertEquals(offered, offers(run.load(Slot.SHADOW, shadow), Vector.NMI));
  }

  @Test
  void machineCheck_whileMcipIsSet_shutsDown() {
    MachineRun run = run().load(Slot.MCG_STATUS, 4);
    assertTrue(run.arrive(Vector.MC).found(Finding.SHUTDOWN));
    assertEquals(Finding.SHUTDOWN, Halt.findingOf(run.read(Slot.HALT)).orElseThrow());
    assertTrue(run.offered().outcomes().isEmpty(), "a halted state has no successors");
  }

  @Test
  void machineCheck_assumedToWait_isMaskedWhileMcipIsSet() {
    MachineRun run = fixture().assume(Assumption.MACHINE_CHECKS_WAIT, true).inKernel("syscall");
    assertTrue(offers(run, Vector.MC));
    assertFalse(offers(run.load(Slot.MCG_STATUS, 4), Vector.MC));
  }

  private static EventRule rule(Vector vector, int from, int to, int most, Event... notWhile) {
    BitSet where = new BitSet();
    where.set(from, to);
    return new EventRule(vector, false, where, most, List.of(notWhile), List.of(), 0, 1);
  }

  @Test
  void rule_offersAtItsBoundariesOnly() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3);
    MachineRun run = fixture.arrives(rule(Vector.NMI, 1, 2, 0)).inKernel("syscall");
    assertFalse(offers(run, Vector.NMI));
    run.step();
    assertTrue(offers(run, Vector.NMI));
    run.step();
    assertFalse(offers(run, Vector.NMI));
  }

  @Test
  void rule_withoutUserMode_offersNothingThere() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3);
    assertFalse(offers(fixture.arrives(rule(Vector.NMI, 0, 3, 0)).inUserMode(), Vector.NMI));
  }

  @Test
  void atomicRange_hidesItsBoundaries() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(1).hidden().nops(2);
    MachineRun run = fixture.arrives(Vector.NMI).inKernel("syscall");
    run.step();
    assertFalse(offers(run, Vector.NMI));
    run.step();
    assertTrue(offers(run, Vector.NMI));
  }

  @Test
  void rule_excludedByALiveContext_isSilent() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3);
    fixture.arrives(rule(Vector.MC, 0, 3, 0, Event.SYSCALL)).gate(Vector.MC, "syscall", 3);
    Offered offered = fixture.inKernel("syscall").offered();
    assertEquals(1, offered.outcomes().size());
    assertTrue(offered.cuts().isEmpty());
  }

  @Test
  void rule_excludedUntilACommit_isSilentUntilTheFrameIsReleased() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3);
    fixture.label("handler").nops(3).gate(Vector.DB, "handler", 1);
    BitSet everywhere = new BitSet();
    everywhere.set(0, 6);
    List<Event> itself = List.of(Event.DB);
    fixture.arrives(new EventRule(Vector.DB, false, everywhere, 0, List.of(), itself, 0, 1));
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.DB);
    assertFalse(offers(run, Vector.DB));
    run.load(fixture.model().slots().context(1, ContextField.RELEASED), 1);
    assertTrue(offers(run, Vector.DB));
  }

  @Test
  void rule_atItsBound_isCut() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3);
    fixture.arrives(rule(Vector.UD, 0, 3, 1)).gate(Vector.UD, "syscall", 0);
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.UD);
    assertEquals(List.of(1), run.offered().cuts());
    assertEquals(List.of(MachineRun.instruction(0)), run.offered().choices());
  }

  @Test
  void arrival_atTheNestingBound_isCut() {
    EntryFixture fixture = new EntryFixture().nesting(1).label("syscall").nops(3);
    MachineRun run = fixture.arrives(Vector.NMI).inKernel("syscall");
    assertEquals(List.of(0), run.offered().cuts());
    assertEquals(List.of(MachineRun.instruction(0)), run.offered().choices());
  }

  @Test
  void fault_atTheNestingBound_hasTheRoomKeptForFaults() {
    EntryFixture fixture = new EntryFixture().nesting(1).faults(1).label("syscall");
    fixture.add(Opcode.UD2).gate(Vector.UD, "syscall", 0).arrives(Vector.NMI);
    Offered offered = fixture.inKernel("syscall").offered();
    assertEquals(List.of(0), offered.cuts(), "the NMI's arrival alone");
    assertEquals(Event.UD.ordinal(), offered.outcomes().get(0).delivered());
  }

  @Test
  void faultOfTheInstruction_atTheNestingBound_isCutWithoutSuccessor() {
    EntryFixture fixture = new EntryFixture().nesting(1).label("syscall").add(Opcode.UD2);
    Offered offered = fixture.inKernel("syscall").offered();
    assertEquals(List.of(0), offered.cuts());
    assertTrue(offered.outcomes().isEmpty());
  }

  @Test
  void fault_forWhichThereIsNoRoom_stillTellsWhatTheInstructionDidWrong() {
    EntryFixture fixture = new EntryFixture().nesting(1).label("syscall");
    fixture.add(Opcode.MOV, EntryFixture.reg("rax"), EntryFixture.at(EntryFixture.VARIABLE));
    MachineRun.Offered offered =
        fixture.inKernel("syscall").load(Slot.CR3, EntryFixture.USER_CR3).offered();
    assertEquals(List.of(0), offered.cuts());
    assertEquals(1, offered.outcomes().size());
    assertTrue(offered.outcomes().get(0).found(Finding.UNMAPPED_ACCESS));
    assertEquals(Halt.Kind.STOPPED, Halt.kind(offered.outcomes().get(0).read(Slot.HALT)));
  }

  @Test
  void nmi_whileBlockedWithoutLatches_waitsUnseen() {
    Offered offered = run().load(Slot.NMI_BLOCKED, 1).offered();
    assertTrue(offered.outcomes().stream().allMatch(o -> o.read(Slot.NMI_PENDING) == 0));
  }

  @Test
  void nmi_whileBlockedWithLatches_isLatchedOnceAndTakenWhenUnblocked() {
    MachineRun run = fixture().assume(Assumption.LATCHES, true).inKernel("syscall");
    run.load(Slot.NMI_BLOCKED, 1);
    Outcome latched = run.arrive(Vector.NMI);
    assertEquals(-1, latched.delivered());
    assertEquals(1, run.read(Slot.NMI_PENDING));
    assertFalse(offers(run, Vector.NMI), "further ones collapse");
    run.load(Slot.NMI_BLOCKED, 0);
    assertFalse(run.offered().offers(MachineRun.instruction(0)), "nothing runs before it");
    Outcome taken = run.take(MachineRun.pending(Vector.NMI));
    assertEquals(Event.NMI.ordinal(), taken.delivered());
    assertEquals(0, run.read(Slot.NMI_PENDING));
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
  }

  @Test
  void irq_whileMaskedWithLatches_isLatchedAndTakenWhenEnabled() {
    MachineRun run = fixture().assume(Assumption.LATCHES, true).inKernel("syscall");
    run.arrive(Vector.IRQ);
    assertEquals(1, run.read(Slot.IRQ_PENDING));
    run.set(Slot.RFLAGS, Rflags.IF).load(Slot.SHADOW, STI_SHADOW);
    assertTrue(run.offered().offers(MachineRun.instruction(0)), "the shadow of STI holds it off");
    run.load(Slot.SHADOW, 0);
    assertEquals(Event.IRQ.ordinal(), run.take(MachineRun.pending(Vector.IRQ)).delivered());
  }

  @Test
  void latchedNmi_atAnAtomicBoundary_isHeldOff() {
    EntryFixture fixture = new EntryFixture().hidden().label("syscall").nops(2);
    fixture.gate(Vector.NMI, "syscall", 1).arrives(Vector.NMI);
    MachineRun run = fixture.inKernel("syscall");
    run.load(Slot.NMI_PENDING, 1).step();
    assertEquals(Event.NMI.ordinal(), run.take(MachineRun.pending(Vector.NMI)).delivered());
  }

  @Test
  void latchedNmi_whoseRulesAreAtTheirBound_isCut() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3);
    fixture.arrives(rule(Vector.NMI, 0, 3, 1)).gate(Vector.NMI, "syscall", 1);
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.NMI);
    run.load(Slot.NMI_BLOCKED, 0).load(Slot.NMI_PENDING, 1);
    assertEquals(List.of(1), run.offered().cuts());
    assertTrue(run.offered().outcomes().isEmpty());
  }

  @ParameterizedTest
  @EnumSource(names = {"MC", "DB", "NMI", "HV", "IRQ", "UD"})
  void pendingDebugTrap_isTakenBeforeAllButMachineChecks(Vector vector) {
    MachineRun run = run().load(Slot.DB_PENDING, 1);
    assertEquals(vector == Vector.MC, offers(run, vector));
    assertTrue(run.offered().offers(MachineRun.pending(Vector.DB)));
    assertFalse(run.offered().offers(MachineRun.instruction(0)));
  }

  @Test
  void debugTrapAndNmiAtOnce_nmiIsTakenAtTheFirstInstructionOfTheDebugHandler() {
    MachineRun run = run().load(Slot.DB_PENDING, 1).load(Slot.NMI_PENDING, 1);
    run.take(MachineRun.pending(Vector.DB));
    run.take(MachineRun.pending(Vector.NMI));
    assertEquals(fixture().address("handler"), run.snapshot(2, Slot.RIP));
    assertEquals(Event.DB.ordinal(), run.context(1, ContextField.EVENT));
  }

  @Test
  void smi_byAssumption_mayLeaveNmisUnblocked() {
    EntryFixture fixture = fixture().assume(Assumption.SMI_UNMASKS_NMI, true);
    MachineRun run = fixture.inKernel("syscall");
    int smi = Choice.of(Choice.Kind.ARRIVAL, 6);
    assertFalse(run.offered().offers(smi), "NMIs are not blocked");
    run.arrive(Vector.NMI);
    assertTrue(run.take(smi).found(Finding.NMI_UNMASKED_EARLY));
    assertEquals(0, run.read(Slot.NMI_BLOCKED));
    assertFalse(run().load(Slot.NMI_BLOCKED, 1).offered().offers(smi), "not by default");
  }

  @Test
  void debugTrap_whereBreakpointsAreInDr7_needsThemEnabled() {
    MachineRun run = fixture().initially(Slot.DR7, 0x401).inKernel("syscall");
    assertTrue(offers(run, Vector.DB));
    assertFalse(offers(run.load(Slot.DR7, 0x400), Vector.DB));
    assertTrue(offers(run(), Vector.DB), "without breakpoints in DR7 the cause is open");
  }

  @Test
  void debugTrap_inTheShadowOfMovSs_waitsForItsEnd() {
    MachineRun run = run().load(Slot.SHADOW, MOV_SS_SHADOW);
    assertEquals(-1, run.arrive(Vector.DB).delivered());
    assertEquals(1, run.read(Slot.DB_PENDING));
    assertFalse(offers(run, Vector.DB), "it waits already");
    run.step();
    assertEquals(Event.DB.ordinal(), run.take(MachineRun.pending(Vector.DB)).delivered());
    assertEquals(Program.address(1), run.snapshot(1, Slot.RIP));
  }

  /** The kernel behind a HLT that was the first instruction; Intel SDM volume 2, "HLT". */
  private static MachineRun waiting(long flags) {
    EntryFixture fixture = new EntryFixture().label("syscall").add(Opcode.HLT).nops(2);
    fixture.label("handler").add(Opcode.IRET).nops(1);
    for (Vector vector : List.of(Vector.NMI, Vector.IRQ, Vector.MC, Vector.DB, Vector.PF)) {
      fixture.gate(vector, "handler", 0).arrives(vector);
    }
    MachineRun run = fixture.inKernel("syscall");
    run.load(Slot.RSP, EntryFixture.THREAD - 16).set(Slot.RFLAGS, flags).step();
    return run;
  }

  @Test
  void hlt_waitsUntilAnInterruptComes_andGoesOnBehindItself() {
    MachineRun run = waiting(Rflags.IF);
    assertEquals(Program.address(1), run.read(Slot.RIP));
    assertFalse(run.offered().offers(MachineRun.instruction(0)));
    assertFalse(offers(run, Vector.PF), "no instruction runs that could fault");
    assertFalse(offers(run, Vector.DB));
    assertTrue(offers(run, Vector.NMI));
    assertTrue(offers(run, Vector.MC));
    run.arrive(Vector.IRQ);
    run.step();
    assertEquals(Program.address(1), run.read(Slot.RIP));
    assertTrue(run.offered().offers(MachineRun.instruction(0)), "the wait is over");
  }

  @Test
  void hlt_withInterruptsOffAndNmisBlocked_isOnlyEndedByMachineChecks() {
    MachineRun run = waiting(0).load(Slot.NMI_BLOCKED, 1);
    assertEquals(List.of(run.arrival(Vector.MC)), run.offered().choices());
  }

  @Test
  void externalInterruptWithVector0x80_needsIf() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(1);
    MachineRun run = fixture.arrives(Vector.INT80).inKernel("syscall");
    assertFalse(offers(run, Vector.INT80));
    assertTrue(offers(run.set(Slot.RFLAGS, Rflags.IF), Vector.INT80));
  }

  @Test
  void boundary_saysWhyAnEventIsNotDelivered() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(1).hidden().nops(2);
    fixture.gate(Vector.NMI, "syscall", 1).gate(Vector.MC, "syscall", 3).nesting(2);
    fixture.arrives(Vector.NMI).arrives(Vector.IRQ).arrives(rule(Vector.MC, 0, 1, 0, Event.NMI));
    MachineRun run = fixture.inKernel("syscall");
    Reception delivered = Reception.DELIVERED;
    assertEquals(List.of(delivered, delivered, Reception.MASKED_BY_IF), run.receptions());
    run.step();
    assertEquals(
        List.of(Reception.NOT_DECLARED, Reception.ATOMIC, Reception.ATOMIC), run.receptions());
    run.step();
    run.load(Slot.RIP, Program.address(0)).arrive(Vector.NMI);
    run.set(Slot.RFLAGS, Rflags.IF);
    assertEquals(
        List.of(Reception.EXCLUDED, Reception.MASKED_BY_NMI, Reception.CUT_BY_NESTING),
        run.receptions());
  }

  @Test
  void boundary_behindAPendingEvent_saysSo() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(3);
    fixture.gate(Vector.DB, "syscall", 0).arrives(Vector.NMI);
    MachineRun run = fixture.inKernel("syscall").load(Slot.DB_PENDING, 1);
    assertEquals(List.of(Reception.BEHIND_ANOTHER), run.receptions());
  }
}
