package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

class PropertyBinderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "always in_c(exc_mni); 2:13 PRP032 the property 'p' names the C function 'exc_mni', which"
            + " the model lacks [did you mean 'exc_nmi'?]",
        "always running(nothing) == 0; 2:16 PRP032 the property 'p' names the C function"
            + " 'nothing', which the model lacks",
        "always at(repeat_nmj); 2:11 PRP033 the property 'p' names the label 'repeat_nmj', which"
            + " the model lacks [did you mean 'repeat_nmi'?]",
        "always symbol(nmi_stack_to) == 0; 2:15 PRP033 the property 'p' names the label"
            + " 'nmi_stack_to', which the model lacks [did you mean 'nmi_stack_top'?]",
        "always rsp in stack(mce); 2:21 PRP034 the property 'p' names the stack 'mce', which the"
            + " model lacks",
        "always [stack rcu_watching -8] == 0; 2:15 PRP034 the property 'p' names the stack"
            + " 'rcu_watching', which the model lacks",
        "always [nmi] == 0; 2:9 PRP035 the property 'p' names the variable 'nmi', which the model"
            + " lacks",
        "always [table + 4] == 0; 2:8 PRP036 the property 'p' names the offset 4, which is no word"
            + " of 'table'",
        "always [table + 32] == 0; 2:8 PRP036 the property 'p' names the offset 32, which is no"
            + " word of 'table'",
        "always [stack nmi -72] == 0; 2:8 PRP036 the property 'p' names the offset -72, which is no"
            + " word of 'nmi'",
        "always [stack nmi \"x\"] == 0; 2:19 PRP036 the property 'p' names \"x\", which is no word"
            + " of 'nmi'",
        "always msr(0x124) == 0; 2:8 PRP037 the property 'p' names the MSR 0x124, which the model"
            + " lacks",
        "always rip in [repeat_nmi, entry); 2:8 PRP038 the property 'p' names a range that ends at"
            + " or before its start"
      })
  void name_thatTheModelLacks_isReported(String clause, String expected) {
    assertEquals(expected, Properties.complaints(Properties.around(clause), Map.of()));
  }

  @Test
  void argument_missingOrUnknown_isReported() {
    String text = Properties.around("parameter f \"the function\" always in_c(f)");
    assertEquals(
        "2:11 PRP030 the property 'p' needs the argument 'f' [the function]",
        Properties.complaints(text, Map.of()));
    assertEquals(
        "1:10 PRP031 the property 'p' has no parameter 'g'",
        Properties.complaints(text, Map.of("f", "exc_nmi", "g", "x")));
    assertEquals(
        "2:40 PRP032 the property 'p' names the C function 'exc_nm', which the model lacks"
            + " [it is the argument 'f'] [did you mean 'exc_nmi'?]",
        Properties.complaints(text, Map.of("f", "exc_nm")));
  }

  @Test
  void argument_givenOrUsual_replacesTheName() {
    String clause = "parameter f = exc_nmi always running(f) == 1";
    MachineState state = ModelFixture.kernelState(5);
    Observation nothing = new Observation();
    assertTrue(Properties.bound(clause).violated(state, nothing));
    BoundProperty given = Properties.bound(clause, Map.of("f", "do_syscall"));
    assertEquals(false, given.violated(state, nothing));
    assertEquals(Map.of("f", "do_syscall"), given.arguments());
  }

  @Test
  void because_ofAViolation_givesClauseAndValues() {
    MachineState user = ModelFixture.userState();
    user.load(org.trapnest.machine.Slot.SPEC_CTRL, 1);
    assertEquals(
        "'always user implies not spec_ctrl.ibrs' fails: user = true, spec_ctrl.ibrs = 1",
        Properties.bound("always user implies not spec_ctrl.ibrs")
            .because(user, new Observation()));
    MachineState nested = ModelFixture.kernelState(2);
    ModelFixture.interrupt(nested, Event.NMI, 3);
    assertEquals(
        "'never running(f) > 1 or rip == 0' fails: running(f) = 2, rip = entry+2, f is exc_nmi",
        Properties.bound("parameter f = exc_nmi never running(f) > 1 or rip == 0")
            .because(nested, new Observation()));
  }

  @Test
  void because_ofATransition_saysWhatItDid() {
    MachineState state = ModelFixture.kernelState(0);
    state.load(org.trapnest.machine.Slot.RSP, ModelFixture.STACK_BASE + 24);
    state.load(org.trapnest.machine.Slot.RAX, org.trapnest.machine.Token.CLOBBERED);
    Observation seen = new Observation();
    seen.explaining(true);
    seen.delivered(Event.MC, false, 0, -1);
    seen.resumed(Event.PF, false, 1 << 4);
    seen.find(org.trapnest.machine.Finding.SHUTDOWN);
    seen.explain("It was bad.");
    assertEquals(
        "'on delivery: rsp == rax' fails: #MC came from kernel mode,"
            + " rsp = 0xffffffff90000018 (stack nmi -40), rax = clobbered",
        Properties.bound("on delivery: rsp == rax").because(state, seen));
    assertEquals(
        "'on resume: not differs(any)' fails: #PF ended with another rsp, differs(any) = true",
        Properties.bound("on resume: not differs(any)").because(state, seen));
    assertEquals(
        "'never finding shutdown' fails: found shutdown, It was bad.",
        Properties.bound("never finding shutdown").because(state, seen));
    assertEquals("", Properties.bound("always kernel").because(state, seen));
  }
}
