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

/**
 * Source: Intel SDM volume 2, "SYSCALL", "SYSRET", "SYSENTER", "SYSEXIT"; AMD APM volume 2,
 * "SYSCALL and SYSRET".
 */
class FastSystemCallsTest {
  private static final long USER_RAX = Token.USER_RAX;
  private static final long BAD_RIP = 0x8000_0000_0000L;

  /** Each way in leads straight to its way out. */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").sized(Opcode.SYSRET, 8);
    fixture.label("syscall32").sized(Opcode.SYSRET, 4).label("sysenter").sized(Opcode.SYSEXIT, 4);
    fixture.label("gp").nops(2).gate(Vector.GP, "gp", 0).gate(Vector.DB, "gp", 3);
    return fixture.enters(Event.SYSCALL32, 0).enters(Event.SYSENTER, 0);
  }

  @Test
  void syscall_setsWhatTheManualSays() {
    MachineRun run = fixture().sets(Slot.RFLAGS, 0x40_0ed7L).inUserMode();
    run.userWrites(0);
    Outcome seen = run.enter(Event.SYSCALL);
    assertEquals(Event.SYSCALL.ordinal(), seen.delivered());
    assertEquals(EntryFixture.USER_RIP, run.read(Slot.RCX));
    assertEquals(0x40_0ed7L, run.read(Slot.R11));
    assertEquals(0x40_0ed7L & ~EntryFixture.FMASK, run.read(Slot.RFLAGS) & 0xffff_ffffL);
    assertEquals(Selectors.KERNEL_CS, run.read(Slot.CS));
    assertEquals(Selectors.KERNEL_DS, run.read(Slot.SS));
    assertEquals(fixture().address("syscall"), run.read(Slot.RIP));
  }

  @Test
  void syscall_leavesStackAndGsAndCr3AndPushesNothing() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    assertEquals(USER_RAX + Slot.RSP, run.read(Slot.RSP));
    assertEquals(EntryFixture.USER_GS, run.read(Slot.GS_BASE));
    assertEquals(EntryFixture.USER_CR3, run.read(Slot.CR3));
    assertEquals(1, run.read(Slot.CONTEXTS));
    assertEquals(0, run.context(0, ContextField.FRAME));
    assertEquals(EntryFixture.USER_RIP, run.snapshot(0, Slot.RIP));
  }

  @Test
  void sysret_afterSyscall_isUserModeAgain() {
    MachineRun run = fixture().inUserMode();
    long[] before = run.all();
    run.enter(Event.SYSCALL);
    run.load(Slot.RAX, 5);
    Outcome seen = run.step();
    assertEquals(0, seen.findings());
    assertEquals(Event.SYSCALL.ordinal(), seen.resumed());
    assertArrayEquals(before, run.all());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 8, 12, Slot.RSP, Slot.GS_BASE, Slot.CR3, Slot.SPEC_CTRL, Slot.DR7})
  void sysret_withAnotherRegisterChanged_differs(int slot) {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    assertTrue(run.load(slot, 0x77).step().differsIn(slot));
  }

  @Test
  void sysret_atANonCanonicalAddressOnIntel_faultsInTheKernelOnTheUsersStack() {
    MachineRun run = fixture().sets(Slot.RSP, EntryFixture.NMI - 64).inUserMode();
    run.userWrites(0);
    run.enter(Event.SYSCALL);
    Outcome seen = run.load(Slot.RCX, BAD_RIP).step();
    assertTrue(seen.found(Finding.SYSRET_UNSAFE));
    assertEquals(Event.GP.ordinal(), seen.delivered());
    assertTrue(seen.found(Finding.STACK_UNTRUSTED));
    assertEquals(Selectors.KERNEL_CS, run.snapshot(1, Slot.CS));
  }

  @Test
  void sysret_atANonCanonicalAddressOnAmd_reachesUserMode() {
    EntryFixture fixture = fixture().assume(Assumption.SYSRET_FAULTS_IN_KERNEL, false);
    MachineRun run = fixture.inUserMode();
    run.enter(Event.SYSCALL);
    Outcome seen = run.load(Slot.RCX, BAD_RIP).step();
    assertTrue(seen.found(Finding.SYSRET_UNSAFE));
    assertEquals(-1, seen.delivered());
    assertEquals(Selectors.USER_CS, run.read(Slot.CS));
    assertTrue(seen.found(Finding.UNKNOWN_RETURN));
  }

  @ParameterizedTest
  @CsvSource({"0x202, false", "0x302, true", "0x10202, true", "0xed7, false"})
  void sysret_withRfOrTfInR11_isUnsafe(String flags, boolean unsafe) {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    Outcome seen = run.load(Slot.R11, Long.decode(flags)).step();
    assertEquals(unsafe, seen.found(Finding.SYSRET_UNSAFE));
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.RF);
  }

  @Test
  void sysret_withTfInR11_trapsBeforeAnyUserInstruction() {
    MachineRun run = fixture().sets(Slot.RFLAGS, 0x302L).inUserMode();
    run.userWrites(0);
    run.enter(Event.SYSCALL);
    run.step();
    Outcome seen = run.take(MachineRun.pending(Vector.DB));
    assertEquals(Event.DB.ordinal(), seen.delivered());
    assertEquals(Selectors.USER_CS, run.snapshot(0, Slot.CS));
    assertEquals(EntryFixture.USER_RIP, run.snapshot(0, Slot.RIP));
  }

  @Test
  void sysret_leavesNmisBlocked() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    run.load(Slot.NMI_BLOCKED, 1).step();
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
  }

  @ParameterizedTest
  @ValueSource(ints = {Slot.RCX, Slot.R11})
  void sysret_withAnUnknownTargetOrFlags_ends(int slot) {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    assertTrue(run.load(slot, Token.CLOBBERED).step().found(Finding.TOKEN_USED));
  }

  @Test
  void syscall32_andSysretl_compareLowHalvesOnly() {
    MachineRun run = fixture().inUserMode();
    long[] before = run.all();
    run.enter(Event.SYSCALL32);
    assertEquals(fixture().address("syscall32"), run.read(Slot.RIP));
    run.load(Slot.RSP, Token.lowHalf(USER_RAX + Slot.RSP)).load(5, Token.lowHalf(USER_RAX + 5));
    assertEquals(0, run.step().findings());
    assertArrayEquals(before, run.all());
  }

  @Test
  void syscall32_returningTo64BitCode_differs() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL32);
    run.load(Slot.RIP, fixture().address("syscall"));
    assertTrue(run.step().differsIn(Slot.CS));
  }

  @Test
  void sysenter_savesNothingAndTakesTheDeclaredStack() {
    MachineRun run = fixture().sets(Slot.RFLAGS, 0x4_4602L).inUserMode();
    run.userWrites(0);
    run.enter(Event.SYSENTER);
    assertEquals(EntryFixture.ENTRY, run.read(Slot.RSP));
    assertEquals(0x4_4402L, run.read(Slot.RFLAGS), "IF is cleared, NT, AC and DF are kept");
    assertEquals(USER_RAX + Slot.RCX, run.read(Slot.RCX));
    assertEquals(USER_RAX + Slot.R11, run.read(Slot.R11));
    assertEquals(Token.DEAD, run.word(EntryFixture.ENTRY - 8));
  }

  private static MachineRun afterSysenter() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSENTER);
    run.set(Slot.RFLAGS, Rflags.IF).load(Slot.RDX, EntryFixture.SYSENTER_RETURN);
    return run.load(Slot.RCX, USER_RAX + 5);
  }

  @Test
  void sysexit_toTheLandingPadWithTheStackFromRbp_isUserModeAgain() {
    MachineRun run = afterSysenter();
    assertEquals(0, run.step().findings());
    assertArrayEquals(fixture().inUserMode().all(), run.all());
  }

  @ParameterizedTest
  @CsvSource({"8, 0x33, 0x3b", "4, 0x23, 0x2b"})
  void sysexit_loadsTheSelectorsOfItsOperandSize(int bytes, String cs, String ss) {
    EntryFixture fixture = new EntryFixture().label("syscall").sized(Opcode.SYSEXIT, bytes);
    MachineRun run = fixture.inUserMode();
    run.enter(Event.SYSCALL);
    run.load(Slot.RDX, EntryFixture.USER_RIP).load(Slot.RCX, 0x1000).step();
    assertEquals(Long.decode(cs), run.read(Slot.CS));
    assertEquals(Long.decode(ss), run.read(Slot.SS));
  }

  @ParameterizedTest
  @CsvSource({"4, false", "3, true"})
  void sysexit_withAnotherStack_differs(int register, boolean concrete) {
    long value = concrete ? 0x1000 : USER_RAX + register;
    assertTrue(afterSysenter().load(Slot.RCX, value).step().differsIn(Slot.RSP));
  }

  @Test
  void sysexit_elsewhere_isUnknown() {
    long elsewhere = EntryFixture.USER_RIP;
    assertTrue(afterSysenter().load(Slot.RDX, elsewhere).step().found(Finding.UNKNOWN_RETURN));
  }

  @Test
  void sysexit_withInterruptsOff_differsInRflags() {
    MachineRun run = afterSysenter().clear(Slot.RFLAGS, Rflags.IF);
    assertTrue(run.step().differsIn(Slot.RFLAGS));
  }

  @Test
  void sysenter_mayChangeTheArithmeticFlags() {
    assertFalse(afterSysenter().set(Slot.RFLAGS, Rflags.ZF).step().differsIn(Slot.RFLAGS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SYSCALL", "SYSENTER"})
  void entryInstruction_inKernelMode_isUnmodelled(Opcode opcode) {
    MachineRun run = fixture().label("here").add(opcode).inKernel("here");
    run.step();
    assertEquals(Halt.Kind.UNMODELLED, Halt.kind(run.read(Slot.HALT)));
  }
}
