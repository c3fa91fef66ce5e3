package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trapnest.machine.EntryFixture.imm;
import static org.trapnest.machine.EntryFixture.reg;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Vector;

/** Flags that are unknown, through every way in which they are saved, looked at and restored. */
class FlagsImageTest {
  private static final long KNOWN = Rflags.FIXED | Rflags.IF;
  private static final long IMAGE = FlagsImage.unknownArithmetic(KNOWN, Token.CLOBBERED);
  private static final long USERS = FlagsImage.unknownArithmetic(KNOWN, Token.USER_FLAGS);
  private static final long TOP = EntryFixture.THREAD;

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("handler").add(Opcode.IRET);
    return fixture.gate(Vector.NMI, "handler", 1).arrives(Vector.NMI).label("code");
  }

  /** A run in which all arithmetic flags depend on a token, and interrupts are on. */
  private static MachineRun with(EntryFixture fixture, long token) {
    MachineRun run = fixture.inKernel("code");
    return run.load(Slot.RFLAGS, KNOWN).load(Slot.FLAGS_TOKEN, token);
  }

  private static long unknown(MachineRun run) {
    return Token.dependentFlags(run.read(Slot.FLAGS_TOKEN));
  }

  @Test
  void word_isWhatItWasMadeOf() {
    for (long unknown = Rflags.ARITHMETIC;
        unknown != 0;
        unknown = unknown - 1 & Rflags.ARITHMETIC) {
      long image = FlagsImage.word(0x3f_ffff & ~unknown, unknown, Token.userComputed(1));
      assertTrue(Token.is(image) && FlagsImage.is(image) && !Token.isDead(image));
      assertEquals(0x3f_ffff & ~unknown, FlagsImage.known(image));
      assertEquals(unknown, FlagsImage.unknown(image));
      assertEquals(Token.userComputed(1), FlagsImage.token(image));
      assertEquals(image, Token.lowHalf(image));
    }
  }

  @Test
  void word_withOtherUnknownBits_hasNoImage() {
    assertEquals(FlagsImage.NONE, FlagsImage.word(0, Rflags.IF, Token.CLOBBERED));
    assertEquals(FlagsImage.NONE, FlagsImage.word(1L << 22, Rflags.CF, Token.CLOBBERED));
    assertEquals(7, FlagsImage.word(7, 0, Token.CLOBBERED));
  }

  @ParameterizedTest
  @CsvSource({"0, 8, true", "0, 4, true", "0, 2, true", "0, 1, true", "8, 1, true", "8, 2, true"})
  void slice_withAnUnknownFlag_isAnImage(int shift, int bytes, boolean image) {
    assertEquals(image, FlagsImage.is(FlagsImage.slice(IMAGE, shift, bytes)));
    long known = FlagsImage.known(FlagsImage.slice(IMAGE, shift, bytes));
    assertEquals(KNOWN >>> shift & Alu.mask(bytes), known);
  }

  @ParameterizedTest
  @CsvSource({"16, 1", "16, 2", "32, 4", "24, 1"})
  void slice_withoutAnUnknownFlag_isANumber(int shift, int bytes) {
    long image = FlagsImage.unknownArithmetic(KNOWN | Rflags.AC, Token.CLOBBERED);
    assertEquals((KNOWN | Rflags.AC) >>> shift, FlagsImage.slice(image, shift, bytes));
  }

  @Test
  void pushf_thenPopf_bringsTheUnknownFlagsBack() {
    EntryFixture fixture = fixture().add(Opcode.PUSHF).add(Opcode.ADD, imm(1), reg("rdx"));
    MachineRun run = with(fixture.add(Opcode.POPF), Token.CLOBBERED);
    run.step();
    assertEquals(IMAGE, run.word(TOP - 8));
    run.step();
    assertEquals(0, run.read(Slot.FLAGS_TOKEN));
    run.step();
    assertEquals(Token.CLOBBERED, run.read(Slot.FLAGS_TOKEN));
    assertEquals(KNOWN, run.read(Slot.RFLAGS));
  }

  @Test
  void pushf_ofPartlyKnownFlags_keepsWhatIsKnown() {
    EntryFixture fixture = fixture().add(Opcode.STC).add(Opcode.PUSHF);
    MachineRun run = with(fixture.add(Opcode.POPF), Token.CLOBBERED);
    run.steps(2);
    assertEquals(KNOWN | Rflags.CF, FlagsImage.known(run.word(TOP - 8)));
    run.step();
    assertEquals(Rflags.CF, run.read(Slot.RFLAGS) & Rflags.ARITHMETIC);
    assertEquals(Rflags.ARITHMETIC & ~Rflags.CF, unknown(run));
  }

  @Test
  void branchBehindPopf_onAnUnknownFlag_isFound() {
    EntryFixture fixture = fixture().add(Opcode.PUSHF).add(Opcode.POPF);
    MachineRun run = with(fixture.add(Opcode.JCC, imm(0)), Token.CLOBBERED);
    assertTrue(run.steps(3).found(Finding.TOKEN_USED));
  }

  @Test
  void branchBehindPopf_onTheUsersFlag_goesBothWays() {
    EntryFixture fixture = fixture().add(Opcode.PUSHF).add(Opcode.POPF);
    MachineRun run = with(fixture.add(Opcode.JCC, imm(0)), Token.USER_FLAGS);
    run.steps(2);
    assertTrue(run.offered().offers(MachineRun.instruction(1)));
  }

  @Test
  void iretToAContinuation_bringsTheUnknownFlagsBack() {
    EntryFixture fixture = fixture().nops(2).label("goes-on").add(Opcode.JCC, imm(0));
    fixture.continues("goes-on", Event.NMI, Continuation.Mode.RESTARTS, 0, 0);
    MachineRun run = with(fixture, Token.CLOBBERED);
    run.arrive(Vector.NMI);
    assertEquals(IMAGE, run.word(EntryFixture.NMI - 24));
    run.loadWord(EntryFixture.NMI - 40, fixture.address("goes-on"), 2).step();
    assertEquals(Token.CLOBBERED, run.read(Slot.FLAGS_TOKEN));
    assertTrue(run.step().found(Finding.TOKEN_USED));
  }

  @Test
  void iret_thatRestoresTheUsersFlags_resumesExactly() {
    MachineRun run = with(fixture().nops(2), Token.USER_FLAGS);
    run.arrive(Vector.NMI);
    assertFalse(run.step().found(Finding.RESUME_DIFFERS));
    assertEquals(Token.USER_FLAGS, run.read(Slot.FLAGS_TOKEN));
  }

  @ParameterizedTest
  @ValueSource(longs = {KNOWN, KNOWN | Rflags.ZF})
  void iret_withFlagsThatAreNotTheUsers_resumesDifferently(long flags) {
    MachineRun run = with(fixture().nops(2), Token.USER_FLAGS);
    run.arrive(Vector.NMI);
    run.loadWord(EntryFixture.NMI - 24, flags, 2);
    assertTrue(run.step().differsIn(Slot.RFLAGS));
  }

  @Test
  void iret_withAnotherUnknownThanTheUsers_resumesDifferently() {
    MachineRun run = with(fixture().nops(2), Token.USER_FLAGS);
    run.arrive(Vector.NMI);
    run.loadWord(EntryFixture.NMI - 24, IMAGE, 2);
    assertTrue(run.step().differsIn(Slot.RFLAGS));
  }

  @Test
  void iret_toCodeWhoseFlagsNobodyKnows_mayLoadAny() {
    MachineRun run = with(fixture().nops(2), Token.CLOBBERED);
    run.arrive(Vector.NMI);
    run.loadWord(EntryFixture.NMI - 24, KNOWN | Rflags.ZF, 2);
    assertFalse(run.step().found(Finding.RESUME_DIFFERS));
    assertEquals(KNOWN, run.read(Slot.RFLAGS));
    assertEquals(Token.CLOBBERED, run.read(Slot.FLAGS_TOKEN));
  }

  @Test
  void iret_withUnknownFlagsInsteadOfKnownOnes_resumesDifferently() {
    MachineRun run = fixture().nops(2).inKernel("code");
    run.arrive(Vector.NMI);
    run.loadWord(EntryFixture.NMI - 24, IMAGE, 2);
    assertTrue(run.step().differsIn(Slot.RFLAGS));
  }

  @Test
  void syscall_savesTheUsersFlagsInR11_andKnowsTheMaskedOnes() {
    EntryFixture fixture = fixture().initially(Slot.FLAGS_TOKEN, Token.USER_FLAGS);
    MachineRun run = fixture.nops(1).inKernel("code");
    assertEquals(Token.USER_FLAGS, run.snapshot(0, Slot.FLAGS_TOKEN));
    MachineRun entered = new EntryFixture().label("syscall").nops(1).inUserMode();
    entered.load(Slot.FLAGS_TOKEN, Token.USER_FLAGS).enter(Event.SYSCALL);
    assertEquals(USERS, entered.read(Slot.R11));
    // IA32_FMASK is 0x47700 here, without the arithmetic flags.
    assertEquals(Rflags.ARITHMETIC, unknown(entered));
  }

  @ParameterizedTest
  @CsvSource({"TEST, 0x200, false", "TEST, 0x100, true", "AND, 0x40100, true", "AND, 0x202, false"})
  void logic_onKnownBits_decidesZf(Opcode opcode, String mask, boolean zero) {
    EntryFixture fixture = fixture().add(opcode, imm(Long.decode(mask)), reg("rax"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, IMAGE);
    run.step();
    assertEquals(0, unknown(run));
    assertEquals(zero, (run.read(Slot.RFLAGS) & Rflags.ZF) != 0);
    long left = opcode == Opcode.TEST ? IMAGE : KNOWN & Long.decode(mask);
    assertEquals(left, run.read(Slot.RAX));
  }

  @Test
  void test_ofAnUnknownBit_leavesZfUnknown() {
    EntryFixture fixture = fixture().add(Opcode.TEST, imm(Rflags.ZF), reg("rax"));
    MachineRun run = fixture.add(Opcode.JCC, imm(0)).inKernel("code").load(Slot.RAX, IMAGE);
    run.step();
    assertEquals(Rflags.ZF | Rflags.PF, unknown(run));
    assertTrue(run.step().found(Finding.TOKEN_USED));
  }

  @Test
  void and_thatClearsAKnownBit_leavesTheUnknownOnes() {
    EntryFixture fixture = fixture().add(Opcode.AND, imm(~Rflags.IF), reg("rax"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, IMAGE);
    run.step();
    assertEquals(FlagsImage.unknownArithmetic(Rflags.FIXED, Token.CLOBBERED), run.read(Slot.RAX));
  }

  @Test
  void or_inMemory_setsAKnownBitOfThePushedImage() {
    Operand place = new Operand.Memory(-1, Slot.RSP, -1, 1, 0);
    EntryFixture fixture = fixture().add(Opcode.PUSHF);
    fixture.sized(Opcode.OR, 4, imm(Rflags.NT), place);
    MachineRun run = with(fixture, Token.CLOBBERED);
    run.steps(2);
    assertEquals(
        FlagsImage.unknownArithmetic(KNOWN | Rflags.NT, Token.CLOBBERED), run.word(TOP - 8));
  }

  @Test
  void test_ofTheSecondByteInMemory_seesDf() {
    Operand place = new Operand.Memory(-1, Slot.RSP, -1, 1, 1);
    EntryFixture fixture = fixture().add(Opcode.PUSHF);
    fixture.sized(Opcode.TEST, 1, imm(Rflags.DF >>> 8), place);
    MachineRun run = with(fixture, Token.CLOBBERED).set(Slot.RFLAGS, Rflags.DF);
    run.steps(2);
    assertEquals(0, unknown(run));
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.ZF);
  }

  @ParameterizedTest
  @CsvSource({"BT, 9, true", "BTR, 9, true", "BT, 8, false", "BTS, 8, false", "BTC, 9, true"})
  void bitTest_ofAKnownBit_decidesCf(Opcode opcode, int bit, boolean carry) {
    EntryFixture fixture = fixture().add(opcode, imm(bit), reg("rax"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, IMAGE);
    run.step();
    assertEquals(carry, (run.read(Slot.RFLAGS) & Rflags.CF) != 0);
    assertEquals(0, unknown(run) & Rflags.CF);
    assertEquals(Rflags.ARITHMETIC, FlagsImage.unknown(run.read(Slot.RAX)));
    long bits = 1L << bit;
    long expected =
        switch (opcode) {
          case BTS -> KNOWN | bits;
          case BTR -> KNOWN & ~bits;
          case BTC -> KNOWN ^ bits;
          default -> KNOWN;
        };
    assertEquals(expected, FlagsImage.known(run.read(Slot.RAX)));
  }

  @Test
  void bitTest_ofAnUnknownBit_leavesCfUnknown() {
    EntryFixture fixture = fixture().add(Opcode.BTR, imm(6), reg("rax"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, IMAGE);
    run.step();
    assertEquals(Rflags.CF, unknown(run) & Rflags.CF);
    assertEquals(Rflags.ARITHMETIC & ~Rflags.ZF, FlagsImage.unknown(run.read(Slot.RAX)));
  }

  @Test
  void compare_ofTheUsersFlagsWithThemselves_isEqual() {
    EntryFixture fixture = fixture().add(Opcode.CMP, reg("rcx"), reg("rax"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, USERS).load(Slot.RCX, USERS);
    run.step();
    assertEquals(0, unknown(run));
    assertTrue((run.read(Slot.RFLAGS) & Rflags.ZF) != 0);
  }

  @Test
  void compare_ofTwoImagesOfOtherFlags_isFound() {
    EntryFixture fixture = fixture().add(Opcode.CMP, reg("rcx"), reg("rax"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, IMAGE).load(Slot.RCX, IMAGE);
    assertTrue(run.step().found(Finding.TOKEN_USED));
  }

  @ParameterizedTest
  @CsvSource({"ADD", "SHL", "INC", "IMUL"})
  void arithmetic_onAnImage_isFound(Opcode opcode) {
    EntryFixture fixture = fixture();
    boolean unary = opcode == Opcode.INC;
    fixture = unary ? fixture.add(opcode, reg("rax")) : fixture.add(opcode, imm(3), reg("rax"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, IMAGE);
    assertTrue(run.step().found(Finding.TOKEN_USED));
  }

  @Test
  void aPartOfTheRegister_writtenOverAnImage_leavesTheRest() {
    EntryFixture fixture = fixture().sized(Opcode.MOV, 1, imm(0), reg("al"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, IMAGE);
    run.step();
    assertEquals(Rflags.OF, FlagsImage.unknown(run.read(Slot.RAX)));
    assertEquals(Rflags.IF, FlagsImage.known(run.read(Slot.RAX)));
  }

  @Test
  void undefinedFlags_areUnknown() {
    record Row(Opcode opcode, long count, long undefined) {}
    long multiply = Rflags.SF | Rflags.ZF | Rflags.PF;
    for (Row row :
        List.of(
            new Row(Opcode.SHL, 1, 0),
            new Row(Opcode.SHL, 2, Rflags.OF),
            new Row(Opcode.SHR, 2, Rflags.OF),
            new Row(Opcode.SAR, 2, Rflags.OF),
            new Row(Opcode.ROL, 2, Rflags.OF),
            new Row(Opcode.ROR, 1, 0),
            new Row(Opcode.SHL, 0, 0),
            new Row(Opcode.IMUL, 3, multiply),
            new Row(Opcode.BT, 3, Rflags.OF | Rflags.SF | Rflags.PF))) {
      EntryFixture fixture = fixture().add(row.opcode(), imm(row.count()), reg("rax"));
      MachineRun run = fixture.inKernel("code").load(Slot.RAX, 5);
      run.step();
      assertEquals(row.undefined(), unknown(run), row::toString);
    }
  }

  @Test
  void shift_byTheWidthOfAByte_leavesCfUndefined() {
    EntryFixture fixture = fixture().sized(Opcode.SHL, 1, imm(9), reg("al"));
    MachineRun run = fixture.inKernel("code").load(Slot.RAX, 5);
    run.step();
    assertEquals(Rflags.OF | Rflags.CF, unknown(run));
    assertEquals(Token.UNDEFINED, Token.plain(run.read(Slot.FLAGS_TOKEN)));
  }

  @Test
  void undefinedFlags_besideTheUsers_leaveTheUsersToChoose() {
    EntryFixture fixture = fixture().add(Opcode.BT, imm(1), reg("rax"));
    MachineRun run = with(fixture, Token.USER_FLAGS);
    run.step();
    assertEquals(Token.USER_FLAGS, Token.plain(run.read(Slot.FLAGS_TOKEN)));
  }
}
