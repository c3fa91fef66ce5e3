package org.trapnest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.NearestName;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.MachineModel;
import org.trapnest.property.BoundProperty;
import org.trapnest.property.PropertyBinder;
import org.trapnest.property.PropertyDeclaration;

/** Binds the properties that a model is checked against, and finds what it expects of each. */
final class CheckLinker {
  /** The properties of every model. */
  static final List<String> UNIVERSAL =
      List.of(
          "resumes-exactly",
          "no-return-to-unknown-context",
          "no-dead-value-used",
          "stack-in-bounds",
          "no-double-fault",
          "every-entry-returns");

  private static final int MAX_CHECKS = 63;

  private final Declarations declared;
  private final Map<String, PropertyDeclaration> catalogue = new LinkedHashMap<>();
  private final Configuration configuration;
  private final Model model;
  private final Diagnostics diagnostics;

  CheckLinker(
      Declarations declared,
      List<PropertyDeclaration> catalogue,
      Model model,
      Configuration configuration,
      Diagnostics diagnostics) {
    this.declared = declared;
    catalogue.forEach(p -> this.catalogue.put(p.id(), p));
    this.model = model;
    this.configuration = configuration;
    this.diagnostics = diagnostics;
  }

  List<Check> link(MachineModel machine) {
    List<Check> checks = new ArrayList<>();
    Map<String, Declarations.CheckLine> lines = lines();
    for (Declarations.CheckLine line : lines.values()) {
      PropertyDeclaration property = catalogue.get(line.property());
      if (property == null) {
        unknown(line);
      } else if (applies(property)) {
        bind(property, line, machine).ifPresent(b -> checks.add(check(b)));
      }
    }
    reportUnchecked(lines);
    if (checks.size() > MAX_CHECKS) {
      diagnostics.report(
          ModelProblem.TOO_MANY_PROPERTIES, SourceSpan.of(model.file(), 0, 0), checks.size());
    }
    return checks;
  }

  private Check check(BoundProperty property) {
    String id = property.id();
    boolean ends = declared.ends.stream().anyMatch(e -> e.property().equals(id) && met(e.when()));
    return new Check(property, expected(id), ends);
  }

  private Map<String, Declarations.CheckLine> lines() {
    Map<String, Declarations.CheckLine> lines = new LinkedHashMap<>();
    SourceSpan top = SourceSpan.of(model.file(), 0, 0);
    UNIVERSAL.forEach(id -> lines.put(id, new Declarations.CheckLine(id, Map.of(), top)));
    declared.checks.forEach(line -> lines.put(line.property(), line));
    return lines;
  }

  private void unknown(Declarations.CheckLine line) {
    Diagnostic diagnostic =
        Diagnostic.of(ModelProblem.UNKNOWN_PROPERTY, line.span(), line.property());
    Optional<String> near = NearestName.of(line.property(), catalogue.keySet());
    diagnostics.report(
        near.map(n -> diagnostic.withNote("did you mean '" + n + "'?"))
            .orElse(diagnostic.withNote("the properties folder declares " + catalogue.size())));
  }

  private Optional<BoundProperty> bind(
      PropertyDeclaration property, Declarations.CheckLine line, MachineModel machine) {
    Diagnostics problems = new Diagnostics();
    Optional<BoundProperty> bound =
        PropertyBinder.bind(property, machine, line.arguments(), problems);
    problems
        .all()
        .forEach(p -> diagnostics.report(p.withNote("checked at " + line.span().place())));
    return problems.hasErrors() ? Optional.empty() : bound;
  }

  private boolean applies(PropertyDeclaration property) {
    return property.requires().stream()
        .allMatch(
            name ->
                configuration.values().getOrDefault(name, 0L) != 0
                    || declared.features.contains(name));
  }

  private Verdict expected(String id) {
    Verdict verdict = Verdict.HOLDS;
    for (Declarations.ExpectLine line : declared.expectations) {
      if (line.property().equals(id) && met(line.when())) {
        verdict = line.verdict();
      }
    }
    return verdict;
  }

  private boolean met(Map<String, Long> when) {
    return configuration.meets(when);
  }

  private void reportUnchecked(Map<String, Declarations.CheckLine> lines) {
    for (Declarations.ExpectLine line : declared.expectations) {
      reportUnknown(lines, line.property(), line.when(), line.span());
    }
    for (Declarations.EndsLine line : declared.ends) {
      reportUnknown(lines, line.property(), line.when(), line.span());
    }
  }

  private void reportUnknown(
      Map<String, Declarations.CheckLine> lines,
      String property,
      Map<String, Long> when,
      SourceSpan span) {
    if (!lines.containsKey(property)) {
      diagnostics.report(ModelProblem.NOT_CHECKED, span, property);
    }
    for (String name : when.keySet()) {
      if (!model.declares(name)) {
        diagnostics.report(ModelProblem.UNKNOWN_NAME, span, "switch or ablation", name);
      }
    }
  }
}
