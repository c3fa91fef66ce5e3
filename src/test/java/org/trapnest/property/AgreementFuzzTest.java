package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Program;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;

/** Random properties over random states: the interpreter and the compiled set must agree. */
class AgreementFuzzTest {
  private static final int SETS = 40;
  private static final int STATES_PER_SET = 200;
  private static final int PROPERTIES_PER_SET = 20;

  @Test
  void interpretedAndCompiled_onRandomStates_agree() {
    SplittableRandom random = new SplittableRandom(20_180_104);
    long violations = 0;
    long reaches = 0;
    for (int set = 0; set < SETS; set++) {
      RandomProperty source = new RandomProperty(random);
      List<BoundProperty> properties = new ArrayList<>();
      for (int i = 0; i < PROPERTIES_PER_SET; i++) {
        properties.add(Properties.bound(source.clause()));
      }
      CompiledPropertySet compiled = new CompiledPropertySet(properties);
      assertFalse(compiled.interpreted());
      InterpretedPropertySet interpreted = new InterpretedPropertySet(properties);
      for (int i = 0; i < STATES_PER_SET; i++) {
        MachineState state = state(random);
        Observation seen = observation(random);
        long violated = interpreted.violated(state, seen);
        long reached = interpreted.reached(state, seen);
        assertEquals(violated, compiled.violated(state, seen), () -> texts(properties));
        assertEquals(reached, compiled.reached(state, seen), () -> texts(properties));
        violations += Long.bitCount(violated);
        reaches += Long.bitCount(reached);
      }
    }
    long evaluations = (long) SETS * STATES_PER_SET * PROPERTIES_PER_SET;
    assertTrue(violations > evaluations / 20 && violations < evaluations * 19 / 20, "bored");
    assertTrue(reaches > evaluations / 20 && reaches < evaluations * 19 / 20, "bored");
  }

  @Test
  void set_tooLargeForAClass_isInterpreted() {
    String clause = "always rax == 1" + " or rax + 1 == 1 << rbx".repeat(200);
    String huge = (clause + "\n").repeat(12) + "never user";
    BoundProperty property = Properties.bound(huge);
    CompiledPropertySet set = new CompiledPropertySet(List.of(property));
    assertTrue(set.interpreted());
    assertEquals(1, set.violated(ModelFixture.userState(), new Observation()));
  }

  private static String texts(List<BoundProperty> properties) {
    StringBuilder texts = new StringBuilder();
    properties.forEach(p -> p.clauses().forEach(c -> texts.append(c.clause().text()).append('\n')));
    return texts.toString();
  }

  private static MachineState state(SplittableRandom random) {
    MachineState state =
        random.nextBoolean()
            ? ModelFixture.userState()
            : ModelFixture.kernelState(random.nextInt(8));
    int contexts = random.nextInt(ModelFixture.MAX_CONTEXTS + 1);
    for (int i = 0; i < contexts; i++) {
      Event event = Event.byOrdinal(random.nextInt(Event.values().length));
      ModelFixture.interrupt(state, event, random.nextInt(-1, 8));
    }
    for (int i = 0; i < 12; i++) {
      int slot = random.nextInt(state.slotCount());
      boolean fragile =
          slot == Slot.CONTEXTS
              || (slot - ModelFixture.CONTEXT_BASE) >= 0
                  && (slot - ModelFixture.CONTEXT_BASE) % ContextField.COUNT == ContextField.EVENT;
      if (!fragile) {
        state.load(slot, value(random));
      }
    }
    return state;
  }

  private static long value(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> Token.DEAD + random.nextInt(4);
      case 2 -> ModelFixture.STACK_BASE + random.nextInt(-8, 80);
      case 3 -> Program.address(random.nextInt(-2, 10)) + random.nextInt(2) * 8L;
      case 4 -> random.nextBoolean() ? ModelFixture.KERNEL_GS : ModelFixture.USER_CR3;
      default -> random.nextInt(4);
    };
  }

  private static Observation observation(SplittableRandom random) {
    Observation seen = new Observation();
    Event[] events = Event.values();
    if (random.nextBoolean()) {
      Event event = events[random.nextInt(events.length)];
      seen.delivered(event, random.nextBoolean(), value(random), 0);
    }
    if (random.nextBoolean()) {
      seen.resumed(
          events[random.nextInt(events.length)], random.nextBoolean(), random.nextInt(1 << 28));
    }
    for (Finding finding : Finding.values()) {
      if (random.nextInt(6) == 0) {
        seen.find(finding);
      }
    }
    return seen;
  }
}
