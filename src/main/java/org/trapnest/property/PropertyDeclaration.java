package org.trapnest.property;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.trapnest.diag.SourceSpan;

/**
 * A property as its file declares it, before it is bound to a model.
 *
 * @param id its name, lower-case words joined by hyphens
 * @param sentence what it demands, in words
 * @param sources where the demand comes from
 * @param cost what a violation costs
 * @param requires the switches or features without which it is not checked
 * @param parameters what a model that uses it must name
 * @param clauses what must hold; all of them
 * @param span the id's place
 */
public record PropertyDeclaration(
    String id,
    String sentence,
    List<String> sources,
    Cost cost,
    List<String> requires,
    List<Parameter> parameters,
    List<Clause> clauses,
    SourceSpan span) {

  /**
   * A name that the model's use of the property gives: {@code handler = exc_nmi}.
   *
   * @param name its name in the property
   * @param meaning what it stands for, or an empty string
   * @param usual what it stands for where a model says nothing
   * @param span its place
   */
  public record Parameter(String name, String meaning, Optional<String> usual, SourceSpan span) {}

  public PropertyDeclaration {
    sources = List.copyOf(sources);
    requires = List.copyOf(requires);
    parameters = List.copyOf(parameters);
    clauses = List.copyOf(clauses);
  }

  /** Whether a model with these features (switches that are not zero included) is checked. */
  public boolean appliesTo(Set<String> features) {
    return features.containsAll(requires);
  }

  /** Whether it demands that something can happen from every reachable state on. */
  public boolean mustStayPossible() {
    return clauses.stream().anyMatch(c -> c.form() == Clause.Form.POSSIBLE);
  }

  /** Whether it demands that something happens: then it is violated when it was never reached. */
  public boolean mustBeReached() {
    return clauses.stream().anyMatch(c -> c.form() == Clause.Form.SOMETIMES);
  }
}
