package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.FredFrame;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/** ERETS and ERETU. Source: Intel FRED specification, "ERETS" and "ERETU". */
class FredReturnTest {
  private static final int CS_WORD = 16;
  private static final int FLAGS_WORD = 24;
  private static final int SS_WORD = 40;

  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("user").add(Opcode.ERETU).nops(1);
    fixture.label("kernel").add(Opcode.ERETS).nops(1).label("here").nops(4);
    for (Vector vector : Vector.values()) {
      fixture.arrives(vector);
    }
    return fixture.enters(Event.SYSENTER, 0).enters(Event.SYSCALL32, 0).fred(0);
  }

  private static MachineRun inKernel() {
    return fixture().inKernel("here").load(Slot.RSP, EntryFixture.THREAD - 64);
  }

  /** Changes a word of the newest frame. */
  private static void change(MachineRun run, int offset, long xor) {
    int slot = EntryFixture.word(run.read(Slot.RSP) + offset);
    run.load(slot, run.read(slot) ^ xor);
  }

  @ParameterizedTest
  @CsvSource({"NMI", "DB", "PF", "MC", "IRQ"})
  void erets_fromAnyEvent_resumesExactly(Vector vector) {
    MachineRun run = inKernel().set(Slot.RFLAGS, Rflags.IF | Rflags.DF);
    run.arrive(vector);
    Outcome back = run.step();
    assertEquals(Event.of(vector).ordinal(), back.resumed());
    assertEquals(0, back.differences());
    assertEquals(0, back.findings());
    assertEquals(0, run.read(Slot.CSL));
    assertEquals(EntryFixture.THREAD - 64, run.read(Slot.RSP));
    assertEquals(Rflags.FIXED | Rflags.IF | Rflags.DF, run.read(Slot.RFLAGS));
  }

  @ParameterizedTest
  @CsvSource({"SYSCALL", "SYSCALL32", "SYSENTER"})
  void eretu_fromASystemCall_resumesExactlyAndExchangesTheGsBases(Event event) {
    MachineRun run = fixture().inUserMode();
    long[] before = run.all();
    run.enter(event);
    Outcome back = run.step();
    assertEquals(event.ordinal(), back.resumed(), back.explanation());
    assertEquals(0, back.differences());
    assertEquals(EntryFixture.USER_GS, run.read(Slot.GS_BASE));
    assertTrue(java.util.Arrays.equals(before, run.all()), "user mode is one state");
  }

  @Test
  void erets_fromANmi_unblocksNmis() {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    run.step();
    assertEquals(0, run.read(Slot.NMI_BLOCKED));
  }

  @Test
  void erets_fromAFaultInsideANmi_leavesNmisBlocked() {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    run.arrive(Vector.PF);
    Outcome back = run.step();
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
    assertFalse(back.found(Finding.NMI_UNMASKED_EARLY));
    assertEquals(2, run.read(Slot.CSL));
  }

  @Test
  void erets_withTheNmiBitSetByHand_unblocksNmisEarly() {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    run.arrive(Vector.PF);
    change(run, SS_WORD, FredFrame.NMI);
    assertTrue(run.step().found(Finding.NMI_UNMASKED_EARLY));
  }

  @Test
  void erets_neverRaisesTheStackLevel() {
    MachineRun run = inKernel();
    run.arrive(Vector.DB);
    change(run, CS_WORD, 3L << 16);
    Outcome back = run.step();
    assertEquals(1, run.read(Slot.CSL));
    assertTrue(back.found(Finding.RESUME_DIFFERS));
    assertTrue(back.differsIn(Slot.CSL));
  }

  @Test
  void erets_withTheStiBit_restoresTheShadow() {
    MachineRun run = inKernel().set(Slot.RFLAGS, Rflags.IF).load(Slot.SHADOW, 1);
    run.arrive(Vector.PF);
    run.step();
    assertEquals(1, run.read(Slot.SHADOW));
  }

  @Test
  void eret_ofASoftwareEventWithTf_trapsAtOnce() {
    MachineRun run = fixture().inUserMode().set(Slot.RFLAGS, Rflags.TF);
    run.enter(Event.SYSCALL);
    run.step();
    assertEquals(1, run.read(Slot.DB_PENDING));
    assertEquals(3, Selectors.rpl(run.read(Slot.CS)));
  }

  @ParameterizedTest
  @CsvSource({"8, 0x4000000000000000", "16, 3", "24, 2", "24, 0x20000", "40, 3", "40, 0x80000"})
  void erets_withABadFrame_raisesGeneralProtectionThere(int word, String bits) {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    change(run, word, Long.decode(bits));
    Outcome fault = run.step();
    assertEquals(Event.GP.ordinal(), fault.delivered(), fault.explanation());
    assertEquals(1, run.read(Slot.NMI_BLOCKED), "nothing was loaded");
  }

  @ParameterizedTest
  @CsvSource({"16, 1", "24, 0x3000", "40, 8"})
  void eretu_withABadFrame_raisesGeneralProtectionInTheKernel(int word, String bits) {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    change(run, word, Long.decode(bits));
    Outcome fault = run.step();
    assertEquals(Event.GP.ordinal(), fault.delivered());
    assertEquals(fixture().address("kernel"), run.read(Slot.RIP));
    assertEquals(EntryFixture.KERNEL_GS, run.read(Slot.GS_BASE));
  }

  @Test
  void eretu_aboveLevelZero_raisesGeneralProtection() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    run.load(Slot.CSL, 1);
    assertEquals(Event.GP.ordinal(), run.step().delivered());
  }

  @Test
  void erets_ofAWordThatIsDead_endsTheRun() {
    MachineRun run = inKernel();
    run.arrive(Vector.NMI);
    run.load(EntryFixture.word(run.read(Slot.RSP) + FLAGS_WORD), Token.DEAD);
    assertTrue(run.step().found(Finding.DEAD_VALUE_USED));
  }

  @ParameterizedTest
  @CsvSource({"ERETS", "ERETU"})
  void eret_withoutFred_isUndefined(Opcode opcode) {
    EntryFixture fixture = new EntryFixture().label("here").add(opcode).label("ud").nops(1);
    MachineRun run = fixture.gate(Vector.UD, "ud", 0).inKernel("here");
    assertEquals(Event.UD.ordinal(), run.step().delivered());
  }

  @Test
  void iret_toUserMode_raisesGeneralProtection() {
    EntryFixture fixture = new EntryFixture().label("user").nops(1).label("kernel").nops(1);
    MachineRun run = fixture.label("here").add(Opcode.IRET).fred(0).inKernel("here");
    long rsp = Token.USER_RAX + 4;
    run.loadFrame(EntryFixture.THREAD - 64, EntryFixture.USER_RIP, 0x33, Rflags.FIXED, rsp, 0x2b);
    Outcome fault = run.step();
    assertEquals(Event.GP.ordinal(), fault.delivered());
    assertTrue(fault.explanation().contains("CPL"), fault.explanation());
  }
}
