package org.trapnest.property;

import java.util.List;
import java.util.Map;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/**
 * A property bound to one model, interpreted. Immutable and free of state, so any thread may use
 * it; searches use {@link CompiledPropertySet}.
 *
 * <p>All expressions are evaluated on the state behind a transition and its observation; the
 * initial state counts as the target of a transition that did nothing.
 *
 * <p>A property is <i>reached</i> by a transition that meets the antecedent of one of its clauses
 * that have one: an event, a return, a {@code when}, the left side of an outermost {@code implies},
 * the condition of {@code sometimes}. A property without such a clause is always reached. One that
 * no transition reached is vacuous, or, with {@link PropertyDeclaration#mustBeReached}, violated.
 */
public final class BoundProperty {
  private final PropertyDeclaration declaration;
  private final Map<String, String> arguments;
  private final List<BoundClause> clauses;
  private final boolean conditional;
  private final Explanation explanation;

  BoundProperty(
      PropertyDeclaration declaration,
      Map<String, String> arguments,
      List<BoundClause> clauses,
      MachineModel model) {
    this.declaration = declaration;
    this.arguments = Map.copyOf(arguments);
    this.clauses = List.copyOf(clauses);
    this.conditional = clauses.stream().anyMatch(BoundClause::conditional);
    this.explanation = new Explanation(model);
  }

  public String id() {
    return declaration.id();
  }

  public PropertyDeclaration declaration() {
    return declaration;
  }

  /** The arguments that it was bound with, by parameter. */
  public Map<String, String> arguments() {
    return arguments;
  }

  List<BoundClause> clauses() {
    return clauses;
  }

  /** The condition of a property that is one reachability clause, as written. */
  public String claimText() {
    return clauses.get(0).clause().claim().map(e -> SourceText.oneLine(e.span())).orElse("");
  }

  /** Whether it can be vacuous. */
  public boolean conditional() {
    return conditional;
  }

  /** Whether a transition breaks it. */
  public boolean violated(MachineState after, Observation seen) {
    return clauses.stream().anyMatch(c -> c.violated(after, seen));
  }

  /** Whether a transition reaches it. */
  public boolean reached(MachineState after, Observation seen) {
    return !conditional
        || clauses.stream().anyMatch(c -> c.conditional() && c.antecedent().holds(after, seen));
  }

  public CompiledProperty compile() {
    CompiledPropertySet set = new CompiledPropertySet(List.of(this));
    return new CompiledProperty() {
      @Override
      public boolean violated(MachineState after, Observation seen) {
        return set.violated(after, seen) != 0;
      }

      @Override
      public boolean reached(MachineState after, Observation seen) {
        return set.reached(after, seen) != 0;
      }
    };
  }

  /**
   * Why a transition breaks the property: the clause, and the values of its words; an empty string
   * when it does not.
   */
  public String because(MachineState after, Observation seen) {
    return clauses.stream()
        .filter(c -> c.violated(after, seen))
        .findFirst()
        .map(c -> explanation.of(this, c, after, seen))
        .orElse("");
  }
}
