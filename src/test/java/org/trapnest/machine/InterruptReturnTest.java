package org.trapnest.machine;

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

/** Source: Intel SDM volume 2, "IRET/IRETD/IRETQ"; volume 3, "Handling Multiple NMIs". */
class InterruptReturnTest {
  private static final long FRAME = EntryFixture.THREAD - 64;
  private static final long BAD_RIP = 0x8000_0000_0000_0000L;

  /** Every handler is an IRET; #GP is handled at the label {@code gp}. */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(2).label("handler");
    fixture.add(Opcode.IRET).label("gp").nops(2).gate(Vector.GP, "gp", 0);
    fixture.gate(Vector.NMI, "handler", 1).arrives(Vector.NMI);
    return fixture.gate(Vector.UD, "handler", 0).arrives(Vector.UD);
  }

  @Test
  void iret_fromANestedEvent_resumesAndClearsTheContext() {
    MachineRun run = fixture().inKernel("syscall");
    run.set(Slot.RFLAGS, Rflags.IF | Rflags.ZF).load(Slot.RSP, FRAME + 3);
    long[] before = run.all();
    run.arrive(Vector.NMI);
    Outcome seen = run.step();
    assertEquals(Event.NMI.ordinal(), seen.resumed());
    assertEquals(0, seen.findings());
    org.junit.jupiter.api.Assertions.assertArrayEquals(before, run.all());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 0x08, 0x18, 0x2b, 0x43})
  void iret_withABadCodeSegment_faultsAtItself(long cs) {
    MachineRun run = fixture().inKernel("handler");
    run.loadFrame(FRAME, EntryFixture.USER_RIP, cs, 0x202, 0x1000, Selectors.USER_DS);
    Outcome seen = run.step();
    assertEquals(Event.GP.ordinal(), seen.delivered());
    assertEquals(cs & 0xfffc, run.word(FRAME - 48), "the error code");
    assertEquals(fixture().address("handler"), run.word(FRAME - 40), "RIP of the IRET");
    assertEquals(Selectors.KERNEL_CS, run.word(FRAME - 32));
    assertEquals(FRAME, run.word(FRAME - 16), "RSP still at the frame");
  }

  @ParameterizedTest
  @CsvSource({"0x33, 0", "0x33, 0x18", "0x23, 0x33", "0x10, 0x2b", "0x10, 0x10"})
  void iret_withABadStackSegment_faults(String cs, String ss) {
    MachineRun run = fixture().inKernel("handler");
    run.loadFrame(FRAME, Program.BASE, Long.decode(cs), 2, FRAME + 40, Long.decode(ss));
    assertEquals(Event.GP.ordinal(), run.step().delivered());
    assertEquals(Long.decode(ss) & 0xfffc, run.word(FRAME - 48));
  }

  @Test
  void iret_toANonCanonicalAddress_faults() {
    MachineRun run = fixture().inKernel("handler");
    run.loadFrame(FRAME, BAD_RIP, Selectors.USER_CS, 0x202, 0, Selectors.USER_DS);
    assertEquals(Event.GP.ordinal(), run.step().delivered());
  }

  @Test
  void iret_withNestedTaskSet_faults() {
    MachineRun run = fixture().inKernel("handler").set(Slot.RFLAGS, Rflags.NT);
    run.loadFrame(FRAME, Program.BASE, Selectors.KERNEL_CS, 2, FRAME + 40, Selectors.KERNEL_DS);
    assertEquals(Event.GP.ordinal(), run.step().delivered());
  }

  /** User mode with a 16-bit stack segment, interrupted; the handler's IRET is next. */
  private static MachineRun with16BitStack(long cs, long rsp) {
    EntryFixture fixture = fixture().sets(Slot.SS, Selectors.LDT_SS).sets(Slot.CS, cs);
    MachineRun run = fixture.sets(Slot.RSP, rsp).inUserMode();
    run.load(Slot.SS, Selectors.LDT_SS).load(Slot.CS, cs).load(Slot.RSP, rsp);
    run.arrive(Vector.UD);
    return run;
  }

  @Test
  void iret_toA16BitStackSegment_restoresOnlyBits15To0OfRsp() {
    MachineRun run = with16BitStack(Selectors.USER32_CS, 0x1234_5678);
    long kernel = run.read(Slot.RSP);
    Outcome seen = run.step();
    assertEquals(kernel & 0xffff_0000L | 0x5678, run.read(Slot.RSP));
    assertTrue(seen.differsIn(Slot.RSP), "the kernel's bits leak");
  }

  @Test
  void iret_toA16BitStackSegmentFromAStackWithTheSameHighBits_resumesExactly() {
    long high = EntryFixture.ENTRY & 0xffff_0000L;
    MachineRun run = with16BitStack(Selectors.USER32_CS, high | 0x5678);
    assertEquals(0, run.step().differences());
  }

  @Test
  void iret_to64BitCodeWithA16BitStackSegment_restoresAllOfRsp() {
    MachineRun run = with16BitStack(Selectors.USER_CS, 0x1234_5678);
    assertEquals(0, run.step().differences());
  }

  @ParameterizedTest
  @ValueSource(longs = {Token.USER_RAX + 4, 0x1000})
  void iret_toThe16BitStackSegment_needsANumberForRsp(long rsp) {
    MachineRun run = with16BitStack(Selectors.USER32_CS, rsp);
    run.step();
    boolean unknown = Token.is(rsp);
    assertEquals(unknown, run.read(Slot.HALT) != 0 && isUnmodelled(run));
  }

  private static boolean isUnmodelled(MachineRun run) {
    return Halt.kind(run.read(Slot.HALT)) == Halt.Kind.UNMODELLED;
  }

  @Test
  void iret_toAnotherSelectorOfTheLdt_isUnmodelled() {
    MachineRun run = fixture().inKernel("handler");
    run.loadFrame(FRAME, EntryFixture.USER_RIP, Selectors.USER_CS, 0x202, 0, 0x17);
    run.step();
    assertTrue(isUnmodelled(run));
  }

  @ParameterizedTest
  @CsvSource({"0x18, 0", "0x10, 0", "0x2b, 0x2b", "0, 0", "3, 3"})
  void iret_toUserMode_nullsTheSegmentsThatOnlyTheKernelMayUse(String before, String after) {
    MachineRun run = fixture().inUserMode();
    run.arrive(Vector.UD);
    run.load(Slot.DS, Long.decode(before)).load(Slot.GS, Long.decode(before)).step();
    assertEquals(Long.decode(after), run.read(Slot.DS));
    assertEquals(Long.decode(after), run.read(Slot.GS));
  }

  @Test
  void iret_toTheKernel_leavesTheSegmentsAlone() {
    MachineRun run = fixture().inKernel("syscall").load(Slot.DS, Selectors.KERNEL_DS);
    run.arrive(Vector.UD);
    run.step();
    assertEquals(Selectors.KERNEL_DS, run.read(Slot.DS));
  }

  @Test
  void iret_toKernelWithNullStackSegment_isFine() {
    MachineRun run = fixture().inUserMode();
    run.arrive(Vector.UD);
    run.load(EntryFixture.istSlot(1), EntryFixture.NMI).arrive(Vector.NMI);
    assertEquals(Event.NMI.ordinal(), run.step().resumed());
    assertEquals(0, run.read(Slot.SS));
  }

  @Test
  void iret_withADeadWordInItsFrame_ends() {
    MachineRun run = fixture().inKernel("handler").load(Slot.RSP, FRAME);
    assertTrue(run.step().found(Finding.DEAD_VALUE_USED));
  }

  @Test
  void iret_withAnUnknownSelector_ends() {
    MachineRun run = fixture().inKernel("handler");
    run.loadFrame(FRAME, Program.BASE, Token.CLOBBERED, 2, FRAME, Selectors.KERNEL_DS);
    assertTrue(run.step().found(Finding.TOKEN_USED));
  }

  @Test
  void iret_restoresTheFlagsOfTheFrame() {
    long flags = Rflags.FIXED | Rflags.IF | Rflags.DF | Rflags.AC | Rflags.IOPL | Rflags.ID;
    EntryFixture fixture = fixture();
    fixture.continues("gp", Event.SYSCALL, Continuation.Mode.RESTARTS, 0, 0);
    MachineRun run = fixture.inKernel("handler");
    long gp = fixture.address("gp");
    run.loadFrame(FRAME, gp, Selectors.KERNEL_CS, flags, FRAME + 40, Selectors.KERNEL_DS);
    run.set(Slot.RFLAGS, Rflags.CF);
    run.step();
    assertEquals(flags, run.read(Slot.RFLAGS));
    assertEquals(FRAME + 40, run.read(Slot.RSP));
    assertEquals(0, run.read(Slot.SHADOW), "no interrupt shadow");
  }

  @Test
  void iret_ofAnyHandler_unblocksNmis() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.NMI);
    run.arrive(Vector.UD);
    Outcome seen = run.step();
    assertEquals(Event.UD.ordinal(), seen.resumed());
    assertEquals(0, run.read(Slot.NMI_BLOCKED));
    assertTrue(seen.found(Finding.NMI_UNMASKED_EARLY));
  }

  @Test
  void iret_ofTheNmiItself_doesNotUnblockEarly() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.NMI);
    Outcome seen = run.step();
    assertEquals(0, run.read(Slot.NMI_BLOCKED));
    assertFalse(seen.found(Finding.NMI_UNMASKED_EARLY));
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "false, 1"})
  void iret_thatFaults_unblocksNmisByAssumption(boolean assumed, long blocked) {
    EntryFixture fixture = fixture().assume(Assumption.FAULTING_IRET_UNMASKS_NMI, assumed);
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.NMI);
    run.loadWord(EntryFixture.NMI - 32, 0, 2);
    Outcome seen = run.step();
    assertEquals(Event.GP.ordinal(), seen.delivered());
    assertEquals(blocked, run.read(Slot.NMI_BLOCKED));
    assertEquals(assumed, seen.found(Finding.NMI_UNMASKED_EARLY));
  }

  @Test
  void iret_thatEnablesInterruptsUnderAnNmi_isFound() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.NMI);
    run.arrive(Vector.UD);
    int flags = EntryFixture.word(EntryFixture.NMI - 48 - 24);
    assertEquals(Rflags.FIXED | Rflags.RF, run.read(flags), "the frame of #UD");
    run.set(flags, Rflags.IF);
    assertTrue(run.step().found(Finding.IRQS_ENABLED_IN_NMI));
  }

  @Test
  void iret_toUserMode_endsTheEntry() {
    MachineRun run = fixture().inUserMode();
    long[] before = run.all();
    run.arrive(Vector.NMI);
    Outcome seen = run.step();
    assertEquals(0, seen.findings());
    org.junit.jupiter.api.Assertions.assertArrayEquals(before, run.all());
  }

  @Test
  void iret_withA32BitOperandSize_isUnmodelled() {
    EntryFixture fixture = new EntryFixture().label("syscall").sized(Opcode.IRET, 4);
    MachineRun run = fixture.inKernel("syscall");
    run.step();
    assertEquals(Halt.Kind.UNMODELLED, Halt.kind(run.read(Slot.HALT)));
  }

  @ParameterizedTest
  @CsvSource({"ds, 0x2b", "fs, 0x2b", "fs_base, 0x1000"})
  void returnToUser_withASegmentThatIsNotTheUsers_resumesDifferently(String slot, String value) {
    EntryFixture fixture = fixture().label("back").add(Opcode.SYSRET);
    MachineRun run = fixture.inUserMode();
    run.enter(Event.SYSCALL);
    run.load(Slot.byName(slot), Long.decode(value));
    run.load(Slot.RIP, fixture.address("back"));
    assertTrue(run.step().found(Finding.RESUME_DIFFERS));
  }

  @Test
  void returnToUser_withASegmentThatTheUserMaySet_resumesExactly() {
    EntryFixture fixture = fixture().label("back").add(Opcode.SYSRET).sets(Slot.FS, 0x2bL);
    MachineRun run = fixture.inUserMode();
    run.userWrites(0);
    run.enter(Event.SYSCALL);
    run.load(Slot.RIP, fixture.address("back"));
    assertFalse(run.step().found(Finding.RESUME_DIFFERS));
  }
}
