package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.EventType;
import org.trapnest.x86.FredFrame;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Delivery by FRED. Source: Intel FRED specification, "FRED Event Delivery": "Determining and
 * Establishing the New Context", "Saving Information on the Regular Stack", "FRED Event Data",
 * "FRED Event Delivery and Double Faults".
 */
class FredDeliveryTest {
  private static final long SS_WORD = 40;

  private static EntryFixture fixture() {
    EntryFixture fixture =
        new EntryFixture().label("user").nops(4).label("kernel").nops(4).label("here").nops(4);
    for (Vector vector : Vector.values()) {
      fixture.arrives(vector);
    }
    fixture.enters(Event.SYSENTER, 0).enters(Event.SYSCALL32, 0).enters(Event.INT80, 0);
    return fixture.enters(Event.BP, 0).fred(0);
  }

  private static MachineRun inKernel(EntryFixture fixture) {
    MachineRun run = fixture.inKernel("here");
    return run.load(Slot.RSP, EntryFixture.THREAD - 64);
  }

  /** The frame's word at an offset from RSP. */
  private static long frameWord(MachineRun run, long offset) {
    return run.word(run.read(Slot.RSP) + offset);
  }

  @ParameterizedTest
  @EnumSource(Vector.class)
  void delivery_fromUserMode_usesLevelZeroAndTheUsersEntry(Vector vector) {
    MachineRun run = fixture().inUserMode();
    run.arrive(vector);
    long level = vector == Vector.DF ? 3 : 0;
    assertEquals(level, run.read(Slot.CSL));
    assertEquals(fixture().address("user"), run.read(Slot.RIP));
    long top = level == 0 ? EntryFixture.ENTRY : EntryFixture.DF;
    assertEquals(top - 64, run.read(Slot.RSP));
  }

  @ParameterizedTest
  @CsvSource({"DB, 1, mc", "NMI, 2, nmi", "MC, 2, nmi", "DF, 3, df", "PF, 0, thread"})
  void delivery_fromTheKernel_usesTheLevelOfTheVector(Vector vector, int level, String stack) {
    MachineRun run = inKernel(fixture());
    run.arrive(vector);
    assertEquals(level, run.read(Slot.CSL));
    assertEquals(fixture().address("kernel"), run.read(Slot.RIP));
    int region = fixture().model().memory().indexOf(run.read(Slot.RSP));
    assertEquals(EntryFixture.region(stack), region);
  }

