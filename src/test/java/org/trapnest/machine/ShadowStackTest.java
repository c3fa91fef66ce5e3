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

/**
 * Supervisor shadow stacks in event delivery, returns, calls and system calls. Source: Intel SDM
 * volume 1, "Control-flow Enforcement Technology (CET)": "Shadow Stacks", "Supervisor Shadow Stack
 * Token"; volume 2, the operation of CALL, INT n, IRET, RET, SYSCALL and SYSRET.
 */
class ShadowStackTest {
  private static final long MAIN_TOKEN = EntryFixture.SHADOW_MAIN - 8;
  private static final long NMI_TOKEN = EntryFixture.SHADOW_NMI - 8;

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(2).label("here").nops(2);
    fixture.label("iret").add(Opcode.IRET).label("handler").add(Opcode.IRET).nops(1);
    fixture.gate(Vector.NMI, "handler", 1).gate(Vector.DF, "handler", 2);
    for (Vector vector : new Vector[] {Vector.PF, Vector.GP, Vector.UD, Vector.CP}) {
      fixture.gate(vector, "handler", 0);
    }
    fixture.arrives(Vector.NMI).arrives(Vector.UD).arrives(Vector.PF);
    return fixture.shadowStacks();
  }

  /** In the kernel with the main shadow stack taken. */
  private static MachineRun inKernel(EntryFixture fixture) {
    MachineRun run = fixture.inKernel("here").load(Slot.SSP, MAIN_TOKEN);
    return run.load(EntryFixture.shadowWord(MAIN_TOKEN), MAIN_TOKEN | 1);
  }

  private static MachineRun inKernel() {
    return inKernel(fixture());
  }

  private static long shadow(MachineRun run, long address) {
    return run.read(EntryFixture.shadowWord(address));
  }

  @ParameterizedTest
  @CsvSource({"UD, 0xffffffffc0000ff8", "NMI, 0xffffffffc0010ff8"})
  void delivery_fromUserMode_takesTheTokenAndPushesNothing(Vector vector, String token) {
    MachineRun run = fixture().inUserMode();
    run.load(EntryFixture.pl0Slot() + 1, 0);
    run.arrive(vector);
    long address = Long.parseUnsignedLong(token.substring(2), 16);
    assertEquals(address, run.read(Slot.SSP));
    assertEquals(address | 1, shadow(run, address), "busy");
    assertEquals(EntryFixture.USER_SSP, run.read(EntryFixture.pl0Slot() + 1), "PL3_SSP");
    assertEquals(Token.DEAD, shadow(run, address - 8));
  }

  @Test
  void delivery_inTheKernelWithoutIst_pushesOnTheCurrentShadowStack() {
    MachineRun run = inKernel();
    run.arrive(Vector.UD);
    assertEquals(MAIN_TOKEN - 24, run.read(Slot.SSP));
    assertEquals(Selectors.KERNEL_CS, shadow(run, MAIN_TOKEN - 8));
    assertEquals(fixture().address("here"), shadow(run, MAIN_TOKEN - 16));
    assertEquals(MAIN_TOKEN, shadow(run, MAIN_TOKEN - 24));
  }

  @Test
  void delivery_inTheKernelWithIst_takesTheTokenOfTheTableAndPushesThere() {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    assertEquals(NMI_TOKEN - 24, run.read(Slot.SSP));
    assertEquals(NMI_TOKEN | 1, shadow(run, NMI_TOKEN));
    assertEquals(Selectors.KERNEL_CS, shadow(run, NMI_TOKEN - 8));
    assertEquals(MAIN_TOKEN, shadow(run, NMI_TOKEN - 24));
  }

  @Test
  void delivery_onABusyIstShadowStack_raisesGeneralProtectionInstead() {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    run.load(Slot.NMI_BLOCKED, 0);
    Outcome again = run.arrive(Vector.NMI);
    assertTrue(again.found(Finding.SHADOW_TOKEN_BUSY), again.explanation());
    assertEquals(Event.GP.ordinal(), again.delivered());
    assertEquals(NMI_TOKEN - 48, run.read(Slot.SSP), "#GP stays on the shadow stack");
    assertEquals(NMI_TOKEN | 1, shadow(run, NMI_TOKEN));
    assertEquals(1, run.read(Slot.NMI_BLOCKED), "the NMI is gone");
    assertTrue(again.found(Finding.FRAME_OVERWRITTEN));
    assertEquals(
        run.snapshot(2, Slot.RIP),
        run.word(EntryFixture.NMI - 40),
        "its frame is written all the same");
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 8, 16, 24})
  void delivery_toAShadowStackThatIsNotAtTheTopOf32Bytes_raisesGeneralProtection(long below) {
    MachineRun run = inKernel();
    run.load(EntryFixture.shadowTableSlot(1), NMI_TOKEN - below);
    Outcome seen = run.arrive(Vector.NMI);
    assertEquals(Event.GP.ordinal(), seen.delivered());
    assertFalse(seen.found(Finding.SHADOW_TOKEN_BUSY));
  }

  @Test
  void delivery_behindSyscall_doubleFaultsForWantOfAShadowStack() {
    MachineRun run = inKernel().load(Slot.SSP, 0);
    Outcome seen = run.arrive(Vector.UD);
    assertEquals(Event.DF.ordinal(), seen.delivered());
    assertEquals(EntryFixture.SHADOW_DF - 8 - 24, run.read(Slot.SSP));
    assertEquals(-8, run.read(Slot.CR2));
  }

  @Test
  void delivery_behindSyscallWithIst_keepsTheNullPointer() {
    MachineRun run = inKernel().load(Slot.SSP, 0);
    run.arrive(Vector.NMI);
    assertEquals(0, shadow(run, NMI_TOKEN - 24));
    Outcome back = run.step();
    assertEquals(0, back.differences());
    assertEquals(0, run.read(Slot.SSP));
  }

  @Test
  void iret_toUserMode_freesTheTokenAndGivesTheUserItsOwn() {
    MachineRun run = fixture().inUserMode();
    long[] before = run.all();
    run.arrive(Vector.UD);
    Outcome back = run.step();
    assertEquals(0, back.differences());
    assertTrue(java.util.Arrays.equals(before, run.all()), "all is as before");
  }

  @Test
  void iret_toUserModeFromElsewhere_leavesTheTokenBusySilently() {
    MachineRun run = fixture().inUserMode();
    run.arrive(Vector.UD);
    run.load(EntryFixture.shadowWord(MAIN_TOKEN - 8), 7).load(Slot.SSP, MAIN_TOKEN - 8);
    Outcome back = run.step();
    assertEquals(Event.UD.ordinal(), back.resumed());
    assertEquals(MAIN_TOKEN | 1, shadow(run, MAIN_TOKEN));
    assertEquals(EntryFixture.USER_SSP, run.read(Slot.SSP));
    assertTrue(run.arrive(Vector.UD).found(Finding.SHADOW_TOKEN_BUSY), "until the next entry");
  }

  @Test
  void iret_toTheKernelFromAnIst_freesTheToken() {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    Outcome back = run.step();
    assertEquals(0, back.differences());
    assertEquals(NMI_TOKEN, shadow(run, NMI_TOKEN));
    assertEquals(MAIN_TOKEN, run.read(Slot.SSP));
    assertEquals(Token.DEAD, shadow(run, NMI_TOKEN - 8), "its words have died");
  }

  @Test
  void iret_onTheSameShadowStack_leavesTheTokenBusy() {
    MachineRun run = inKernel();
    run.arrive(Vector.UD);
    run.step();
    assertEquals(MAIN_TOKEN | 1, shadow(run, MAIN_TOKEN));
    assertEquals(MAIN_TOKEN, run.read(Slot.SSP));
  }

  @Test
  void continuation_onTheShadowStackBelow_keepsWhatLiesAtAndAboveSsp() {
    EntryFixture fixture = fixture();
    fixture.continues("iret", Event.SYSCALL, Continuation.Mode.REPLACES, 0, 8);
    MachineRun run = inKernel(fixture);
    run.arrive(Vector.NMI);
    run.load(EntryFixture.shadowWord(MAIN_TOKEN - 8), 77);
    run.load(EntryFixture.shadowWord(MAIN_TOKEN - 8) + 8, 2);
    run.load(EntryFixture.shadowWord(MAIN_TOKEN - 16), 78);
    run.load(EntryFixture.shadowWord(MAIN_TOKEN - 16) + 8, 2);
    run.load(EntryFixture.shadowWord(NMI_TOKEN - 16), fixture.address("iret"));
    run.load(EntryFixture.shadowWord(NMI_TOKEN - 24), MAIN_TOKEN - 8);
    run.load(EntryFixture.word(EntryFixture.NMI - 40), fixture.address("iret"));
    Outcome seen = run.step();
    assertEquals(0, seen.continuation(), seen.explanation());
    assertEquals(77, shadow(run, MAIN_TOKEN - 8));
    assertEquals(Token.DEAD, shadow(run, MAIN_TOKEN - 16), "below SSP it dies");
  }

  @ParameterizedTest
  @CsvSource({"8, 16", "16, 1", "24, 2"})
  void iret_thatDisagreesWithTheShadowStack_raisesControlProtection(int below, int xor) {
    MachineRun run = inKernel();
    run.arrive(Vector.UD);
    int slot = EntryFixture.shadowWord(MAIN_TOKEN - below);
    run.load(slot, run.read(slot) ^ xor);
    Outcome seen = run.step();
    assertTrue(seen.found(Finding.SHADOW_STACK_MISMATCH));
    assertEquals(Event.CP.ordinal(), seen.delivered());
    assertEquals(2, run.word(run.read(Slot.RSP)), "FAR-RET/IRET");
  }

  @Test
  void syscall_keepsTheUsersPointerAndHasNoneItself() {
    EntryFixture fixture = new EntryFixture().label("syscall").add(Opcode.SYSRET).shadowStacks();
    MachineRun run = fixture.inUserMode().load(EntryFixture.pl0Slot() + 1, 0);
    run.enter(Event.SYSCALL);
    assertEquals(0, run.read(Slot.SSP));
    assertEquals(EntryFixture.USER_SSP, run.read(EntryFixture.pl0Slot() + 1));
    assertEquals(0, run.step().differences());
    assertEquals(EntryFixture.USER_SSP, run.read(Slot.SSP));
  }

  private static EntryFixture calling() {
    EntryFixture fixture = new EntryFixture().label("here");
    fixture.add(Opcode.CALL, EntryFixture.imm(Program.address(2))).nops(1).add(Opcode.RET);
    fixture.label("cp").nops(1).label("next");
    fixture.add(Opcode.CALL, EntryFixture.imm(Program.address(5))).nops(1);
    return fixture.gate(Vector.CP, "cp", 0).gate(Vector.PF, "cp", 0).shadowStacks();
  }

  @Test
  void callAndRet_goThroughTheShadowStackToo() {
    MachineRun run = inKernel(calling());
    run.step();
    assertEquals(MAIN_TOKEN - 8, run.read(Slot.SSP));
    assertEquals(Program.address(1), shadow(run, MAIN_TOKEN - 8));
    run.step();
    assertEquals(MAIN_TOKEN, run.read(Slot.SSP));
    assertEquals(Program.address(1), run.read(Slot.RIP));
  }

  @Test
  void ret_thatDisagrees_raisesControlProtectionAndChangesNothing() {
    MachineRun run = inKernel(calling());
    run.step();
    run.load(EntryFixture.shadowWord(MAIN_TOKEN - 8), Program.address(3));
    long rsp = run.read(Slot.RSP);
    Outcome seen = run.step();
    assertEquals(Event.CP.ordinal(), seen.delivered());
    assertTrue(seen.found(Finding.SHADOW_STACK_MISMATCH));
    assertEquals(1, run.word(run.read(Slot.RSP)), "NEAR-RET");
    assertEquals(rsp, run.snapshot(1, Slot.RSP));
    assertEquals(MAIN_TOKEN - 8, run.snapshot(1, Slot.SSP));
  }

  @Test
  void call_toTheNextInstruction_pushesNothingOnTheShadowStack() {
    MachineRun run = inKernel(calling());
    run.load(Slot.RIP, calling().address("next"));
    run.step();
    assertEquals(MAIN_TOKEN, run.read(Slot.SSP));
  }

  @Test
  void call_behindSyscall_doubleFaultsToo() {
    EntryFixture fixture = calling().label("df").nops(1);
    MachineRun run = inKernel(fixture.gate(Vector.DF, "df", 2)).load(Slot.SSP, 0);
    assertEquals(Event.DF.ordinal(), run.step().delivered());
    assertEquals(EntryFixture.THREAD, run.snapshot(1, Slot.RSP), "nothing was pushed");
    assertEquals(-8, run.read(Slot.CR2));
  }

  @Test
  void breakpoint_whoseDeliveryFaults_isItselfTheFaultingInstruction() {
    EntryFixture fixture = new EntryFixture().label("here").add(Opcode.INT3).label("df").nops(1);
    fixture.gate(Vector.BP, "df", 0).gate(Vector.PF, "df", 0).gate(Vector.DF, "df", 2);
    MachineRun run = inKernel(fixture.shadowStacks()).load(Slot.SSP, 0);
    assertEquals(Event.DF.ordinal(), run.step().delivered());
    assertEquals(fixture.address("here"), run.word(EntryFixture.DF - 48 + 8));
  }

  @Test
  void store_toAShadowStack_raisesPageFaultForProtection() {
    EntryFixture fixture = new EntryFixture().label("here");
    fixture.add(Opcode.MOV, EntryFixture.reg("rax"), EntryFixture.at(NMI_TOKEN)).label("pf");
    MachineRun run = inKernel(fixture.nops(1).gate(Vector.PF, "pf", 0).shadowStacks());
    Outcome seen = run.step();
    assertEquals(Event.PF.ordinal(), seen.delivered());
    assertEquals(3, run.word(run.read(Slot.RSP)), "present and write");
    assertEquals(NMI_TOKEN, shadow(run, NMI_TOKEN));
  }

  @Test
  void machineWithoutShadowStacks_leavesSspAlone() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(1).label("ud").nops(1);
    MachineRun run = fixture.gate(Vector.UD, "ud", 0).arrives(Vector.UD).inKernel("syscall");
    run.arrive(Vector.UD);
    assertEquals(0, run.read(Slot.SSP));
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.CF);
  }
}
