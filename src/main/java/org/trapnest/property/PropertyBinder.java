package org.trapnest.property;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.machine.MachineModel;

/**
 * Binds properties to models: gives every label, C function, stack and variable that a property
 * names its address, instructions or slot.
 */
public final class PropertyBinder {

  private PropertyBinder() {}

  /**
   * Binds a property without parameters; see {@link #bind(PropertyDeclaration, MachineModel, Map,
   * Diagnostics)}.
   */
  public static Optional<BoundProperty> bind(
      PropertyDeclaration declaration, MachineModel model, Diagnostics diagnostics) {
    return bind(declaration, model, Map.of(), diagnostics);
  }

  /**
   * Binds a property.
   *
   * @param arguments what the model says for each parameter
   * @param diagnostics gets a complaint, with its place in the property file, for each name that
   *     the model lacks and for arguments that are missing or unknown; the result is then empty
   */
  public static Optional<BoundProperty> bind(
      PropertyDeclaration declaration,
      MachineModel model,
      Map<String, String> arguments,
      Diagnostics diagnostics) {
    if (!argumentsFit(declaration, arguments, diagnostics)) {
      return Optional.empty();
    }
    Map<String, String> meant = new HashMap<>(arguments);
    declaration.parameters().forEach(p -> p.usual().ifPresent(u -> meant.putIfAbsent(p.name(), u)));
    ModelNames names = new ModelNames(model, declaration.id(), meant, diagnostics);
    ExpressionBinder binder = new ExpressionBinder(names);
    List<BoundClause> clauses = new ArrayList<>();
    declaration.clauses().forEach(c -> clauses.add(clause(c, binder)));
    return names.complaints() > 0
        ? Optional.empty()
        : Optional.of(new BoundProperty(declaration, meant, clauses, model));
  }

  private static boolean argumentsFit(
      PropertyDeclaration declaration, Map<String, String> arguments, Diagnostics diagnostics) {
    boolean fit = true;
    for (PropertyDeclaration.Parameter parameter : declaration.parameters()) {
      if (!arguments.containsKey(parameter.name()) && parameter.usual().isEmpty()) {
        Diagnostic missing =
            Diagnostic.of(
                PropertyProblem.MISSING_ARGUMENT,
                parameter.span(),
                declaration.id(),
                parameter.name());
        diagnostics.report(
            parameter.meaning().isEmpty() ? missing : missing.withNote(parameter.meaning()));
        fit = false;
      }
    }
    List<String> known =
        declaration.parameters().stream().map(PropertyDeclaration.Parameter::name).toList();
    for (String argument : arguments.keySet().stream().sorted().toList()) {
      if (!known.contains(argument)) {
        diagnostics.report(
            PropertyProblem.UNKNOWN_ARGUMENT, declaration.span(), declaration.id(), argument);
        fit = false;
      }
    }
    return fit;
  }

  private static BoundClause clause(Clause clause, ExpressionBinder binder) {
    BoundCondition antecedent = binder.trigger(clause.trigger());
    BoundCondition claim = BoundCondition.Constant.FALSE;
    boolean conditional = clause.form() == Clause.Form.ON;
    if (clause.when().isPresent()) {
      antecedent = BoundCondition.both(antecedent, binder.condition(clause.when().get()));
    }
    if (clause.claim().isPresent()) {
      Expression claimed = clause.claim().get();
      boolean implication =
          clause.form() != Clause.Form.NEVER
              && !demandsReachability(clause)
              && claimed instanceof Expression.Binary binary
              && binary.operator() == Operator.IMPLIES;
      if (implication) {
        Expression.Binary binary = (Expression.Binary) claimed;
        antecedent = BoundCondition.both(antecedent, binder.condition(binary.left()));
        claimed = binary.right();
        conditional = true;
      }
      claim = binder.condition(claimed);
    }
    if (clause.form() == Clause.Form.NEVER) {
      claim = claim.negated();
    }
    if (demandsReachability(clause)) {
      antecedent = claim;
      claim = BoundCondition.Constant.TRUE;
      conditional = true;
    }
    return new BoundClause(clause, antecedent, claim, conditional, binder.parts(clause));
  }

  private static boolean demandsReachability(Clause clause) {
    return clause.form() == Clause.Form.SOMETIMES || clause.form() == Clause.Form.POSSIBLE;
  }
}
