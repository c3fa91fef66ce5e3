package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;
import org.trapnest.machine.Halt;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Program;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Selectors;

class ExpressionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1 + 2 == 3; true",
        "1 - 2 == 0xffff_ffff_ffff_ffff; true",
        "1 - 2 < 1; false",
        "1 - 2 s< 1; true",
        "1 s<= 1 and 1 s>= 1 and 2 s> 1; true",
        "-1 s> 0; false",
        "-1 > 0; true",
        "1 <= 1 and 1 >= 1; true",
        "6 & 3 == 2; true",
        "6 | 1 == 7; true",
        "6 ^ 3 == 5; true",
        "1 << 4 == 16; true",
        "1 << 64 == 1; true",
        "-8 >> 60 == 15; true",
        "-8 s>> 1 == -4; true",
        "~0 == -1; true",
        "- - 5 == 5; true",
        "2 + 3 << 1 == 10; true",
        "1 | 2 ^ 3 & 2 == 1; true",
        "5 - 3 - 2 == 0; true",
        "not 1 == 2; true",
        "not not 1 == 2; false",
        "1 == 1 or 1 == 2 and 1 == 2; true",
        "false implies false implies false; true",
        "(false implies false) implies false; false",
        "true == (1 == 1); true",
        "true != (1 == 1); false",
        "false == (1 == 2); true",
        "0x10 == 16; true"
      })
  void operators_ofConstants_followArithmeticAndPrecedence(String condition, boolean expected) {
    assertEquals(expected, Properties.holds(condition, ModelFixture.userState()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "not kernel",
        "not halted",
        "cpl == 3",
        "cs == 0x33",
        "cs.rpl == 3",
        "cr3.user",
        "gs.user",
        "not gs.kernel",
        "kernel_gs.kernel",
        "not in_c",
        "rflags.if",
        "not rflags.df",
        "rflags.iopl == 0",
        "not spec_ctrl.ibrs",
        "not nmi_blocked",
        "live == 0",
        "newest.rip == 0",
        "not (newest is DE)",
        "not (oldest is DE)"
      })
  void condition_inUserMode_holds(String condition) {
    assertTrue(Properties.holds(condition, ModelFixture.userState()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel",
        "not user",
        "not cr3.user",
        "gs.kernel",
        "not kernel_gs.kernel",
        "in_c",
        "in_c(exc_nmi)",
        "not in_c(do_syscall)",
        "running(exc_nmi) == 2",
        "running(do_syscall) == 1",
        "live == 3",
        "live(NMI) == 1",
        "live(NMI, PF) == 2",
        "live(SYSCALL from user) == 1",
        "live(SYSCALL, NMI from kernel) == 1",
        "newest is PF",
        "oldest is SYSCALL",
        "newest.rip in [entry, repeat_nmi)",
        "not (rip in [repeat_nmi, end_repeat_nmi))",
        "rip == symbol(entry) + 48",
        "not at(entry, repeat_nmi)",
        "spec_ctrl.ibrs"
      })
  void condition_inNestedPageFault_holds(String condition) {
    MachineState state = ModelFixture.kernelState(3);
    ModelFixture.interrupt(state, Event.SYSCALL, -1);
    ModelFixture.interrupt(state, Event.NMI, 5);
    ModelFixture.interrupt(state, Event.PF, 2);
    assertTrue(Properties.holds(condition, state));
  }

  @Test
  void memory_byNameAndOffset_readsItsSlot() {
    MachineState state = ModelFixture.userState();
    state.load(ModelFixture.VARIABLE_SLOT, 7);
    state.load(ModelFixture.VARIABLE_SLOT + 3, 8);
    state.load(ModelFixture.STACK_SLOT + 1, 9);
    state.load(ModelFixture.MSR_SLOT, 10);
    assertTrue(Properties.holds("[rcu_watching] == 7", state));
    assertTrue(Properties.holds("[table + 16] == 8", state));
    assertTrue(Properties.holds("[stack nmi -56] == 9", state));
    assertTrue(Properties.holds("[stack nmi \"NMI executing\"] == 9", state));
    assertTrue(Properties.holds("msr(0x123) == 10", state));
  }

  @ParameterizedTest
  @CsvSource({"-1,false", "0,true", "40,true", "64,true", "65,false"})
  void inStack_atOffset_includesTheTop(long offset, boolean expected) {
    MachineState state = ModelFixture.userState();
    state.load(Slot.RSP, ModelFixture.STACK_BASE + offset);
    assertEquals(expected, Properties.holds("rsp in stack(nmi)", state));
  }

  @ParameterizedTest
  @CsvSource({"3,false", "4,true", "5,true", "6,false"})
  void inRange_atInstruction_excludesTheEnd(int instruction, boolean expected) {
    MachineState state = ModelFixture.kernelState(instruction);
    assertEquals(expected, Properties.holds("rip in [repeat_nmi, end_repeat_nmi)", state));
  }

  @Test
  void inC_atAddressInsideAnInstruction_isFalse() {
    MachineState state = ModelFixture.kernelState(2);
    state.load(Slot.RIP, Program.address(2) + 8);
    assertFalse(Properties.holds("in_c", state));
  }

  @Test
  void user_halted_isFalse() {
    MachineState state = ModelFixture.userState();
    state.load(Slot.HALT, Halt.finding(Finding.SHUTDOWN, 1));
    assertTrue(Properties.holds("halted and not user and not kernel", state));
  }

  @Test
  void tokens_byTest_areToldApart() {
    MachineState state = ModelFixture.userState();
    state.load(Slot.RAX, Token.lowHalf(Token.DEAD));
    state.load(Slot.RCX, Token.CLOBBERED);
    state.load(Slot.RDX, 5);
    assertTrue(Properties.holds("dead(rax) and opaque(rax)", state));
    assertTrue(Properties.holds("not dead(rcx) and opaque(rcx)", state));
    assertFalse(Properties.holds("dead(rdx) or opaque(rdx)", state));
  }

  @Test
  void onDelivery_ofItsEvents_seesOriginAndFrame() {
    Observation seen = new Observation();
    seen.delivered(Event.NMI, true, ModelFixture.STACK_BASE + 8, 0);
    MachineState state = ModelFixture.kernelState(0);
    String clause = "on delivery of NMI, MC: ";
    assertTrue(Properties.holds(clause, "from_user and frame in stack(nmi)", state, seen));
    assertFalse(Properties.holds(clause, "not from_user", state, seen));
    assertTrue(Properties.holds("on delivery of PF: ", "false", state, seen));
    assertFalse(Properties.holds("on delivery: ", "false", state, seen));
    assertTrue(Properties.holds("on delivery when live > 0: ", "false", state, seen));
    assertTrue(Properties.holds("on resume: ", "false", state, seen));
  }

  @Test
  void onResume_withDifferences_namesThem() {
    Observation seen = new Observation();
    seen.resumed(Event.PF, false, 1L << ContextField.snapshotPosition(Slot.CR3));
    MachineState state = ModelFixture.kernelState(0);
    assertFalse(Properties.holds("on resume: ", "not differs(rax, cr3)", state, seen));
    assertFalse(Properties.holds("on resume of PF: ", "not differs(any)", state, seen));
    assertTrue(Properties.holds("on resume: ", "not differs(rsp)", state, seen));
    assertTrue(Properties.holds("on resume of NMI: ", "false", state, seen));
    assertTrue(Properties.holds("on return to user: ", "false", state, seen));
    seen.resumed(Event.PF, true, 0);
    assertFalse(Properties.holds("on return to user: ", "differs(any)", state, seen));
  }

  @Test
  void findings_ofATransition_areTested() {
    Observation seen = new Observation();
    seen.find(Finding.RET_EXECUTED);
    MachineState state = ModelFixture.kernelState(0);
    assertFalse(Properties.holds("never finding ", "shutdown, ret-executed", state, seen));
    assertTrue(Properties.holds("never finding ", "shutdown", state, seen));
    assertFalse(Properties.holds("on finding ret-executed when kernel: ", "user", state, seen));
    assertTrue(Properties.holds("on finding shutdown: ", "false", state, seen));
  }

  @Test
  void cplFields_ofKernelSelectors_areTheirLowBits() {
    MachineState state = ModelFixture.kernelState(0);
    state.load(Slot.SS, Selectors.LDT_SS);
    assertTrue(Properties.holds("cpl == 0 and ss.rpl == 3 and ss == 0xf", state));
  }
}
