package org.trapnest.property;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;

/**
 * Parses property files.
 *
 * <p>A file is a sequence of properties. Each is {@code property}, its id and a sentence in quotes,
 * then attributes ({@code source}, {@code cost}, {@code requires}, {@code parameter}) and clauses
 * in any order. Line ends mean nothing; {@code #} begins a comment.
 */
public final class PropertyParser {
  private static final Set<String> STARTS =
      Set.of(
          "property",
          "source",
          "cost",
          "requires",
          "parameter",
          "always",
          "never",
          "on",
          "sometimes",
          "possible");
  private static final Set<String> INNER =
      Set.of("implies", "or", "and", "not", "in", "is", "when", "finding", "of", "stack", "to");

  private final LexemeCursor cursor;
  private final ExpressionParser expressions;
  private final Map<String, SourceSpan> declared = new HashMap<>();
  private final List<PropertyDeclaration> properties = new ArrayList<>();

  private PropertyParser(LexemeCursor cursor) {
    this.cursor = cursor;
    this.expressions = new ExpressionParser(cursor);
  }

  /** The properties of a file; those with a complaint are left out. */
  public static List<PropertyDeclaration> parse(SourceFile file, Diagnostics diagnostics) {
    LexemeCursor cursor = new LexemeCursor(PropertyLexer.lex(file, diagnostics), diagnostics);
    PropertyParser parser = new PropertyParser(cursor);
    while (!cursor.atEnd()) {
      parser.property();
    }
    return List.copyOf(parser.properties);
  }

  static boolean isReserved(String word) {
    return STARTS.contains(word) || INNER.contains(word);
  }

  private void property() {
    int before = cursor.complaints();
    PropertyDraft draft = new PropertyDraft();
    try {
      header(draft);
    } catch (LexemeCursor.Abandoned e) {
      skip(STARTS);
    }
    while (!cursor.atEnd() && !cursor.peek().isWord("property")) {
      try {
        part(draft);
      } catch (LexemeCursor.Abandoned e) {
        skip(STARTS);
      }
    }
    if (cursor.complaints() == before) {
      draft.complete(cursor).ifPresent(properties::add);
    }
  }

  /** Skips to a word that begins something; always past at least nothing that begins one. */
  private void skip(Set<String> starts) {
    while (!cursor.atEnd()
        && !(cursor.peek().kind() == Lexeme.Kind.WORD && starts.contains(cursor.peek().text()))) {
      cursor.next();
    }
  }

  private void header(PropertyDraft draft) {
    if (!cursor.takeWord("property")) {
      Diagnostic diagnostic =
          Diagnostic.of(
              PropertyProblem.UNEXPECTED,
              cursor.peek().span(),
              "'property'",
              cursor.peek().described());
      skip(Set.of("property"));
      throw cursor.fail(diagnostic);
    }
    Lexeme id = cursor.expect(Lexeme.Kind.WORD, "a property's name");
    draft.name(id);
    if (!id.text().matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
      cursor.complain(Diagnostic.of(PropertyProblem.BAD_ID, id.span(), id.text()));
    }
    SourceSpan earlier = declared.putIfAbsent(id.text(), id.span());
    if (earlier != null) {
      cursor.complain(
          Diagnostic.of(PropertyProblem.DUPLICATE_ID, id.span(), id.text(), earlier.place()));
    }
    draft.sentence(cursor.expect(Lexeme.Kind.STRING, "a sentence in quotes").text());
  }

  private void part(PropertyDraft draft) {
    Lexeme word = cursor.peek();
    if (word.kind() != Lexeme.Kind.WORD || !STARTS.contains(word.text())) {
      throw cursor.unexpected("a clause or an attribute");
    }
    cursor.next();
    switch (word.text()) {
      case "source" -> draft.source(cursor.expect(Lexeme.Kind.STRING, "a source in quotes").text());
      case "cost" -> draft.cost(cost(), cursor, word.span());
      case "requires" -> requires(draft);
      case "parameter" -> draft.parameter(parameter());
      default -> draft.clause(clause(word));
    }
  }

