package org.trapnest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.AnnotationToken;
import org.trapnest.asm.AnnotationToken.Kind;
import org.trapnest.asm.Expression;
import org.trapnest.asm.Statement.Annotation;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;

/** Reads the tokens of one annotation from left to right. */
final class AnnotationCursor {

  /** Thrown when an annotation cannot be understood; the diagnostic has been reported. */
  static final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Rejected() {
      super(null, null, false, false);
    }
  }

  private final Annotation annotation;
  private final Diagnostics diagnostics;
  private int at;

  AnnotationCursor(Annotation annotation, Diagnostics diagnostics) {
    this.annotation = annotation;
    this.diagnostics = diagnostics;
  }

  SourceSpan span() {
    return annotation.span();
  }

  /** The place of the next token, or of the end. */
  SourceSpan here() {
    if (at < annotation.tokens().size()) {
      return annotation.tokens().get(at).span();
    }
    SourceSpan whole = annotation.span();
    return new SourceSpan(whole.file(), whole.end(), whole.end(), whole.expandedAt());
  }

  boolean atEnd() {
    return at >= annotation.tokens().size();
  }

  /** Whether the next token reads so; strings do not count. */
  boolean looksAt(String text) {
    return !atEnd()
        && annotation.tokens().get(at).kind() != Kind.STRING
        && annotation.tokens().get(at).text().equals(text);
  }

  boolean looksAt(Kind kind) {
    return !atEnd() && annotation.tokens().get(at).kind() == kind;
  }

  /** Takes the next token if it reads so. */
  boolean accept(String text) {
    if (looksAt(text)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String text) {
    if (!accept(text)) {
      throw reject("'" + text + "'");
    }
  }

  AnnotationToken take(Kind kind, String what) {
    if (!looksAt(kind)) {
      throw reject(what);
    }
    return annotation.tokens().get(at++);
  }

  String word(String what) {
    return take(Kind.WORD, what).text();
  }

  String string(String what) {
    return take(Kind.STRING, what).text();
  }

  Optional<String> optionalString() {
    return looksAt(Kind.STRING) ? Optional.of(string("a string")) : Optional.empty();
  }

  /** A number with an optional sign. */
  long number(String what) {
    boolean negative = accept("-");
    long value = take(Kind.NUMBER, what).value();
    return negative ? -value : value;
  }

  /** A number from a range, both ends included. */
  long number(String what, long least, long most) {
    SourceSpan place = here();
    long value = number(what);
    if (value < least || value > most) {
      fail(ModelProblem.OUT_OF_RANGE, place, what, least + " to " + most, value);
    }
    return value;
  }

  /** Reads {@code when NAME = VALUE, NAME}, where no value means 1; empty when it is not there. */
  Map<String, Long> when() {
    Map<String, Long> when = new LinkedHashMap<>();
    if (accept("when")) {
      do {
        String name = word("a switch or an ablation");
        when.put(name, accept("=") ? number("its value") : 1L);
      } while (accept(","));
    }
    return when;
  }

  /** Reads words separated by commas. */
  List<String> words(String what) {
    List<String> words = new ArrayList<>();
    do {
      words.add(word(what));
    } while (accept(","));
    return words;
  }

  /** Reads expressions separated by {@code |}. */
  List<Expression> alternatives() {
    List<Expression> values = new ArrayList<>();
    do {
      values.add(expression());
    } while (accept("|"));
    return values;
  }

  /** A sum or difference of products of numbers, symbols and parentheses. */
  Expression expression() {
    Expression left = product();
    while (looksAt("+") || looksAt("-")) {
      String operator = annotation.tokens().get(at++).text();
      Expression right = product();
      left = new Expression.Binary(operator, left, right, left.span());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary();
    while (accept("*")) {
      left = new Expression.Binary("*", left, unary(), left.span());
    }
    return left;
  }

  private Expression unary() {
    SourceSpan place = here();
    if (accept("-")) {
      return new Expression.Unary('-', unary(), place);
    }
    if (accept("(")) {
      Expression inner = expression();
      expect(")");
      return inner;
    }
    if (looksAt(Kind.NUMBER)) {
      return new Expression.NumberLiteral(take(Kind.NUMBER, "a number").value(), place);
    }
    return new Expression.SymbolReference(word("a number or a symbol"), place);
  }

  /** Reports tokens that nothing took. */
  void end() {
    if (!atEnd()) {
      diagnostics.report(ModelProblem.TRAILING, here(), annotation.keyword());
    }
  }

  /** Reports what was expected here. */
  Rejected reject(String expected) {
    String found = atEnd() ? "the end of the annotation" : "'" + here().text() + "'";
    diagnostics.report(
        Diagnostic.of(ModelProblem.ANNOTATION_SYNTAX, here(), expected)
            .withNote("found: " + found));
    return new Rejected();
  }

  /** Reports a problem with the annotation and goes on. */
  void fail(ModelProblem problem, SourceSpan place, Object... arguments) {
    diagnostics.report(problem, place, arguments);
  }
}
