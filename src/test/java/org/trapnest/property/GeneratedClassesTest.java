package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Program;
import org.trapnest.machine.Slot;

class GeneratedClassesTest {
  private static PropertySetCode compiled(String clauses) {
    return PropertySetCompiler.compile(List.of(Properties.bound(clauses)));
  }

  private static PropertySetCode neverAt(int instruction) {
    BoundProperty always = Properties.bound("always user");
    BitSet indexes = new BitSet();
    indexes.set(instruction);
    BoundClause clause = always.clauses().get(0);
    BoundCondition elsewhere =
        new BoundCondition.Not(new BoundCondition.InCode(new CodeTable(indexes)));
    BoundClause never =
        new BoundClause(clause.clause(), clause.antecedent(), elsewhere, false, List.of());
    return PropertySetCompiler.compile(
        List.of(
            new BoundProperty(
                always.declaration(), Map.of(), List.of(never), ModelFixture.model())));
  }

  @Test
  void compile_sameCode_isOneClass() {
    PropertySetCode first = compiled("never rax == 417");
    assertSame(first.getClass(), compiled("never rax == 417").getClass());
    assertNotSame(first.getClass(), compiled("never rax == 418").getClass());
  }

  @Test
  void compile_sameCodeForOtherInstructions_keepsItsOwnTables() {
    PropertySetCode early = neverAt(0);
    PropertySetCode late = neverAt(4);
    assertSame(early.getClass(), late.getClass(), "else this tests nothing");
    MachineState state = ModelFixture.userState();
    state.write(Slot.RIP, Program.address(0));
    assertEquals(1, early.violated(state, new Observation()));
    assertEquals(0, late.violated(state, new Observation()));
  }

  @Test
  void compile_manyDifferentOnes_forgetsTheOldest() {
    Class<?> first = compiled("never rax == 1000").getClass();
    for (int i = 1; i <= GeneratedClasses.MOST; i++) {
      compiled("never rax == " + (1000 + i));
    }
    PropertySetCode again = compiled("never rax == 1000");
    assertNotSame(first, again.getClass());
    MachineState state = ModelFixture.userState();
    state.write(Slot.RAX, 1000);
    assertEquals(1, again.violated(state, new Observation()));
  }
}