  private Cost cost() {
    Lexeme word = cursor.expect(Lexeme.Kind.WORD, "a cost");
    return Cost.parse(word.text())
        .orElseThrow(
            () ->
                cursor.fail(
                    Diagnostic.of(PropertyProblem.UNKNOWN_COST, word.span(), word.text())
                        .withNote("costs are security, corruption, performance and none")));
  }

  private void requires(PropertyDraft draft) {
    do {
      draft.require(cursor.expectName("a switch or feature").text());
    } while (cursor.takeSymbol(","));
  }

  private PropertyDeclaration.Parameter parameter() {
    Name name = cursor.expectName("a parameter's name");
    Optional<String> usual =
        cursor.takeSymbol("=")
            ? Optional.of(cursor.expectName("the name it usually stands for").text())
            : Optional.empty();
    boolean described = cursor.peek().kind() == Lexeme.Kind.STRING;
    String meaning = described ? cursor.next().text() : "";
    return new PropertyDeclaration.Parameter(name.text(), meaning, usual, name.span());
  }

  private Clause clause(Lexeme first) {
    return switch (first.text()) {
      case "always" -> everywhere(Clause.Form.ALWAYS, first);
      case "sometimes" -> everywhere(Clause.Form.SOMETIMES, first);
      case "possible" -> everywhere(Clause.Form.POSSIBLE, first);
      case "never" -> {
        boolean findings = cursor.takeWord("finding");
        yield findings ? neverFinding(first) : everywhere(Clause.Form.NEVER, first);
      }
      default -> onTransition(first);
    };
  }

  private Clause everywhere(Clause.Form form, Lexeme first) {
    Trigger trigger = new Trigger.Everywhere();
    Expression claim = expressions.condition(trigger);
    return new Clause(
        form, trigger, Optional.empty(), Optional.of(claim), cursor.since(first.span()));
  }

  private Clause neverFinding(Lexeme first) {
    Trigger trigger = new Trigger.Found(findings());
    return new Clause(
        Clause.Form.NEVER_FINDING,
        trigger,
        Optional.empty(),
        Optional.empty(),
        cursor.since(first.span()));
  }

  private Clause onTransition(Lexeme first) {
    Trigger trigger = trigger();
    Optional<Expression> when =
        cursor.takeWord("when") ? Optional.of(expressions.condition(trigger)) : Optional.empty();
    cursor.expectSymbol(":");
    Expression claim = expressions.condition(trigger);
    return new Clause(
        Clause.Form.ON, trigger, when, Optional.of(claim), cursor.since(first.span()));
  }

  private Trigger trigger() {
    if (cursor.takeWord("delivery")) {
      return new Trigger.Delivery(ofEvents());
    }
    if (cursor.takeWord("resume")) {
      return new Trigger.Resume(ofEvents());
    }
    if (cursor.takeWord("finding")) {
      return new Trigger.Found(findings());
    }
    if (cursor.takeWord("return")) {
      cursor.expectWord("to");
      cursor.expectWord("user");
      return new Trigger.ReturnToUser();
    }
    throw cursor.unexpected("'delivery', 'resume', 'return to user' or 'finding'");
  }

  private Set<Event> ofEvents() {
    return cursor.takeWord("of") ? expressions.events() : Set.of();
  }

  private Set<Finding> findings() {
    Set<Finding> findings = EnumSet.noneOf(Finding.class);
    do {
      Lexeme word = cursor.expect(Lexeme.Kind.WORD, "a finding");
      findings.add(
          Finding.parse(word.text())
              .orElseThrow(() -> cursor.fail(Vocabulary.unknownFinding(word))));
    } while (cursor.takeSymbol(","));
    return findings;
  }
}
