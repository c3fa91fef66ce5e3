package org.trapnest.property;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Event;

/** Parses the expressions that are no operators: words, calls, memory, ranges. */
final class PrimaryParser {
  private final LexemeCursor cursor;
  private final ExpressionParser expressions;

  PrimaryParser(LexemeCursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  Expression primary() {
    Lexeme lexeme = cursor.peek();
    return switch (lexeme.kind()) {
      case NUMBER -> {
        cursor.next();
        yield new Expression.Literal(lexeme.value(), lexeme.span());
      }
      case WORD -> word(cursor.next());
      case SYMBOL -> bracketed(lexeme);
      case STRING, END -> throw cursor.unexpected("an expression");
    };
  }

  private Expression bracketed(Lexeme lexeme) {
    if (cursor.takeSymbol("(")) {
      Expression inner = expressions.expression();
      cursor.expectSymbol(")");
      return inner;
    }
    if (cursor.takeSymbol("[")) {
      return memory(lexeme.span());
    }
    throw cursor.unexpected("an expression");
  }

  private Expression memory(SourceSpan start) {
    boolean stack = cursor.takeWord("stack");
    Name name = cursor.expectName(stack ? "a stack's name" : "a variable's name");
    if (stack && cursor.peek().kind() == Lexeme.Kind.STRING) {
      Lexeme word = cursor.next();
      cursor.expectSymbol("]");
      Name wordName = new Name(word.text(), word.span());
      return new Expression.NamedStackWord(name, wordName, cursor.since(start));
    }
    long offset = 0;
    if (cursor.takeSymbol("-")) {
      offset = -cursor.expect(Lexeme.Kind.NUMBER, "an offset in bytes").value();
    } else if (cursor.takeSymbol("+")) {
      offset = cursor.expect(Lexeme.Kind.NUMBER, "an offset in bytes").value();
    }
    cursor.expectSymbol("]");
    SourceSpan span = cursor.since(start);
    return stack
        ? new Expression.StackWord(name, offset, span)
        : new Expression.Variable(name, offset, span);
  }

  private Expression word(Lexeme word) {
    if (cursor.peek().isSymbol("(")) {
      return call(word);
    }
    return switch (word.text()) {
      case "true", "false" -> new Expression.Truth(word.isWord("true"), word.span());
      case "newest", "oldest" -> contextIs(word);
      default -> plain(word);
    };
  }

  private Expression contextIs(Lexeme word) {
    cursor.expectWord("is");
    boolean newest = word.isWord("newest");
    return new Expression.ContextIs(newest, expressions.event(), cursor.since(word.span()));
  }

  private Expression plain(Lexeme word) {
    if (PropertyParser.isReserved(word.text())) {
      throw cursor.fail(
          Diagnostic.of(
              PropertyProblem.UNEXPECTED, word.span(), "an expression", word.described()));
    }
    Expression meaning =
        Vocabulary.word(word.text(), word.span())
            .orElseThrow(() -> cursor.fail(Vocabulary.unknownWord(word)));
    boolean ofDelivery =
        meaning instanceof Expression.Stated stated && stated.fact() == Fact.FROM_USER
            || meaning instanceof Expression.Measured m && m.quantity() == Quantity.FRAME;
    if (ofDelivery && !(expressions.trigger() instanceof Trigger.Delivery)) {
      cursor.complain(
          Diagnostic.of(PropertyProblem.WRONG_CLAUSE, word.span(), word.text(), "'on delivery'"));
    }
    return meaning;
  }

  private Expression call(Lexeme word) {
    cursor.expectSymbol("(");
    Expression result =
        switch (word.text()) {
          case "in_c" -> new Expression.InFunction(closed("a C function"), since(word));
          case "running" -> new Expression.Running(closed("a C function"), since(word));
          case "symbol" -> new Expression.Symbol(closed("a symbol"), since(word));
          case "at" -> new Expression.At(names("a label"), since(word));
          case "live" -> live(word);
          case "msr" -> msr(word);
          case "dead", "opaque" -> tokenTest(word);
          case "differs" -> differs(word);
          default -> throw cursor.fail(Vocabulary.unknownWord(word));
        };
    return result;
  }

  private SourceSpan since(Lexeme word) {
    return cursor.since(word.span());
  }

  private Name closed(String what) {
    Name name = cursor.expectName(what);
    cursor.expectSymbol(")");
    return name;
  }

  private List<Name> names(String what) {
    List<Name> names = new ArrayList<>();
    do {
      names.add(cursor.expectName(what));
    } while (cursor.takeSymbol(","));
    cursor.expectSymbol(")");
    return names;
  }

  private Expression live(Lexeme word) {
    Set<Event> events = expressions.events();
    Expression.Origin origin = cursor.takeWord("from") ? origin() : Expression.Origin.ANY;
    cursor.expectSymbol(")");
    return new Expression.Live(events, origin, since(word));
  }

  private Expression.Origin origin() {
    if (cursor.takeWord("kernel")) {
      return Expression.Origin.KERNEL;
    }
    if (cursor.takeWord("user")) {
      return Expression.Origin.USER;
    }
    throw cursor.unexpected("'kernel' or 'user'");
  }

  private Expression msr(Lexeme word) {
    Lexeme number = cursor.expect(Lexeme.Kind.NUMBER, "an MSR's number");
    cursor.expectSymbol(")");
    if (number.value() >>> 32 != 0) {
      throw cursor.fail(
          Diagnostic.of(PropertyProblem.BAD_NUMBER, number.span(), number.text())
              .withNote("MSR numbers have 32 bits"));
    }
    return new Expression.Msr((int) number.value(), since(word));
  }

  private Expression tokenTest(Lexeme word) {
    Expression value = expressions.require(ValueType.NUMBER, expressions.expression());
    cursor.expectSymbol(")");
    return new Expression.TokenTest(value, word.isWord("dead"), since(word));
  }

  private Expression differs(Lexeme word) {
    long mask = 0;
    do {
      mask |= snapshotMask(cursor.expect(Lexeme.Kind.WORD, "a register"));
    } while (cursor.takeSymbol(","));
    cursor.expectSymbol(")");
    Trigger trigger = expressions.trigger();
    if (!(trigger instanceof Trigger.Resume) && !(trigger instanceof Trigger.ReturnToUser)) {
      cursor.complain(
          Diagnostic.of(
              PropertyProblem.WRONG_CLAUSE,
              word.span(),
              word.text(),
              "'on resume' and 'on return to user'"));
    }
    return new Expression.Differs(mask, since(word));
  }

  private long snapshotMask(Lexeme register) {
    if (register.isWord("any")) {
      return -1L;
    }
    if (Vocabulary.word(register.text(), register.span()).isEmpty()) {
      throw cursor.fail(Vocabulary.unknownWord(register));
    }
    int position = Vocabulary.snapshotPosition(register.text());
    if (position < 0) {
      throw cursor.fail(
          Diagnostic.of(PropertyProblem.NOT_IN_SNAPSHOT, register.span(), register.text()));
    }
    return 1L << position;
  }

  /** Parses what follows {@code E in}. */
  Expression membership(Expression value) {
    expressions.require(ValueType.NUMBER, value);
    if (cursor.takeWord("stack")) {
      cursor.expectSymbol("(");
      Name stack = closed("a stack's name");
      return new Expression.InStack(value, stack, cursor.since(value.span()));
    }
    if (!cursor.takeSymbol("[")) {
      throw cursor.unexpected("'stack(' or '['");
    }
    Name from = cursor.expectName("a label");
    cursor.expectSymbol(",");
    Name to = cursor.expectName("a label");
    cursor.expectSymbol(")");
    return new Expression.InRange(value, from, to, cursor.since(value.span()));
  }
}
