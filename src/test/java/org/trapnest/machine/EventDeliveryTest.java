package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Delivery through the IDT. Source: Intel SDM volume 3, "Exception and Interrupt Handling in 64-bit
 * Mode", "64-Bit Mode Stack Frame", "Stack Switching in IA-32e Mode", "Interrupt Stack Table".
 */
class EventDeliveryTest {
  private static final long KERNEL_FLAGS = Rflags.FIXED;

  /**
   * A kernel in which every vector has a gate; those of NMI, #DF and #MC have stacks of their own.
   */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(4).label("handler").nops(4);
    for (Vector vector : Vector.values()) {
      int ist =
          switch (vector) {
            case NMI -> 1;
            case DF -> 2;
            case MC -> 3;
            default -> 0;
          };
      fixture.gate(vector, "handler", ist);
      fixture.arrives(vector);
    }
    return fixture;
  }

  @ParameterizedTest
  @CsvSource({
    "NMI, false, nmi",
    "NMI, true, nmi",
    "MC, true, mc",
    "IRQ, true, entry",
    "PF, true, entry",
    "PF, false, thread",
    "IRQ, false, thread"
  })
  void delivery_byGateAndPrivilege_choosesTheStack(Vector vector, boolean user, String stack) {
    MachineRun run = user ? fixture().inUserMode() : fixture().inKernel("syscall");
    run.set(Slot.RFLAGS, Rflags.IF);
    run.arrive(vector);
    assertEquals(
        EntryFixture.region(stack),
        fixture().model().memory().indexOf(run.read(Slot.RSP)),
        "the stack of " + vector);
  }

  @Test
  void delivery_onAnIstStackInUse_startsAtItsTopAgain() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.MC);
    run.load(Slot.MCG_STATUS, 0);
    Outcome again = run.arrive(Vector.MC);
    assertEquals(EntryFixture.MC - 40, run.read(Slot.RSP));
    assertTrue(again.found(Finding.IST_TOP_REUSED));
    assertTrue(again.found(Finding.FRAME_OVERWRITTEN));
  }

  @Test
  void delivery_onAnIstStackWhoseTopIsReleased_findsNothing() {
    EntryFixture fixture =
        new EntryFixture().label("syscall").nops(1).label("mc").nops(1).releases("mc").nops(2);
    MachineRun run = fixture.gate(Vector.MC, "mc", 3).arrives(Vector.MC).inKernel("syscall");
    run.arrive(Vector.MC);
    run.load(Slot.MCG_STATUS, 0);
    run.steps(2);
    assertEquals(0, run.arrive(Vector.MC).findings());
  }

  @Test
  void release_freesTheWordsOfTheFrame_soThatReadingThemIsFound() {
    EntryFixture fixture =
        new EntryFixture()
            .label("syscall")
            .nops(1)
            .label("mc")
            .releases("mc")
            .nops(1)
            .add(Opcode.IRET);
    MachineRun run = fixture.gate(Vector.MC, "mc", 3).arrives(Vector.MC).inKernel("syscall");
    run.arrive(Vector.MC);
    assertEquals(Selectors.KERNEL_CS, run.read(EntryFixture.word(EntryFixture.MC - 32)));
    run.step();
    assertEquals(Token.DEAD, run.read(EntryFixture.word(EntryFixture.MC - 32)));
    assertTrue(run.step().found(Finding.DEAD_VALUE_USED));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 8, 15})
  void delivery_onTheSameStack_alignsTheFrame(long misaligned) {
    MachineRun run = fixture().inKernel("syscall");
    run.load(Slot.RSP, EntryFixture.THREAD - 16 - misaligned);
    run.arrive(Vector.UD);
    long top = EntryFixture.THREAD - 16 - misaligned & ~0xfL;
    assertEquals(top - 40, run.read(Slot.RSP));
    assertEquals(EntryFixture.THREAD - 16 - misaligned, run.word(top - 16), "the RSP pushed");
  }

  @ParameterizedTest
  @EnumSource(Vector.class)
  void delivery_ofAnyVector_pushesTheFrame(Vector vector) {
    MachineRun run = fixture().inKernel("syscall");
    run.set(Slot.RFLAGS, Rflags.IF | Rflags.DF | Rflags.CF);
    run.load(Slot.RSP, EntryFixture.THREAD - 64);
    run.arrive(vector);
    long top = run.context(1, ContextField.FRAME) + 40;
    assertEquals(Selectors.KERNEL_DS, run.word(top - 8));
    assertEquals(EntryFixture.THREAD - 64, run.word(top - 16));
    boolean fault = vector.kind() == Vector.Kind.FAULT;
    long flags = KERNEL_FLAGS | Rflags.IF | Rflags.DF | Rflags.CF | (fault ? Rflags.RF : 0);
    assertEquals(flags, run.word(top - 24), "RFLAGS, with RF for a fault");
    assertEquals(Selectors.KERNEL_CS, run.word(top - 32));
    assertEquals(Program.BASE, run.word(top - 40));
    assertEquals(top - (vector.hasErrorCode() ? 48 : 40), run.read(Slot.RSP));
    assertEquals(vector.hasErrorCode() ? 0 : 8, run.read(Slot.RSP) & 0xf, "RSP modulo 16");
  }

  @Test
  void delivery_fromUserMode_loadsANullStackSegment() {
    MachineRun run = fixture().inUserMode();
    run.arrive(Vector.PF);
    assertEquals(0, run.read(Slot.SS));
    assertEquals(Selectors.KERNEL_CS, run.read(Slot.CS));
    assertEquals(Selectors.USER_DS, run.word(EntryFixture.ENTRY - 8));
  }

  @Test
  void delivery_fromKernelMode_keepsTheStackSegment() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.NMI);
    assertEquals(Selectors.KERNEL_DS, run.read(Slot.SS));
  }

  @Test
  void delivery_throughAnInterruptGate_clearsTheFlagsThatTheManualNames() {
    MachineRun run = fixture().inKernel("syscall");
    long kept = Rflags.DF | Rflags.AC | Rflags.CF | Rflags.ZF;
    run.set(Slot.RFLAGS, kept | Rflags.IF | Rflags.TF | Rflags.NT);
    run.arrive(Vector.UD);
    assertEquals(Rflags.FIXED | kept, run.read(Slot.RFLAGS));
  }

  @Test
  void delivery_throughATrapGate_keepsInterruptsEnabled() {
    EntryFixture fixture = fixture();
    Gate gate = new Gate(Vector.UD, fixture.address("handler"), 0, false, 0);
    MachineRun run = fixture.gate(Vector.UD, gate).inKernel("syscall");
    run.set(Slot.RFLAGS, Rflags.IF);
    run.arrive(Vector.UD);
    assertEquals(Rflags.FIXED | Rflags.IF, run.read(Slot.RFLAGS));
  }

  @Test
  void delivery_ofAnyEvent_leavesRegistersAndCr3AndGsAlone() {
    MachineRun run = fixture().inUserMode();
    run.arrive(Vector.NMI);
    for (int slot : new int[] {Slot.RAX, Slot.RCX, Slot.R11, 15}) {
      assertEquals(Token.USER_RAX + slot, run.read(slot));
    }
    assertEquals(EntryFixture.USER_CR3, run.read(Slot.CR3));
    assertEquals(EntryFixture.USER_GS, run.read(Slot.GS_BASE));
  }

  @Test
  void delivery_ofPageFault_setsCr2AndKeepsItOutOfTheResume() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.PF);
    assertEquals(Token.FAULT_ADDRESS, run.read(Slot.CR2));
  }

  @Test
  void delivery_ofNmi_blocksNmis() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.NMI);
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
  }

  @Test
  void delivery_ofMachineCheck_setsMcip() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.MC);
    assertEquals(4, run.read(Slot.MCG_STATUS));
  }

  @Test
  void delivery_withoutAGate_raisesGeneralProtectionThatNamesTheGate() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(1).label("gp").nops(1);
    MachineRun run = fixture.gate(Vector.GP, "gp", 0).arrives(Vector.UD).inKernel("syscall");
    Outcome seen = run.arrive(Vector.UD);
    assertEquals(Event.GP.ordinal(), seen.delivered());
    assertEquals(6 * 8 + 3, run.word(run.read(Slot.RSP)), "the error code, with EXT");
  }

  @Test
  void delivery_toANonCanonicalHandler_raisesGeneralProtection() {
    EntryFixture fixture = fixture();
    fixture.gate(Vector.UD, new Gate(Vector.UD, 0x8000_0000_0000_0000L, 0, true, 0));
    MachineRun run = fixture.inKernel("syscall");
    assertEquals(Event.GP.ordinal(), run.arrive(Vector.UD).delivered());
  }

  @Test
  void delivery_toANonCanonicalStack_raisesStackFault() {
    MachineRun run = fixture().inKernel("syscall");
    run.load(EntryFixture.istSlot(1), 0x0001_0000_0000_0000L);
    assertEquals(Event.SS.ordinal(), run.arrive(Vector.NMI).delivered());
  }

  @Test
  void delivery_onTheStackThatTheUserChose_findsStackUntrusted() {
    MachineRun run = fixture().sets(Slot.RSP, EntryFixture.NMI - 64).inUserMode();
    run.userWrites(0);
    run.enter(Event.SYSCALL);
    assertTrue(run.arrive(Vector.PF).found(Finding.STACK_UNTRUSTED));
  }

  @Test
  void delivery_onAnUnknownUserStack_endsWithStackUntrusted() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    assertTrue(run.arrive(Vector.PF).found(Finding.STACK_UNTRUSTED));
    assertEquals(Finding.STACK_UNTRUSTED, Halt.findingOf(run.read(Slot.HALT)).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(longs = {EntryFixture.KERNEL_CR3, EntryFixture.VARIABLE + 8, EntryFixture.TSS + 64})
  void delivery_outsideAnyStack_endsWithStackOutOfBounds(long rsp) {
    MachineRun run = fixture().inKernel("syscall");
    run.load(Slot.RSP, rsp);
    Outcome seen = run.arrive(Vector.UD);
    assertTrue(seen.found(Finding.STACK_OUT_OF_BOUNDS), seen.explanation());
    assertEquals(Finding.STACK_OUT_OF_BOUNDS, Halt.findingOf(run.read(Slot.HALT)).orElseThrow());
  }

  @Test
  void delivery_thatLeavesItsStackBelow_endsWithStackOutOfBounds() {
    MachineRun run = fixture().inKernel("syscall");
    run.load(Slot.RSP, EntryFixture.THREAD - 8L * EntryFixture.WORDS + 32);
    assertTrue(run.arrive(Vector.UD).found(Finding.STACK_OUT_OF_BOUNDS));
  }

  @Test
  void delivery_overAnotherContextsFrame_findsFrameOverwritten() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.PF);
    run.load(Slot.RSP, EntryFixture.THREAD - 16);
    Outcome seen = run.arrive(Vector.UD);
    assertTrue(seen.found(Finding.FRAME_OVERWRITTEN));
    assertFalse(seen.found(Finding.IST_TOP_REUSED), "no IST stack is involved");
  }

  @Test
  void delivery_ofAnyEvent_snapshotsTheBoundaryAndOwnsItsFrame() {
    MachineRun run = fixture().inKernel("syscall");
    run.load(Slot.CR2, 0x1234).load(12, 77);
    run.arrive(Vector.NMI);
    assertEquals(2, run.read(Slot.CONTEXTS));
    assertEquals(Event.NMI.ordinal(), run.context(1, ContextField.EVENT));
    assertEquals(EntryFixture.NMI - 40, run.context(1, ContextField.FRAME));
    assertEquals(Program.BASE, run.snapshot(1, Slot.RIP));
    assertEquals(EntryFixture.THREAD, run.snapshot(1, Slot.RSP));
    assertEquals(0x1234, run.snapshot(1, Slot.CR2));
    assertEquals(77, run.snapshot(1, 12));
    assertEquals(2, run.read(EntryFixture.owner(EntryFixture.NMI - 8)));
  }
}
