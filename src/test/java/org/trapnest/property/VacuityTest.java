package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

class VacuityTest {

  /** User mode, an NMI just delivered, a RET found. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "always user implies true; true",
        "always kernel implies true; false",
        "always user implies kernel implies true; true",
        "always kernel; true",
        "never user; true",
        "never kernel implies user; true",
        "never finding shutdown; true",
        "on delivery of NMI: true; true",
        "on delivery of MC: true; false",
        "on delivery when user: true; true",
        "on delivery when kernel: true; false",
        "on delivery: kernel implies true; false",
        "on resume: true; false",
        "on return to user: true; false",
        "on finding ret-executed: true; true",
        "on finding shutdown: true; false",
        "sometimes user; true",
        "sometimes kernel; false",
        "never finding shutdown always kernel implies true; false",
        "always user implies true always kernel implies true; true"
      })
  void reached_byATransition_needsAnAntecedent(String clauses, boolean expected) {
    MachineState state = ModelFixture.userState();
    Observation seen = new Observation();
    seen.delivered(Event.NMI, true, 0, -1);
    seen.find(Finding.RET_EXECUTED);
    BoundProperty property = Properties.bound(clauses);
    assertEquals(expected, property.reached(state, seen));
    assertEquals(expected, property.compile().reached(state, seen));
  }

  @Test
  void sometimes_notMet_isNotViolatedByATransition() {
    BoundProperty property = Properties.bound("sometimes kernel");
    assertTrue(property.declaration().mustBeReached());
    assertFalse(property.violated(ModelFixture.userState(), new Observation()));
    assertFalse(property.compile().violated(ModelFixture.userState(), new Observation()));
  }

  @Test
  void always_isNoGoal() {
    assertFalse(Properties.bound("always user").declaration().mustBeReached());
  }
}
