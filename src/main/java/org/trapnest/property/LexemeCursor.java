package org.trapnest.property;

import java.util.List;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;

/** A position in a file's lexemes, and the complaints about what stands there. */
final class LexemeCursor {

  /** Ends the parsing of one clause after its complaint has been reported. */
  static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Abandoned() {
      super("a clause was abandoned after a diagnostic", null, false, false);
    }
  }

  private final List<Lexeme> lexemes;
  private final Diagnostics diagnostics;
  private int at;
  private int complaints;

  LexemeCursor(List<Lexeme> lexemes, Diagnostics diagnostics) {
    this.lexemes = lexemes;
    this.diagnostics = diagnostics;
  }

  Lexeme peek() {
    return lexemes.get(at);
  }

  Lexeme next() {
    Lexeme lexeme = peek();
    if (lexeme.kind() != Lexeme.Kind.END) {
      at++;
    }
    return lexeme;
  }

  boolean atEnd() {
    return peek().kind() == Lexeme.Kind.END;
  }

  boolean takeWord(String word) {
    boolean found = peek().isWord(word);
    if (found) {
      at++;
    }
    return found;
  }

  boolean takeSymbol(String symbol) {
    boolean found = peek().isSymbol(symbol);
    if (found) {
      at++;
    }
    return found;
  }

  void expectWord(String word) {
    if (!takeWord(word)) {
      throw unexpected("'" + word + "'");
    }
  }

  void expectSymbol(String symbol) {
    if (!takeSymbol(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
  }

  Lexeme expect(Lexeme.Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  Name expectName(String what) {
    Lexeme word = expect(Lexeme.Kind.WORD, what);
    return new Name(word.text(), word.span());
  }

  /** The span from a start to the end of the lexeme before this position. */
  SourceSpan since(SourceSpan start) {
    int end = at == 0 ? start.end() : lexemes.get(at - 1).span().end();
    return SourceSpan.of(start.file(), start.start(), Math.max(start.end(), end));
  }

  Abandoned unexpected(String what) {
    return fail(Diagnostic.of(PropertyProblem.UNEXPECTED, peek().span(), what, peek().described()));
  }

  Abandoned fail(Diagnostic diagnostic) {
    complain(diagnostic);
    return new Abandoned();
  }

  void complain(Diagnostic diagnostic) {
    diagnostics.report(diagnostic);
    complaints++;
  }

  /** How many complaints there were so far. */
  int complaints() {
    return complaints;
  }
}
