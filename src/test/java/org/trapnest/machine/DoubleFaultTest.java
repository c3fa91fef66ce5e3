package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Vector;

/** Source: Intel SDM volume 3, "Interrupt 8—Double Fault Exception (#DF)". */
class DoubleFaultTest {

  @ParameterizedTest
  @CsvSource({
    "NMI, AC, SERIAL", "NMI, GP, SERIAL", "NMI, PF, SERIAL", "NMI, VE, SERIAL",
    "GP, AC, SERIAL", "GP, GP, DOUBLE_FAULT", "GP, PF, SERIAL", "GP, VE, SERIAL",
    "PF, AC, SERIAL", "PF, GP, DOUBLE_FAULT", "PF, PF, DOUBLE_FAULT", "PF, VE, DOUBLE_FAULT",
    "DF, AC, SERIAL", "DF, GP, SHUTDOWN", "DF, PF, SHUTDOWN", "DF, VE, SHUTDOWN"
  })
  void table_forEachPairOfClasses_saysTheManualsOutcome(
      Vector first, Vector second, DoubleFault outcome) {
    assertEquals(outcome, DoubleFault.of(first, second));
  }

  @ParameterizedTest
  @CsvSource({"DE", "TS", "NP", "SS", "GP", "CP"})
  void table_ofContributoryVectors_hasTheManualsMembers(Vector vector) {
    assertEquals(DoubleFault.DOUBLE_FAULT, DoubleFault.of(vector, Vector.GP));
  }

  @ParameterizedTest
  @CsvSource({"DB", "BP", "OF", "BR", "UD", "NM", "MF", "XM", "MC", "AC", "IRQ", "INT80", "VC"})
  void table_ofBenignVectors_neverDoubles(Vector vector) {
    for (Vector second : List.of(Vector.GP, Vector.PF, Vector.UD)) {
      assertEquals(DoubleFault.SERIAL, DoubleFault.of(vector, second));
    }
  }

  /** #UD and #PF stay on the current stack, #DF has its own. */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(2).label("handler").nops(2);
    fixture.gate(Vector.UD, "handler", 0).arrives(Vector.UD);
    fixture.gate(Vector.PF, "handler", 0).gate(Vector.DF, "handler", 2);
    return fixture.gate(Vector.NMI, "handler", 1).arrives(Vector.NMI);
  }

  private static MachineRun onUnmappedStack() {
    return fixture().inKernel("syscall").load(Slot.CR3, EntryFixture.USER_CR3);
  }

  @Test
  void benignEvent_onAnUnmappedStack_becomesADoubleFaultByWayOfPageFault() {
    MachineRun run = onUnmappedStack();
    Outcome seen = run.arrive(Vector.UD);
    assertEquals(Event.DF.ordinal(), seen.delivered());
    assertTrue(seen.found(Finding.DOUBLE_FAULT));
    assertTrue(seen.found(Finding.UNMAPPED_ACCESS));
    assertEquals(EntryFixture.THREAD - 8, run.read(Slot.CR2), "CR2 has the failed push");
    assertEquals(0, run.word(EntryFixture.DF - 48), "the error code of #DF");
    assertEquals(Program.BASE, run.word(EntryFixture.DF - 40), "RIP of the interrupted code");
    assertEquals(2, run.read(Slot.CONTEXTS), "the failed deliveries left nothing");
  }

  @Test
  void doubleFault_thatCannotBeDelivered_shutsDown() {
    MachineRun run = onUnmappedStack().load(EntryFixture.istSlot(2), EntryFixture.THREAD);
    Outcome seen = run.arrive(Vector.UD);
    assertTrue(seen.found(Finding.SHUTDOWN));
    assertEquals(Finding.SHUTDOWN, Halt.findingOf(run.read(Slot.HALT)).orElseThrow());
  }

  @Test
  void doubleFault_withoutAGate_shutsDown() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(1).arrives(Vector.UD);
    assertTrue(fixture.inKernel("syscall").arrive(Vector.UD).found(Finding.SHUTDOWN));
  }

  @Test
  void nmi_whoseDeliveryFaults_isGoneAndLeavesNmisBlocked() {
    EntryFixture fixture = fixture().gate(Vector.PF, "handler", 3);
    MachineRun run = fixture.inKernel("syscall").load(Slot.CR3, EntryFixture.USER_CR3);
    run.load(EntryFixture.istSlot(1), EntryFixture.THREAD).load(Slot.NMI_PENDING, 1);
    Outcome seen = run.take(MachineRun.pending(Vector.NMI));
    assertEquals(Event.PF.ordinal(), seen.delivered());
    assertEquals(1, run.read(Slot.NMI_BLOCKED));
    assertEquals(0, run.read(Slot.NMI_PENDING), "the event is gone");
  }
}
