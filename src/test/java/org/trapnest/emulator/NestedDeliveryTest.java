package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Vector;

/** Nested delivery, one instruction at a time, on the machine and on an emulated processor. */
@Tag("conformance")
class NestedDeliveryTest {
  private static Emulator emulator;
  private static MachineModel model;
  private static GuestProgram program;

  @BeforeAll
  static void start() {
    emulator = Emulator.open();
    model = TestModels.load(TestModels.file("entry.S"));
    program =
        GuestProgram.build(
            TestModels.file("entry.S"), java.util.Map.of(), model, emulator.folder());
  }

  @AfterAll
  static void stop() {
    emulator.close();
  }

  private static Beside inUserMode() {
    return new Beside(model, new Lockstep(emulator, model, program)).begin();
  }

  @Test
  void nmi_atAnyBoundaryOfASystemCall_isDeliveredThereAndResumes() {
    for (int boundary = 0; boundary < 9; boundary++) {
      Beside run = inUserMode().enter(Event.SYSCALL).run(boundary).arrive(Vector.NMI);
      run.run(6).run(9 - boundary);
      assertEquals(0x33, run.read(Slot.CS));
    }
  }

  @Test
  void nmi_latchedWhileBlocked_arrivesBehindTheIretOfANestedBreakpointOnTheSameTop() {
    Beside run = inUserMode().enter(Event.SYSCALL).arrive(Vector.NMI);
    long top = run.read(Slot.RSP);
    run.run(2).arrive(Vector.NMI).run(2).pending(Event.NMI);
    assertEquals(top, run.read(Slot.RSP));
  }

  @Test
  void interrupt_latchedInTheKernel_arrivesBehindTheReturnToUserMode() {
    Beside run = inUserMode().enter(Event.INT80).arrive(Vector.IRQ).run(2).pending(Event.IRQ);
    run.run(2);
  }

  @Test
  void machineCheck_whileOneIsHandled_shutsBothDown() {
    Beside run = inUserMode().arrive(Vector.MC);
    assertEquals(Lockstep.Outcome.SHUT_DOWN, run.lockstep().take(run.arrival(Vector.MC)));
    inUserMode().arrive(Vector.MC).run(11);
  }

  @Test
  void debugTrap_byAWatchpoint_setsDr6AndNestsInAnNmi() {
    Beside run = inUserMode().enter(Event.SYSCALL).arrive(Vector.NMI).arrive(Vector.DB);
    assertEquals(1, run.read(Slot.DR6));
    run.run(2).run(3);
  }
}
