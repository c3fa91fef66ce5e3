package org.trapnest.property;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.NearestName;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;
import org.trapnest.machine.Slot;

/** The words of the language that mean the same in every model. */
final class Vocabulary {
  private static final String NEWEST = "newest.";
  private static final String OLDEST = "oldest.";

  private Vocabulary() {}

  /** What a single word means: a fact, a number, a register, a field, what a context keeps. */
  static Optional<Expression> word(String word, SourceSpan span) {
    return Fact.parse(word)
        .<Expression>map(f -> new Expression.Stated(f, span))
        .or(() -> Quantity.parse(word).map(q -> new Expression.Measured(q, span)))
        .or(() -> RegisterField.parse(word).map(f -> new Expression.Field(f, span)))
        .or(() -> register(word, span))
        .or(() -> kept(word, span));
  }

  private static Optional<Expression> register(String word, SourceSpan span) {
    int slot = Slot.byName(word);
    return slot < 0 ? Optional.empty() : Optional.of(new Expression.Register(slot, span));
  }

  private static Optional<Expression> kept(String word, SourceSpan span) {
    boolean newest = word.startsWith(NEWEST);
    if (!newest && !word.startsWith(OLDEST)) {
      return Optional.empty();
    }
    String field = word.substring(NEWEST.length());
    int position = snapshotPosition(field);
    if (field.equals("frame")) {
      return Optional.of(new Expression.Kept(newest, ContextField.FRAME, span));
    }
    return position < 0
        ? Optional.empty()
        : Optional.of(new Expression.Kept(newest, ContextField.SNAPSHOT + position, span));
  }

  /** The position in a context's snapshot of a register, or -1. */
  static int snapshotPosition(String register) {
    int slot = Slot.byName(register);
    return slot < 0 ? -1 : ContextField.snapshotPosition(slot);
  }

  static Diagnostic unknownWord(Lexeme word) {
    Diagnostic found = Diagnostic.of(PropertyProblem.UNKNOWN_WORD, word.span(), word.text());
    Diagnostic suggested = suggesting(found, word.text(), words());
    return word.text().contains("-")
        ? suggested.withNote("a subtraction needs blanks around '-'")
        : suggested;
  }

  static Diagnostic unknownFinding(Lexeme word) {
    List<String> names = Arrays.stream(Finding.values()).map(Finding::propertyName).toList();
    return suggesting(
        Diagnostic.of(PropertyProblem.UNKNOWN_FINDING, word.span(), word.text()),
        word.text(),
        names);
  }

  static Diagnostic unknownEvent(Lexeme word) {
    List<String> names = Arrays.stream(Event.values()).map(Event::name).toList();
    return suggesting(
        Diagnostic.of(PropertyProblem.UNKNOWN_EVENT, word.span(), word.text()), word.text(), names);
  }

  static Diagnostic suggesting(Diagnostic diagnostic, String written, List<String> candidates) {
    return NearestName.of(written, candidates)
        .map(n -> diagnostic.withNote("did you mean '" + n + "'?"))
        .orElse(diagnostic);
  }

  private static List<String> words() {
    List<String> words = new ArrayList<>();
    Arrays.stream(Fact.values()).map(Fact::word).forEach(words::add);
    Arrays.stream(Quantity.values()).map(Quantity::word).forEach(words::add);
    RegisterField.all().stream().map(RegisterField::name).forEach(words::add);
    for (int slot = 0; slot < Slot.FIXED; slot++) {
      words.add(Slot.name(slot));
    }
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      words.add(NEWEST + Slot.name(ContextField.snapshotSlot(i)));
      words.add(OLDEST + Slot.name(ContextField.snapshotSlot(i)));
    }
    return words;
  }
}
