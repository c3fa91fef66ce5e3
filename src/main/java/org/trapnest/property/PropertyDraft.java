package org.trapnest.property;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.SourceSpan;

/** Collects the parts of one property while it is parsed. */
final class PropertyDraft {
  private Optional<Lexeme> id = Optional.empty();
  private String sentence = "";
  private Optional<Cost> cost = Optional.empty();
  private final List<String> sources = new ArrayList<>();
  private final List<String> requires = new ArrayList<>();
  private final List<PropertyDeclaration.Parameter> parameters = new ArrayList<>();
  private final List<Clause> clauses = new ArrayList<>();

  void name(Lexeme word) {
    id = Optional.of(word);
  }

  void sentence(String text) {
    sentence = text;
  }

  void cost(Cost given, LexemeCursor cursor, SourceSpan span) {
    if (cost.isPresent()) {
      cursor.complain(Diagnostic.of(PropertyProblem.REPEATED_PART, span, idText(), "costs"));
    }
    cost = Optional.of(given);
  }

  void source(String text) {
    sources.add(text);
  }

  void require(String feature) {
    requires.add(feature);
  }

  void parameter(PropertyDeclaration.Parameter parameter) {
    parameters.add(parameter);
  }

  void clause(Clause clause) {
    clauses.add(clause);
  }

  private String idText() {
    return id.map(Lexeme::text).orElse("?");
  }

  /** The declaration, unless a part is missing, which is reported. */
  Optional<PropertyDeclaration> complete(LexemeCursor cursor) {
    Lexeme name = id.orElseThrow(() -> new IllegalStateException("a property without a name"));
    int before = cursor.complaints();
    demand(cursor, !clauses.isEmpty(), "clause");
    demand(cursor, cost.isPresent(), "cost");
    demand(cursor, !sources.isEmpty(), "source");
    checkParameters(cursor);
    boolean reachability =
        clauses.stream()
            .map(Clause::form)
            .anyMatch(f -> f == Clause.Form.SOMETIMES || f == Clause.Form.POSSIBLE);
    if (reachability && clauses.size() > 1) {
      cursor.complain(Diagnostic.of(PropertyProblem.SOMETIMES_ALONE, name.span()));
    }
    if (cursor.complaints() > before) {
      return Optional.empty();
    }
    return Optional.of(
        new PropertyDeclaration(
            name.text(),
            sentence,
            sources,
            cost.orElseThrow(),
            requires,
            parameters,
            clauses,
            name.span()));
  }

  private void demand(LexemeCursor cursor, boolean present, String part) {
    if (!present) {
      SourceSpan span = id.orElseThrow().span();
      cursor.complain(Diagnostic.of(PropertyProblem.MISSING_PART, span, idText(), part));
    }
  }

  private void checkParameters(LexemeCursor cursor) {
    for (int i = 0; i < parameters.size(); i++) {
      PropertyDeclaration.Parameter parameter = parameters.get(i);
      if (parameters.subList(0, i).stream().anyMatch(p -> p.name().equals(parameter.name()))) {
        cursor.complain(
            Diagnostic.of(
                PropertyProblem.REPEATED_PART,
                parameter.span(),
                idText(),
                "parameters '" + parameter.name() + "'"));
      }
    }
  }
}
