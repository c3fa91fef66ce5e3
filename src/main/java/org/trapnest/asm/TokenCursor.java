package org.trapnest.asm;

import java.util.List;
import org.trapnest.diag.SourceSpan;

/** A place in the tokens of one statement. */
final class TokenCursor {
  private final MappedText line;
  private final List<Token> tokens;
  private int at;

  TokenCursor(MappedText line, int from) throws Rejected {
    this.line = line;
    this.tokens = Lexer.tokens(line, from);
  }

  Token peek() {
    return tokens.get(at);
  }

  /** The token behind the next one. */
  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** The next token, which is consumed unless it is the end. */
  Token next() {
    Token token = peek();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  /** Consumes the punctuation if it is next. */
  boolean take(String punctuation) {
    boolean here = peek().is(punctuation);
    if (here) {
      next();
    }
    return here;
  }

  void expect(String punctuation) throws Rejected {
    if (!take(punctuation)) {
      throw unexpected("'" + punctuation + "'");
    }
  }

  void expectEnd(String otherwise) throws Rejected {
    if (!atEnd()) {
      throw unexpected(otherwise);
    }
  }

  Rejected unexpected(String expected) {
    Token found = peek();
    if (found.is("\\") && peekSecond().kind() == Token.Kind.WORD) {
      Token name = peekSecond();
      return Rejected.of(
          AsmProblem.UNDEFINED_PARAMETER, line.span(found.start(), name.end()), name.text());
    }
    return Rejected.expected(expected, found.described(), span(found));
  }

  SourceSpan span(Token token) {
    return line.span(token.start(), token.end());
  }

  /** The place from the first character of {@code from} to the last consumed token. */
  SourceSpan spanSince(Token from) {
    Token last = tokens.get(Math.max(0, at - 1));
    return line.span(from.start(), Math.max(from.end(), last.end()));
  }

  /** The text from the next token to the end of the line. */
  MappedText rest() {
    return line.substring(Math.min(peek().start(), line.length()), line.length()).strip();
  }
}
