package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Vector;

/**
 * Exceptions that a hypervisor raises. Source: AMD APM volume 2, "#VC (Vector 29)"; Intel SDM
 * volume 3, "Interrupt 20—Virtualization Exception (#VE)" and "NMI Handling While in SMM".
 */
class VirtualizationExceptionTest {
  private static final long CPUID_EXIT = 0x72;

  /** CPUID, NOP, NOP; #VC comes at the first, #VE anywhere. */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").add(Opcode.CPUID).nops(2);
    fixture.label("handler").nops(2).gate(Vector.VC, "handler", 3).gate(Vector.VE, "handler", 0);
    BitSet first = new BitSet();
    first.set(0);
    fixture.arrives(new EventRule(Vector.VC, false, first, 0, List.of(), List.of(), CPUID_EXIT, 1));
    fixture.gate(Vector.NMI, "handler", 1).arrives(Vector.NMI);
    return fixture.arrives(Vector.VE);
  }

  @Test
  void vc_atAnInstruction_isAFaultWithTheExitCode() {
    MachineRun run = fixture().inKernel("syscall");
    Outcome seen = run.arrive(Vector.VC);
    assertEquals(Event.VC.ordinal(), seen.delivered());
    assertEquals(CPUID_EXIT, run.word(EntryFixture.MC - 48), "the error code");
    assertEquals(Program.BASE, run.word(EntryFixture.MC - 40), "RIP is the instruction's");
    assertEquals(Rflags.RF, run.word(EntryFixture.MC - 24) & Rflags.RF);
  }

  @ParameterizedTest
  @CsvSource({"true, DF", "false, GP"})
  void vc_whoseDeliveryFaults_isADoubleFaultByAssumption(boolean contributory, Event delivered) {
    EntryFixture fixture = fixture().assume(Assumption.VC_IS_CONTRIBUTORY, contributory);
    fixture.gate(Vector.VC, new Gate(Vector.VC, 1L << 50, 3, true, 0));
    fixture.gate(Vector.GP, "handler", 0).gate(Vector.DF, "handler", 2);
    assertEquals(delivered.ordinal(), fixture.inKernel("syscall").arrive(Vector.VC).delivered());
  }

  @Test
  void vc_atAnInstruction_mayStayAway() {
    MachineRun run = fixture().inKernel("syscall");
    assertTrue(run.offered().offers(MachineRun.instruction(0)));
    run.step();
    assertFalse(run.offered().offers(run.arrival(Vector.VC)), "the next instruction is no CPUID");
  }

  @Test
  void ve_hasNoErrorCode() {
    MachineRun run = fixture().inKernel("syscall");
    run.arrive(Vector.VE);
    assertEquals(8, run.read(Slot.RSP) & 0xf);
    assertEquals(Program.BASE, run.word(run.read(Slot.RSP)));
  }

  @Test
  void ve_behindSyscall_pushesOnTheUsersStack() {
    MachineRun run = fixture().inUserMode();
    run.enter(Event.SYSCALL);
    assertTrue(run.arrive(Vector.VE).found(Finding.STACK_UNTRUSTED));
  }

  @Test
  void smi_withPlaces_arrivesOnlyThere() {
    EntryFixture fixture = fixture().smiBefore(3);
    MachineRun run = fixture.inKernel("syscall").load(Slot.NMI_BLOCKED, 1);
    int smi = Choice.of(Choice.Kind.ARRIVAL, 3);
    assertFalse(run.offered().offers(smi));
    run.load(Slot.RIP, Program.address(3));
    run.take(smi);
    assertEquals(0, run.read(Slot.NMI_BLOCKED));
    MachineRun user = fixture.inUserMode().load(Slot.NMI_BLOCKED, 1);
    assertFalse(user.offered().offers(smi), "not in user mode");
  }
}