  @Test
  void delivery_onAHigherLevelThanTheVectors_staysOnTheStack() {
    MachineRun run = inKernel(fixture());
    run.arrive(Vector.NMI);
    long rsp = run.read(Slot.RSP);
    Outcome nested = run.arrive(Vector.DB);
    assertEquals(2, run.read(Slot.CSL));
    assertEquals(rsp - 64, run.read(Slot.RSP));
    assertEquals(0, nested.findings(), "no frame is written over");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 64", "0, 8, 128", "0, 63, 128", "64, 0, 128", "128, 8, 256"})
  void delivery_onTheSameStack_keepsTheRedZoneAndAligns(long zone, long below, long lowered) {
    MachineRun run = inKernel(fixture().fred(zone));
    run.load(Slot.RSP, EntryFixture.THREAD - below);
    run.arrive(Vector.PF);
    assertEquals(EntryFixture.THREAD - lowered, run.read(Slot.RSP));
  }

  @Test
  void delivery_onALevelWhoseTopHoldsALiveFrame_findsTheReuse() {
    MachineRun run = inKernel(fixture());
    run.arrive(Vector.NMI);
    run.load(Slot.CSL, 0);
    assertTrue(run.arrive(Vector.MC).found(Finding.IST_TOP_REUSED));
  }

  @ParameterizedTest
  @EnumSource(Vector.class)
  void delivery_ofAnyVector_pushesTheFrame(Vector vector) {
    MachineRun run = inKernel(fixture());
    run.set(Slot.RFLAGS, Rflags.IF | Rflags.DF | Rflags.CF);
    run.load(Slot.CSL, 1);
    run.arrive(vector);
    boolean fault = vector.kind() == Vector.Kind.FAULT;
    long flags = Rflags.FIXED | Rflags.IF | Rflags.DF | Rflags.CF | (fault ? Rflags.RF : 0);
    assertEquals(0, frameWord(run, 0), "error code");
    assertEquals(fixture().address("here"), frameWord(run, 8));
    assertEquals(Selectors.KERNEL_CS | 1 << 16, frameWord(run, 16), "CS and stack level");
    assertEquals(flags, frameWord(run, 24), "RFLAGS, with RF for a fault");
    assertEquals(EntryFixture.THREAD - 64, frameWord(run, 32));
    long ss = frameWord(run, SS_WORD);
    assertEquals(Selectors.KERNEL_DS, ss & 0xffff);
    assertEquals(vector == Vector.NMI, (ss & FredFrame.NMI) != 0);
    assertEquals(vector.number(), ss >>> 32 & 0xff);
    assertEquals(EventType.of(vector).number(), ss >>> 48 & 0xf);
    assertEquals(1, ss >>> 57 & 1, "64-bit mode");
    assertEquals(0, ss >>> 58, "neither nested nor from an instruction");
    assertEquals(0, frameWord(run, 56), "reserved");
  }

  @Test
  void delivery_ofAnyEvent_loadsRflagsWithTwo() {
    MachineRun run = inKernel(fixture());
    run.set(Slot.RFLAGS, Rflags.IF | Rflags.DF | Rflags.AC | Rflags.CF | Rflags.NT);
    run.arrive(Vector.PF);
    assertEquals(2, run.read(Slot.RFLAGS));
  }

  @Test
  void delivery_withAnErrorCode_putsItIntoTheLowestWord() {
    EntryFixture fixture = fixture().enters(Event.GP, 0x1234);
    MachineRun run = fixture.inUserMode();
    run.enter(Event.GP);
    assertEquals(0x1234, frameWord(run, 0));
  }

  @Test
  void delivery_ofPageFault_hasTheAddressAsEventData() {
    MachineRun run = inKernel(fixture());
    run.arrive(Vector.PF);
    assertEquals(Token.FAULT_ADDRESS, frameWord(run, 48));
  }

  @Test
  void delivery_ofDebugTrap_hasTheCausesAsEventData() {
    MachineRun run = inKernel(fixture()).load(Slot.DR6, 0xffff_0ff0L);
    run.arrive(Vector.DB);
    assertEquals(1, frameWord(run, 48), "B0 and no reserved bit");
  }

  @Test
  void delivery_inTheShadowOfSti_savesIt() {
    MachineRun run = inKernel(fixture()).load(Slot.SHADOW, 1);
    run.arrive(Vector.PF);
    assertEquals(FredFrame.STI, frameWord(run, SS_WORD) & FredFrame.STI);
    assertEquals(0, run.read(Slot.SHADOW));
  }

  @Test
  void delivery_fromUserMode_exchangesTheGsBasesAndLoadsTheSegments() {
    MachineRun run = fixture().inUserMode();
    run.arrive(Vector.NMI);
    assertEquals(EntryFixture.KERNEL_GS, run.read(Slot.GS_BASE));
    assertEquals(EntryFixture.USER_GS, run.read(Slot.KERNEL_GS_BASE));
    assertEquals(EntryFixture.USER_GS, run.snapshot(0, Slot.GS_BASE));
    assertEquals(Selectors.KERNEL_DS, run.read(Slot.SS));
    assertEquals(Selectors.USER_DS, frameWord(run, SS_WORD) & 0xffff);
    assertEquals(EntryFixture.USER_CR3, run.read(Slot.CR3), "CR3 stays");
  }

  @Test
  void delivery_fromTheKernel_leavesGsAlone() {
    MachineRun run = inKernel(fixture());
    run.arrive(Vector.NMI);
    assertEquals(EntryFixture.KERNEL_GS, run.read(Slot.GS_BASE));
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
  }

  @ParameterizedTest
  @CsvSource({"SYSCALL, 7, 1, 1", "SYSCALL32, 7, 1, 0", "SYSENTER, 7, 2, 0", "INT80, 4, 128, 1"})
  void systemCall_isASoftwareEventWithAFrame(Event event, int type, int number, int longMode) {
    MachineRun run = fixture().inUserMode().set(Slot.RFLAGS, Rflags.TF);
    run.enter(event);
    long ss = frameWord(run, SS_WORD);
    assertEquals(FredFrame.SOFTWARE, ss & FredFrame.SOFTWARE);
    assertEquals(number, ss >>> 32 & 0xff);
    assertEquals(type, ss >>> 48 & 0xf);
    assertEquals(longMode, ss >>> 57 & 1);
    assertEquals(2, ss >>> 60, "the instruction's bytes");
    assertEquals(EntryFixture.USER_RIP, frameWord(run, 8));
    assertEquals(Token.USER_RAX + 1, run.read(Slot.RCX), "RCX is not written");
    assertEquals(0, run.read(Slot.DB_PENDING), "no single step in the kernel");
    assertEquals(event.ordinal(), run.context(0, ContextField.EVENT));
  }

  @Test
  void breakpoint_isASoftwareExceptionAndNoSoftwareEvent() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.BP);
    long ss = frameWord(run, SS_WORD);
    assertEquals(6, ss >>> 48 & 0xf);
    assertEquals(0, ss & FredFrame.SOFTWARE);
    assertEquals(1, ss >>> 60);
  }

  @Test
  void intN_inTheKernel_needsNoGate() {
    EntryFixture fixture =
        new EntryFixture().label("user").nops(1).label("kernel").nops(1).label("here");
    fixture.add(Opcode.INT, EntryFixture.imm(2)).add(Opcode.INT1).fred(0);
    MachineRun run = inKernel(fixture);
    run.step();
    long ss = frameWord(run, SS_WORD);
    assertEquals(4, ss >>> 48 & 0xf);
    assertEquals(0, ss & FredFrame.NMI, "INT 2 is no NMI");
    assertEquals(0, run.read(Slot.NMI_BLOCKED));
    assertEquals(0, run.read(Slot.CSL), "INT n has level 0");
  }

  @Test
  void int1_inTheKernel_hasTheLevelOfDebugTraps() {
    EntryFixture fixture =
        new EntryFixture().label("user").nops(1).label("kernel").nops(1).label("here");
    MachineRun run = inKernel(fixture.add(Opcode.INT1).nops(1).fred(0));
    run.step();
    assertEquals(5, frameWord(run, SS_WORD) >>> 48 & 0xf);
    assertEquals(1, run.read(Slot.CSL));
  }

  @Test
  void delivery_dropsADebugTrapThatWaits() {
    EntryFixture fixture = fixture().sets(Slot.DB_PENDING, 1L);
    MachineRun run = fixture.inUserMode();
    run.userWrites(0);
    run.enter(Event.SYSCALL);
    assertEquals(0, run.read(Slot.DB_PENDING));
  }

  @Test
  void fault_whileANmiIsDelivered_isNestedAtItsOwnLevel() {
    MachineRun run = inKernel(fixture());
    run.load(EntryFixture.fredSlot(2), 0x0001_0000_0000_0000L);
    Outcome seen = run.arrive(Vector.NMI);
    assertEquals(Event.SS.ordinal(), seen.delivered());
    assertEquals(FredFrame.NESTED, frameWord(run, SS_WORD) & FredFrame.NESTED);
    assertEquals(fixture().address("here"), frameWord(run, 8));
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
  }

  @Test
  void fault_whileAFaultIsDelivered_isADoubleFaultThatIsNotNested() {
    MachineRun run = inKernel(fixture()).load(Slot.RSP, 0x0001_0000_0000_0040L);
    Outcome seen = run.arrive(Vector.GP);
    assertEquals(Event.DF.ordinal(), seen.delivered());
    assertEquals(0, frameWord(run, SS_WORD) & FredFrame.NESTED);
    assertEquals(3, run.read(Slot.CSL));
  }

  @Test
  void fault_whileASystemCallIsDelivered_isNested() {
    EntryFixture fixture = fixture();
    MachineRun run = fixture.inUserMode();
    run.load(EntryFixture.fredSlot(0), 0x0001_0000_0000_0000L);
    Outcome seen = run.enter(Event.SYSCALL);
    assertEquals(Event.DF.ordinal(), seen.delivered(), "#SS on the same stack, and again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SWAPGS", "SYSRET", "SYSEXIT"})
  void instruction_thatFredReplaces_isUndefined(String name) {
    EntryFixture fixture =
        new EntryFixture().label("user").nops(1).label("kernel").nops(1).label("here");
    MachineRun run = inKernel(fixture.add(Opcode.valueOf(name)).nops(1).fred(0));
    assertEquals(Event.UD.ordinal(), run.step().delivered());
  }

  @ParameterizedTest
  @CsvSource({"0xffffffff90021000, true", "0xffffffff90021008, false", "0x4000000000000000, false"})
  void wrmsr_ofAStackLevel_takesCanonicalMultiplesOf64(String value, boolean valid) {
    EntryFixture fixture =
        new EntryFixture().label("user").nops(1).label("kernel").nops(1).label("here");
    MachineRun run = inKernel(fixture.add(Opcode.WRMSR).nops(1).fred(0));
    long top = Long.parseUnsignedLong(value.substring(2), 16);
    run.load(Slot.RCX, 0x1ce).load(Slot.RAX, top & 0xffff_ffffL).load(Slot.RDX, top >>> 32);
    Outcome seen = run.step();
    assertEquals(valid ? -1 : Event.GP.ordinal(), seen.delivered());
    assertEquals(valid ? top : EntryFixture.NMI, run.read(EntryFixture.fredSlot(2)));
  }
}
