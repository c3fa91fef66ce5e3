package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trapnest.machine.EntryFixture.at;
import static org.trapnest.machine.EntryFixture.reg;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Vector;

/**
 * The instructions that manage shadow stacks. Source: Intel SDM volume 2, "CLRSSBSY", "INCSSPD,
 * INCSSPQ", "RDSSPD, RDSSPQ", "RSTORSSP", "SAVEPREVSSP", "SETSSBSY", "WRSSD, WRSSQ".
 */
class ShadowStackInstructionsTest {
  private static final long MAIN_TOKEN = EntryFixture.SHADOW_MAIN - 8;
  private static final long NMI_TOKEN = EntryFixture.SHADOW_NMI - 8;

  private static MachineRun running(Opcode opcode, Operand... operands) {
    EntryFixture fixture = new EntryFixture().label("here").add(opcode, operands).label("fault");
    fixture.nops(1).shadowStacks();
    for (Vector vector : new Vector[] {Vector.GP, Vector.UD, Vector.PF}) {
      fixture.gate(vector, "fault", 2);
    }
    // #CP goes to an IST of its own, so that a null SSP does not double-fault.
    fixture.gate(Vector.CP, "fault", 2);
    return fixture.inKernel("here").load(Slot.SSP, 0).clear(Slot.RFLAGS, Rflags.ARITHMETIC);
  }

  private static long shadow(MachineRun run, long address) {
    return run.read(EntryFixture.shadowWord(address));
  }

  private static MachineRun loadShadow(MachineRun run, long address, long value) {
    return run.load(EntryFixture.shadowWord(address), value);
  }

  @Test
  void setssbsy_ofAFreeToken_takesIt() {
    MachineRun run = running(Opcode.SETSSBSY);
    run.step();
    assertEquals(MAIN_TOKEN, run.read(Slot.SSP));
    assertEquals(MAIN_TOKEN | 1, shadow(run, MAIN_TOKEN));
  }

  @Test
  void setssbsy_ofABusyToken_raisesControlProtection() {
    MachineRun run = loadShadow(running(Opcode.SETSSBSY), MAIN_TOKEN, MAIN_TOKEN | 1);
    Outcome seen = run.step();
    assertTrue(seen.found(Finding.SHADOW_TOKEN_BUSY));
    assertEquals(Event.CP.ordinal(), seen.delivered());
    assertEquals(5, run.word(EntryFixture.DF - 48), "SETSSBSY");
  }

