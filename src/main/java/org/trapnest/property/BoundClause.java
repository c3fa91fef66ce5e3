package org.trapnest.property;

import java.util.List;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/**
 * A clause with every name resolved, in the one form that all clauses have: where the antecedent is
 * met, the claim must hold.
 *
 * @param clause as declared
 * @param antecedent trigger, {@code when} and the left side of an outermost {@code implies}
 * @param claim what must hold there
 * @param conditional whether the clause can be vacuous
 * @param parts the words of the clause whose values explain it
 */
record BoundClause(
    Clause clause,
    BoundCondition antecedent,
    BoundCondition claim,
    boolean conditional,
    List<Part> parts) {

  /** A word of a clause, as written, with what it means. */
  sealed interface Part {
    String text();

    record OfNumber(String text, BoundNumber number) implements Part {}

    record OfCondition(String text, BoundCondition condition) implements Part {}
  }

  BoundClause {
    parts = List.copyOf(parts);
  }

  boolean violated(MachineState after, Observation seen) {
    return antecedent.holds(after, seen) && !claim.holds(after, seen);
  }
}
