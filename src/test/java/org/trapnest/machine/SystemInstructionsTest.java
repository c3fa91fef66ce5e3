package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trapnest.machine.EntryFixture.reg;
import static org.trapnest.machine.EntryFixture.special;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Privileged instructions. Source: Intel SDM volume 2, the page of each instruction; volume 3,
 * "Segment Loading Instructions in IA-32e Mode"; volume 4, "Architectural MSRs".
 */
class SystemInstructionsTest {
  private static final long NOT_CANONICAL = 0x8000_0000_0000L;

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(2);
    for (Vector vector : new Vector[] {Vector.GP, Vector.UD, Vector.PF}) {
      fixture.gate(vector, "syscall", 0);
    }
    return fixture.gate(Vector.NMI, "syscall", 1).arrives(Vector.NMI).label("here");
  }

  private static MachineRun at(Opcode opcode, Operand... operands) {
    return fixture().add(opcode, operands).nops(2).inKernel("here");
  }

  private static MachineRun fsgsbase(Opcode opcode, Operand... operands) {
    EntryFixture fixture = fixture().assume(Assumption.FSGSBASE, true);
    return fixture.add(opcode, operands).nops(2).inKernel("here");
  }

  private static void assertFaults(Event event, long errorCode, MachineRun run) {
    assertEquals(event.ordinal(), run.step().delivered());
    if (event != Event.UD) {
      assertEquals(errorCode, run.word(run.read(Slot.RSP)), "the error code");
    }
    assertEquals(fixture().address("here"), run.snapshot(1, Slot.RIP), "RIP of the instruction");
  }

  @Test
  void sti_thatSetsIf_castsAShadowOverOneBoundary() {
    MachineRun run = at(Opcode.STI);
    run.step();
    assertEquals(1, run.read(Slot.SHADOW));
    assertEquals(Rflags.FIXED | Rflags.IF, run.read(Slot.RFLAGS));
    run.step();
    assertEquals(0, run.read(Slot.SHADOW));
  }

  @Test
  void sti_whenInterruptsAreEnabled_castsNone() {
    MachineRun run = at(Opcode.STI).set(Slot.RFLAGS, Rflags.IF);
    run.step();
    assertEquals(0, run.read(Slot.SHADOW));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void sti_underAnNmi_isFound(boolean underNmi) {
    MachineRun run = at(Opcode.STI);
    if (underNmi) {
      run.arrive(Vector.NMI);
      run.load(Slot.RIP, fixture().address("here"));
    }
    assertEquals(underNmi, run.step().found(Finding.IRQS_ENABLED_IN_NMI));
  }

  @Test
  void cli_clearsIf() {
    MachineRun run = at(Opcode.CLI).set(Slot.RFLAGS, Rflags.IF);
    run.step();
    assertEquals(Rflags.FIXED, run.read(Slot.RFLAGS));
  }

  @Test
  void ud2_raisesInvalidOpcode() {
    assertFaults(Event.UD, 0, at(Opcode.UD2));
  }

  @ParameterizedTest
  @EnumSource(names = {"PAUSE", "WBINVD"})
  void instruction_withoutVisibleEffect_goesOn(Opcode opcode) {
    MachineRun run = at(opcode);
    run.step();
    assertEquals(Program.address(3), run.read(Slot.RIP));
  }

  @Test
  void cpuid_clobbersItsFourRegisters() {
    MachineRun run = at(Opcode.CPUID);
    run.step();
    for (int slot = 0; slot < 4; slot++) {
      assertEquals(Token.clobbered(slot), run.read(slot));
    }
    assertEquals(EntryFixture.THREAD, run.read(Slot.RSP));
  }

  @ParameterizedTest
  @CsvSource({"IN", "RDTSC"})
  void input_mayBeAnything(Opcode opcode) {
    Operand[] none = {};
    Operand[] port = {EntryFixture.imm(0x61), EntryFixture.reg("al")};
    MachineRun run = at(opcode, opcode == Opcode.IN ? port : none);
    run.step();
    assertEquals(Token.input(1), run.read(Slot.RAX));
    assertEquals(opcode == Opcode.IN ? 0 : Token.input(1), run.read(Slot.RDX));
    assertTrue(Token.isUsers(run.read(Slot.RAX)));
  }

  @Test
  void out_changesNothing() {
    MachineRun run = at(Opcode.OUT, EntryFixture.reg("al"), EntryFixture.imm(0x70));
    long[] before = run.all();
    run.step();
    before[Slot.RIP] = run.read(Slot.RIP);
    assertArrayEquals(before, run.all());
  }

  @Test
  void cpuid_whereTheInterruptedCodeHoldsItsResult_leavesAnother() {
    MachineRun run = at(Opcode.CPUID);
    run.load(run.snapshotSlot(Slot.RAX), Token.clobbered(Slot.RAX)).step();
    assertEquals(Token.clobberedAgain(Slot.RAX), run.read(Slot.RAX));
    assertEquals(Token.clobbered(Slot.RCX), run.read(Slot.RCX));
  }

  @Test
  void swapgs_exchangesTheBases() {
    MachineRun run = at(Opcode.SWAPGS);
    run.step();
    assertEquals(EntryFixture.USER_GS, run.read(Slot.GS_BASE));
    assertEquals(EntryFixture.KERNEL_GS, run.read(Slot.KERNEL_GS_BASE));
  }

  @ParameterizedTest
  @EnumSource(names = {"RDGSBASE", "WRGSBASE", "RDFSBASE", "WRFSBASE"})
  void baseInstruction_withoutFsgsbase_isInvalid(Opcode opcode) {
    assertFaults(Event.UD, 0, at(opcode, reg("rax")));
  }

  @Test
  void rdgsbase_withFsgsbase_readsTheBase() {
    MachineRun run = fsgsbase(Opcode.RDGSBASE, reg("rbx"));
    run.step();
    assertEquals(EntryFixture.KERNEL_GS, run.read(3));
  }

  @Test
  void wrgsbase_withFsgsbase_takesAnyCanonicalBase() {
    MachineRun run = fsgsbase(Opcode.WRGSBASE, reg("rbx")).load(3, -4096);
    run.step();
    assertEquals(-4096, run.read(Slot.GS_BASE));
    assertFaults(Event.GP, 0, fsgsbase(Opcode.WRGSBASE, reg("rbx")).load(3, NOT_CANONICAL));
  }

  @Test
  void rdmsr_splitsTheValue() {
    MachineRun run = at(Opcode.RDMSR).load(Slot.RCX, 0xffff_ffff_0000_0000L | 0xc000_0101L);
    run.step();
    assertEquals(EntryFixture.KERNEL_GS & 0xffff_ffffL, run.read(Slot.RAX));
    assertEquals(EntryFixture.KERNEL_GS >>> 32, run.read(Slot.RDX));
  }

  @ParameterizedTest
  @CsvSource({
    "0x48, 34, 7",
    "0x17a, 35, 0",
    "0xc0000100, 25, 0x1000",
    "0xc0000101, 26, 0x2000",
    "0xc0000102, 27, 0x3000"
  })
  void wrmsr_ofAKnownMsr_writesItsRegister(String number, int slot, String value) {
    MachineRun run = at(Opcode.WRMSR).load(slot, 4).load(Slot.RCX, Long.decode(number));
    run.load(Slot.RAX, Long.decode(value)).step();
    assertEquals(Long.decode(value), run.read(slot));
  }

  @Test
  void wrmsr_ofADeclaredMsr_writesBothHalves() {
    MachineRun run = at(Opcode.WRMSR).load(Slot.RCX, 0x123).load(Slot.RAX, 5).load(Slot.RDX, 6);
    run.step();
    assertEquals(0x6_0000_0005L, run.read(EntryFixture.msrSlot()));
  }

  @ParameterizedTest
  @CsvSource({"0x48, 8", "0x48, 0xffffffff", "0x999, 0"})
  void wrmsr_ofReservedBitsOrAnUnknownMsr_faults(String number, String value) {
    MachineRun run = at(Opcode.WRMSR).load(Slot.RCX, Long.decode(number));
    assertFaults(Event.GP, 0, run.load(Slot.RAX, Long.decode(value)));
  }

  @Test
  void wrmsr_ofANonCanonicalBase_faults() {
    MachineRun run = at(Opcode.WRMSR).load(Slot.RCX, Msr.GS_BASE & 0xffff_ffffL);
    assertFaults(Event.GP, 0, run.load(Slot.RDX, NOT_CANONICAL >>> 32));
  }

  @Test
  void rdmsr_ofAnUnknownMsr_faults() {
    assertFaults(Event.GP, 0, at(Opcode.RDMSR).load(Slot.RCX, 0x999));
  }

  @ParameterizedTest
  @EnumSource(names = {"RDMSR", "WRMSR"})
  void msrInstruction_onAnMsrThatTheModelFixes_isUnmodelled(Opcode opcode) {
    MachineRun run = at(opcode).load(Slot.RCX, Msr.LSTAR & 0xffff_ffffL);
    run.step();
    assertEquals(Halt.Kind.UNMODELLED, Halt.kind(run.read(Slot.HALT)));
  }

  @ParameterizedTest
  @ValueSource(ints = {Slot.RAX, Slot.RCX, Slot.RDX})
  void wrmsr_ofAnUnknownValue_ends(int slot) {
    MachineRun run = at(Opcode.WRMSR).load(Slot.RCX, 0x48);
    assertTrue(run.load(slot, Token.CLOBBERED).step().found(Finding.TOKEN_USED));
  }

  @Test
  void movCr3_loadsThePageTablesButNotTheNoFlushBit() {
    MachineRun run = at(Opcode.MOV_CR, reg("rax"), special(Slot.CR3));
    run.load(Slot.RAX, EntryFixture.USER_CR3 | 0x801 | 1L << 63).step();
    assertEquals(EntryFixture.USER_CR3 | 0x801, run.read(Slot.CR3));
  }

  @ParameterizedTest
  @CsvSource({
    "10001801, 4, its own",
    "8000000010001801, 6, none since bit 63 says so",
    "10000001, 6, those of the kernel",
    "10001803, 6, those of another PCID"
  })
  void movCr3_dropsTheStaleTranslationsOfTheUsersPcid(String cr3, long stale, String which) {
    MachineRun run = at(Opcode.MOV_CR, reg("rax"), special(Slot.CR3));
    run.load(Slot.RAX, Long.parseUnsignedLong(cr3, 16)).load(EntryFixture.variableSlot(), 6).step();
    assertEquals(stale, run.read(EntryFixture.variableSlot()), which);
  }

  @Test
  void movCr3_ofUndeclaredPageTables_isUnmodelled() {
    MachineRun run = at(Opcode.MOV_CR, reg("rax"), special(Slot.CR3)).load(Slot.RAX, 0x7000);
    run.step();
    assertEquals(Halt.Kind.UNMODELLED, Halt.kind(run.read(Slot.HALT)));
  }

  @Test
  void movCr3_ofADeadValue_ends() {
    MachineRun run = at(Opcode.MOV_CR, reg("rax"), special(Slot.CR3)).load(Slot.RAX, Token.DEAD);
    assertTrue(run.step().found(Finding.DEAD_VALUE_USED));
  }

  @Test
  void movCr2_movesAnUnknownAddress() {
    MachineRun run = at(Opcode.MOV_CR, reg("rax"), special(Slot.CR2));
    run.load(Slot.RAX, Token.FAULT_ADDRESS).step();
    assertEquals(Token.FAULT_ADDRESS, run.read(Slot.CR2));
  }

  @ParameterizedTest
  @ValueSource(ints = {Slot.CR2, Slot.CR3})
  void movFromControlRegister_readsIt(int slot) {
    MachineRun run = at(Opcode.MOV_CR, special(slot), reg("rbx"));
    long value = run.read(slot);
    run.step();
    assertEquals(value, run.read(3));
  }

  @Test
  void movDr7_movesBothWays() {
    MachineRun run = at(Opcode.MOV_DR, special(Slot.DR7), reg("rbx")).load(Slot.DR7, 0x401);
    run.step();
    assertEquals(0x401, run.read(3));
    MachineRun back = at(Opcode.MOV_DR, reg("rbx"), special(Slot.DR7)).load(3, 0x400);
    back.step();
    assertEquals(0x400, back.read(Slot.DR7));
  }

  /** SDM volume 2, "POP": of instructions that delay interrupts, only the first is sure to. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void movSsOrSti_inAShadow_castsNone(long shadow) {
    MachineRun second = at(Opcode.MOV_SEGMENT, reg("eax"), special(Slot.SS));
    second.load(Slot.RAX, Selectors.KERNEL_DS).load(Slot.SHADOW, shadow).step();
    assertEquals(0, second.read(Slot.SHADOW));
    MachineRun sti = at(Opcode.STI).clear(Slot.RFLAGS, Rflags.IF).load(Slot.SHADOW, shadow);
    sti.step();
    assertEquals(0, sti.read(Slot.SHADOW));
  }

  @ParameterizedTest
  @CsvSource({
    "24, 0x2b",
    "24, 0",
    "24, 3",
    "21, 0x18",
    "22, 0x2b",
    "23, 0x23",
    "20, 0x18",
    "20, 0"
  })
  void movToSegmentRegister_ofAGoodSelector_loadsIt(int slot, String selector) {
    MachineRun run = at(Opcode.MOV_SEGMENT, reg("eax"), special(slot)).load(slot, 0x33);
    run.load(Slot.RAX, Long.decode(selector)).step();
    assertEquals(Long.decode(selector), run.read(slot));
    assertEquals(slot == Slot.SS ? 2 : 0, run.read(Slot.SHADOW));
    assertEquals(slot == Slot.GS ? 0 : EntryFixture.KERNEL_GS, run.read(Slot.GS_BASE));
  }

  @ParameterizedTest
  @CsvSource({"24, 0x4b", "24, 0x0f", "20, 0x2b", "21, 0x100", "19, 0x10"})
  void movToSegmentRegister_ofABadSelector_faults(int slot, String selector) {
    MachineRun run = at(Opcode.MOV_SEGMENT, reg("eax"), special(slot));
    run.load(Slot.RAX, Long.decode(selector));
    assertFaults(slot == Slot.CS ? Event.UD : Event.GP, Long.decode(selector) & 0xfffc, run);
  }

  @ParameterizedTest
  @EnumSource(names = {"PUSH_SEGMENT", "POP_SEGMENT"})
  void pushOrPop_ofAnOldSegmentRegister_isInvalid(Opcode opcode) {
    assertFaults(Event.UD, 0, at(opcode, special(Slot.DS)));
  }

  @Test
  void popGs_thatFaults_leavesTheStackPointer() {
    MachineRun run = at(Opcode.POP_SEGMENT, special(Slot.GS));
    run.loadWord(EntryFixture.THREAD - 8, 0x4b, 1).load(Slot.RSP, EntryFixture.THREAD - 8);
    run.step();
    assertEquals(EntryFixture.THREAD - 8, run.snapshot(1, Slot.RSP));
  }

  @ParameterizedTest
  @CsvSource({"0x7b, 0, true", "0x10, 0xffffffff, true", "0x43, 5, false"})
  void lsl_givesTheLimitOrClearsZf(String selector, String limit, boolean valid) {
    MachineRun run = at(Opcode.LSL, reg("eax"), reg("rbx")).load(3, 5);
    run.load(Slot.RAX, Long.decode(selector)).load(Slot.FLAGS_TOKEN, Token.CLOBBERED).step();
    assertEquals(Long.decode(limit), run.read(3));
    assertEquals(valid ? Rflags.ZF : 0, run.read(Slot.RFLAGS) & Rflags.ZF);
    assertEquals(0, ArithmeticFlags.dependent(stateOf(run)) & Rflags.ZF, "ZF is known");
  }

  private static MachineState stateOf(MachineRun run) {
    MachineState state = new MachineState(run.all().length);
    state.loadAll(run.all());
    return state;
  }

  @Test
  void execution_thatLeavesTheProgram_isUnmodelledWithTheAddress() {
    MachineRun run = fixture().nops(1).inKernel("here").load(Slot.RIP, 0x1230);
    Outcome seen = run.step();
    assertEquals(Halt.Kind.UNMODELLED, Halt.kind(run.read(Slot.HALT)));
    assertTrue(seen.explanation().contains("0x1230"), seen.explanation());
  }

  @Test
  void faultingInstruction_leavesNothingBehindButItsFault() {
    MachineRun run = at(Opcode.POP, EntryFixture.at(0x1000));
    run.loadWord(EntryFixture.THREAD - 8, 7, 1).load(Slot.RSP, EntryFixture.THREAD - 8);
    Outcome seen = run.step();
    assertEquals(Event.PF.ordinal(), seen.delivered());
    assertTrue(seen.found(Finding.UNMAPPED_ACCESS));
    assertEquals(EntryFixture.THREAD - 8, run.snapshot(1, Slot.RSP));
    assertEquals(0x1000, run.read(Slot.CR2));
  }
}