  @Test
  void setssbsy_withAnUnalignedPointer_raisesGeneralProtection() {
    MachineRun run = running(Opcode.SETSSBSY).load(EntryFixture.pl0Slot(), MAIN_TOKEN + 4);
    assertEquals(Event.GP.ordinal(), run.step().delivered());
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0, 0, 1", "9, 9, 1"})
  void clrssbsy_freesABusyTokenOrSetsCf(long found, long left, long cf) {
    MachineRun run = running(Opcode.CLRSSBSY, at(MAIN_TOKEN)).load(Slot.SSP, MAIN_TOKEN);
    loadShadow(run, MAIN_TOKEN, MAIN_TOKEN ^ found).step();
    assertEquals(MAIN_TOKEN ^ left, shadow(run, MAIN_TOKEN));
    assertEquals(cf, run.read(Slot.RFLAGS) & Rflags.CF);
    assertEquals(0, run.read(Slot.SSP), "in either case");
  }

  @Test
  void clrssbsy_ofAnUnalignedAddress_raisesGeneralProtection() {
    assertEquals(
        Event.GP.ordinal(), running(Opcode.CLRSSBSY, at(MAIN_TOKEN - 4)).step().delivered());
  }

  @Test
  void rdssp_readsThePointer() {
    MachineRun run = running(Opcode.RDSSP, reg("rbx")).load(Slot.SSP, MAIN_TOKEN - 16);
    run.step();
    assertEquals(MAIN_TOKEN - 16, run.read(3));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 16", "0x102, 16"})
  void incssp_popsAsManyWordsAsBits7To0Say(String words, long bytes) {
    MachineRun run = running(Opcode.INCSSP, reg("rbx")).load(Slot.SSP, NMI_TOKEN - 24);
    run.load(3, Long.decode(words)).step();
    assertEquals(NMI_TOKEN - 24 + bytes, run.read(Slot.SSP));
  }

  @Test
  void incssp_thatLeavesTheShadowStack_raisesPageFault() {
    MachineRun run = running(Opcode.INCSSP, reg("rbx")).load(Slot.SSP, NMI_TOKEN).load(3, 2);
    assertEquals(Event.PF.ordinal(), run.step().delivered());
    assertEquals(EntryFixture.SHADOW_NMI, run.read(Slot.CR2));
    assertEquals(0x40, run.word(EntryFixture.DF - 48), "a shadow-stack load");
  }

  @Test
  void rstorssp_ofARestoreToken_movesThereAndLeavesAPreviousSspToken() {
    long place = NMI_TOKEN - 16;
    MachineRun run = running(Opcode.RSTORSSP, at(place)).load(Slot.SSP, MAIN_TOKEN - 8);
    loadShadow(run, place, place + 8 | 1).step();
    assertEquals(place, run.read(Slot.SSP));
    assertEquals(MAIN_TOKEN - 8 | 3, shadow(run, place));
    assertEquals(0, run.read(Slot.RFLAGS) & Rflags.CF);
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "9"})
  void rstorssp_ofAnythingElse_raisesControlProtection(long bits) {
    long place = NMI_TOKEN - 16;
    MachineRun run = running(Opcode.RSTORSSP, at(place)).load(Slot.SSP, MAIN_TOKEN - 8);
    Outcome seen = loadShadow(run, place, place + 8 ^ bits).step();
    assertTrue(seen.found(Finding.SHADOW_STACK_MISMATCH));
    assertEquals(Event.CP.ordinal(), seen.delivered());
    assertEquals(4, run.word(EntryFixture.DF - 48), "RSTORSSP");
  }

  @Test
  void saveprevssp_pushesARestoreTokenOnTheStackThatWasLeft() {
    MachineRun run = running(Opcode.SAVEPREVSSP).load(Slot.SSP, NMI_TOKEN - 16);
    loadShadow(run, NMI_TOKEN - 16, MAIN_TOKEN - 8 | 3).step();
    assertEquals(NMI_TOKEN - 8, run.read(Slot.SSP));
    assertEquals(MAIN_TOKEN - 8 | 1, shadow(run, MAIN_TOKEN - 16));
  }

  @Test
  void saveprevssp_ofAPointerThatIsNoMultipleOf8_zeroesTheFourBytesBelowIt() {
    MachineRun run = running(Opcode.SAVEPREVSSP).load(Slot.SSP, NMI_TOKEN - 16);
    loadShadow(run, MAIN_TOKEN - 8, 0x1122_3344_5566_7788L);
    loadShadow(run, NMI_TOKEN - 16, MAIN_TOKEN - 4 | 3).step();
    assertEquals(0x1122_3344_0000_0000L, shadow(run, MAIN_TOKEN - 8));
    assertEquals(MAIN_TOKEN - 4 | 1, shadow(run, MAIN_TOKEN - 16));
  }

  @Test
  void saveprevssp_whereNoShadowStackIs_faultsAtTheFourBytesBelowThePointer() {
    MachineRun run = running(Opcode.SAVEPREVSSP).load(Slot.SSP, NMI_TOKEN - 16);
    loadShadow(run, NMI_TOKEN - 16, 0xffff_ffff_d000_0000L | 3);
    assertEquals(Event.PF.ordinal(), run.step().delivered());
    assertEquals(0xffff_ffff_cfff_fffcL, run.read(Slot.CR2));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, 1"})
  void saveprevssp_withoutTheTokenOrWithCf_raisesGeneralProtection(long bits, long cf) {
    MachineRun run = running(Opcode.SAVEPREVSSP).load(Slot.SSP, NMI_TOKEN - 16);
    run.set(Slot.RFLAGS, cf);
    loadShadow(run, NMI_TOKEN - 16, MAIN_TOKEN - 8 | bits);
    assertEquals(Event.GP.ordinal(), run.step().delivered());
  }

  @Test
  void wrss_writesToTheShadowStack() {
    MachineRun run = running(Opcode.WRSS, reg("rbx"), at(NMI_TOKEN)).load(3, NMI_TOKEN | 1);
    run.step();
    assertEquals(NMI_TOKEN | 1, shadow(run, NMI_TOKEN));
  }

  @Test
  void wrss_toOrdinaryMemory_raisesPageFault() {
    MachineRun run = running(Opcode.WRSS, reg("rbx"), at(EntryFixture.VARIABLE)).load(3, 1);
    assertEquals(Event.PF.ordinal(), run.step().delivered());
    assertEquals(0x43, run.word(EntryFixture.DF - 48), "a shadow-stack store, present");
  }

  @Test
  void wrss_whereItIsNotEnabled_isUndefined() {
    EntryFixture fixture = new EntryFixture().label("here");
    fixture.add(Opcode.WRSS, reg("rbx"), at(NMI_TOKEN)).label("ud").nops(1).shadowStacks();
    fixture.assume(Assumption.SHADOW_STACK_WRITES, false).gate(Vector.UD, "ud", 2);
    assertEquals(Event.UD.ordinal(), fixture.inKernel("here").step().delivered());
  }

  @ParameterizedTest
  @EnumSource(names = {"INCSSP", "SAVEPREVSSP", "RSTORSSP", "SETSSBSY", "CLRSSBSY", "WRSS"})
  void instruction_withoutShadowStacks_isUndefined(Opcode opcode) {
    EntryFixture fixture = new EntryFixture().label("here").add(opcode).label("ud").nops(1);
    MachineRun run = fixture.gate(Vector.UD, "ud", 0).inKernel("here");
    assertEquals(Event.UD.ordinal(), run.step().delivered());
  }

  @Test
  void rdssp_withoutShadowStacks_doesNothing() {
    EntryFixture fixture = new EntryFixture().label("here").add(Opcode.RDSSP, reg("rbx")).nops(1);
    MachineRun run = fixture.inKernel("here").load(3, 77);
    run.step();
    assertEquals(77, run.read(3));
  }

  @Test
  void wruss_isUnmodelled() {
    MachineRun run = running(Opcode.WRUSS, reg("rbx"), at(0x1000));
    run.step();
    assertEquals(Halt.Kind.UNMODELLED, Halt.kind(run.read(Slot.HALT)));
  }
}
