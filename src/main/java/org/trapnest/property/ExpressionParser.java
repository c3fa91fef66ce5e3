package org.trapnest.property;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Event;

/**
 * Parses and types expressions by recursive descent, the loosest operators first.
 *
 * <p>{@code implies} groups to the right, arithmetic to the left; comparisons do not chain; {@code
 * not} takes a whole comparison.
 */
final class ExpressionParser {
  /** Deeper nesting than anyone writes, and shallow enough for every recursion over the tree. */
  private static final int MAX_DEPTH = 100;

  /** Chains of operators make trees as deep as they are long. */
  private static final int MAX_PARTS = 1000;

  private final LexemeCursor cursor;
  private final PrimaryParser primaries;
  private Trigger trigger = new Trigger.Everywhere();
  private int depth;
  private int parts;

  ExpressionParser(LexemeCursor cursor) {
    this.cursor = cursor;
    this.primaries = new PrimaryParser(cursor, this);
  }

  /** Parses a condition that a clause with this trigger evaluates. */
  Expression condition(Trigger evaluatedOn) {
    trigger = evaluatedOn;
    depth = 0;
    parts = 0;
    return require(ValueType.CONDITION, expression());
  }

  Trigger trigger() {
    return trigger;
  }

  Expression expression() {
    if (++depth > MAX_DEPTH) {
      throw cursor.fail(Diagnostic.of(PropertyProblem.TOO_DEEP, cursor.peek().span(), MAX_DEPTH));
    }
    Expression result = implication();
    depth--;
    return result;
  }

  private Expression implication() {
    List<Expression> operands = new ArrayList<>(List.of(disjunction()));
    while (cursor.takeWord(Operator.IMPLIES.spelling())) {
      operands.add(disjunction());
    }
    Expression result = operands.get(operands.size() - 1);
    for (int i = operands.size() - 2; i >= 0; i--) {
      result = conditions(Operator.IMPLIES, operands.get(i), result);
    }
    return result;
  }

  private Expression disjunction() {
    Expression left = conjunction();
    while (cursor.takeWord(Operator.OR.spelling())) {
      left = conditions(Operator.OR, left, conjunction());
    }
    return left;
  }

  private Expression conjunction() {
    Expression left = negation();
    while (cursor.takeWord(Operator.AND.spelling())) {
      left = conditions(Operator.AND, left, negation());
    }
    return left;
  }

  private Expression conditions(Operator operator, Expression left, Expression right) {
    require(ValueType.CONDITION, left);
    require(ValueType.CONDITION, right);
    return new Expression.Binary(operator, left, right, cursor.since(left.span()));
  }

  private Expression negation() {
    SourceSpan start = cursor.peek().span();
    int negations = 0;
    while (cursor.takeWord("not")) {
      negations++;
    }
    Expression result = comparison();
    if (negations > 0) {
      require(ValueType.CONDITION, result);
    }
    return negations % 2 == 1 ? new Expression.Not(result, cursor.since(start)) : result;
  }

  private Expression comparison() {
    Expression left = arithmetic(Operator.Group.BIT_OR);
    if (cursor.takeWord("in")) {
      return primaries.membership(left);
    }
    Optional<Operator> operator = operator(Operator.Group.COMPARISON);
    if (operator.isEmpty()) {
      return left;
    }
    Expression right = arithmetic(Operator.Group.BIT_OR);
    boolean ofConditions =
        left.type() == ValueType.CONDITION
            && (operator.get() == Operator.EQUAL || operator.get() == Operator.UNEQUAL);
    if (!ofConditions) {
      require(ValueType.NUMBER, left);
    }
    require(left.type(), right);
    if (operator(Operator.Group.COMPARISON).isPresent()) {
      throw cursor.fail(
          Diagnostic.of(PropertyProblem.CHAINED_COMPARISON, cursor.since(left.span())));
    }
    return new Expression.Binary(operator.get(), left, right, cursor.since(left.span()));
  }

  private Expression arithmetic(Operator.Group group) {
    boolean tightest = group == Operator.Group.SUM;
    Operator.Group tighter = tightest ? group : Operator.Group.values()[group.ordinal() + 1];
    Expression left = tightest ? unary() : arithmetic(tighter);
    for (Optional<Operator> o = operator(group); o.isPresent(); o = operator(group)) {
      require(ValueType.NUMBER, left);
      Expression right = require(ValueType.NUMBER, tightest ? unary() : arithmetic(tighter));
      left = new Expression.Binary(o.get(), left, right, cursor.since(left.span()));
    }
    return left;
  }

  private Optional<Operator> operator(Operator.Group group) {
    Lexeme lexeme = cursor.peek();
    Optional<Operator> found =
        lexeme.kind() == Lexeme.Kind.SYMBOL
            ? Operator.parse(lexeme.text(), group)
            : Optional.empty();
    if (found.isPresent()) {
      cursor.next();
    }
    return found;
  }

  private Expression unary() {
    SourceSpan start = cursor.peek().span();
    boolean minus = cursor.takeSymbol("-");
    if (minus || cursor.takeSymbol("~")) {
      if (++depth > MAX_DEPTH) {
        throw cursor.fail(Diagnostic.of(PropertyProblem.TOO_DEEP, start, MAX_DEPTH));
      }
      Expression operand = require(ValueType.NUMBER, unary());
      depth--;
      return new Expression.Negated(operand, !minus, cursor.since(start));
    }
    if (++parts > MAX_PARTS) {
      throw cursor.fail(Diagnostic.of(PropertyProblem.TOO_LONG, start, MAX_PARTS));
    }
    return primaries.primary();
  }

  /** Reports an expression of another type than wanted; parsing goes on as if it were right. */
  Expression require(ValueType wanted, Expression found) {
    if (found.type() != wanted) {
      Diagnostic diagnostic =
          Diagnostic.of(
              PropertyProblem.WRONG_TYPE, found.span(), wanted.phrase(), found.type().phrase());
      cursor.complain(
          wanted == ValueType.NUMBER
              ? diagnostic.withNote(
                  "'" + SourceText.oneLine(found.span()) + "' is true or false by itself")
              : diagnostic.withNote("compare it with something, as in '!= 0'"));
    }
    return found;
  }

  /** Parses event names, each separated by a comma. */
  Set<Event> events() {
    Set<Event> events = EnumSet.noneOf(Event.class);
    do {
      events.add(event());
    } while (cursor.takeSymbol(","));
    return events;
  }

  Event event() {
    Lexeme word = cursor.expect(Lexeme.Kind.WORD, "an event");
    return Event.parse(word.text()).orElseThrow(() -> cursor.fail(Vocabulary.unknownEvent(word)));
  }
}
