package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts what stands behind {@code //@} into the keyword and its tokens. */
final class AnnotationLexer {
  private static final String PUNCTUATION = "=|,()[]{}:+-*/<>";

  private final MappedText line;
  private final String text;
  private final SymbolTable symbols;
  private final List<AnnotationToken> tokens = new ArrayList<>();
  private int at;

  private AnnotationLexer(MappedText line, SymbolTable symbols) {
    this.line = line;
    this.text = line.text();
    this.symbols = symbols;
  }

  /** The keyword of an annotation, or nothing where there is none. */
  static Optional<String> keyword(MappedText line) {
    int start = Define.skipBlanks(line.text(), 0);
    int end = wordEnd(line.text(), start);
    return end > start ? Optional.of(line.text().substring(start, end)) : Optional.empty();
  }

  /** The annotation of a line that is not blank. */
  static Statement.Annotation annotation(MappedText line, SymbolTable symbols) throws Rejected {
    MappedText stripped = line.strip();
    AnnotationLexer lexer = new AnnotationLexer(stripped, symbols);
    int end = wordEnd(stripped.text(), 0);
    if (end == 0) {
      throw new Rejected(
          Problems.note(
              AsmProblem.BAD_ANNOTATION,
              stripped.span(0, 1),
              "expected: a word such as 'stack' or 'expect'",
              "it begins with " + Problems.quoted(stripped.text().substring(0, 1))));
    }
    lexer.at = Define.skipBlanks(lexer.text, end);
    while (lexer.at < lexer.text.length()) {
      lexer.token();
      lexer.at = Define.skipBlanks(lexer.text, lexer.at);
    }
    return new Statement.Annotation(lexer.text.substring(0, end), lexer.tokens, stripped.span());
  }

  /** A word's end: a dash belongs to it where a letter or digit follows. */
  private static int wordEnd(String text, int start) {
    int end = start;
    while (end < text.length() && isWordPart(text, start, end)) {
      end++;
    }
    return end;
  }

  private static boolean isWordPart(String text, int start, int at) {
    char c = text.charAt(at);
    if (at == start) {
      return Names.isStart(c);
    }
    return Names.isPart(c)
        || c == '-' && at + 1 < text.length() && Define.isIdentifierPart(text.charAt(at + 1));
  }

  private void add(AnnotationToken.Kind kind, String what, long value, int start) {
    tokens.add(new AnnotationToken(kind, what, value, line.span(start, at)));
  }

  private void token() throws Rejected {
    int start = at;
    char c = text.charAt(at);
    if (Names.isStart(c)) {
      at = wordEnd(text, at);
      add(AnnotationToken.Kind.WORD, text.substring(start, at), 0, start);
    } else if (Define.isDigit(c)) {
      number();
    } else if (c == '"') {
      string();
    } else if (c == '\'') {
      character();
    } else if (PUNCTUATION.indexOf(c) >= 0) {
      at += text.startsWith("->", at) ? 2 : 1;
      add(AnnotationToken.Kind.PUNCTUATION, text.substring(start, at), 0, start);
    } else if (c == '\\' && at + 1 < text.length() && Names.isStart(text.charAt(at + 1))) {
      at = Names.end(text, at + 1);
      throw Rejected.of(
          AsmProblem.UNDEFINED_PARAMETER, line.span(start, at), text.substring(start + 1, at));
    } else {
      throw new Rejected(
          Problems.note(
              AsmProblem.UNEXPECTED_CHARACTER,
              line.span(at, at + 1),
              "expected: a word, a number, a string or one of " + PUNCTUATION,
              Problems.quoted(text.substring(at, at + 1))));
    }
  }

  private void number() throws Rejected {
    int start = at;
    while (at < text.length() && Define.isIdentifierPart(text.charAt(at))) {
      at++;
    }
    String digits = text.substring(start, at);
    boolean local = digits.matches("[0-9]+[bf]") && digits.length() > 1;
    if (local) {
      String name = symbols.localReference(digits, line.span(start, at));
      add(AnnotationToken.Kind.WORD, name, 0, start);
    } else {
      add(AnnotationToken.Kind.NUMBER, digits, Lexer.value(digits, line, start), start);
    }
  }

  private void string() throws Rejected {
    int start = at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      boolean escape = text.charAt(at) == '\\' && at + 1 < text.length();
      at += escape ? 1 : 0;
      value.append(escape ? Lexer.escaped(text.charAt(at)) : text.charAt(at));
      at++;
    }
    if (at >= text.length()) {
      throw Rejected.of(AsmProblem.UNTERMINATED_STRING, line.span(start, text.length()));
    }
    at++;
    add(AnnotationToken.Kind.STRING, value.toString(), 0, start);
  }

  private void character() throws Rejected {
    int start = at;
    boolean escape = text.startsWith("\\", at + 1);
    at += escape ? 3 : 2;
    if (!text.startsWith("'", at)) {
      at = Math.min(at, text.length());
      throw Rejected.expected(
          "a character in quotes, such as 'c'",
          Problems.quoted(text.substring(start, at)),
          line.span(start, at));
    }
    char c = text.charAt(at - 1);
    at++;
    add(
        AnnotationToken.Kind.NUMBER,
        text.substring(start, at),
        escape ? Lexer.escaped(c) : c,
        start);
  }
}
