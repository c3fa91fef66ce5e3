package org.trapnest.asm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;

/** The open {@code .if}s and what they decide. */
final class Conditionals {
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;
  private final Deque<Branch> branches = new ArrayDeque<>();

  /** A conditional that is open, and in which of the nested sources it was opened. */
  private static final class Branch {
    final SourceSpan opened;
    final String directive;
    final int source;
    final boolean outerActive;
    boolean active;
    boolean taken;
    boolean elseSeen;

    Branch(SourceSpan opened, String directive, int source, boolean outerActive) {
      this.opened = opened;
      this.directive = directive;
      this.source = source;
      this.outerActive = outerActive;
    }

    void choose(boolean condition) {
      active = outerActive && !taken && condition;
      taken |= condition;
    }
  }

  Conditionals(SymbolTable symbols, Diagnostics diagnostics) {
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  boolean active() {
    return branches.isEmpty() || branches.peek().active;
  }

  static boolean isConditional(String directive) {
    return switch (directive) {
      case ".if", ".ifdef", ".ifndef", ".ifnotdef", ".ifb", ".ifnb", ".ifc", ".ifnc", ".ifeqs" ->
          true;
      case ".ifnes", ".ifeq", ".ifne", ".ifgt", ".ifge", ".iflt", ".ifle" -> true;
      case ".else", ".elseif", ".endif" -> true;
      default -> false;
    };
  }

  /**
   * Carries out a conditional directive.
   *
   * @param rest what stands behind it
   * @param sign its place
   * @param source how many sources are nested here
   */
  void directive(String directive, MappedText rest, SourceSpan sign, int source) throws Rejected {
    switch (directive) {
      case ".endif" -> {
        innermost(directive, sign, source);
        branches.pop();
      }
      case ".else", ".elseif" -> {
        Branch branch = innermost(directive, sign, source);
        if (branch.elseSeen) {
          throw Rejected.of(AsmProblem.ELSE_AFTER_ELSE, sign, directive, ".else");
        }
        branch.elseSeen = directive.equals(".else");
        branch.active = false;
        boolean decided = branch.taken || !branch.outerActive;
        branch.choose(!decided && (branch.elseSeen || condition(".if", rest, sign)));
      }
      default -> {
        Branch branch = new Branch(sign, directive, source, active());
        branches.push(branch);
        branch.choose(branch.outerActive && condition(directive, rest, sign));
      }
    }
  }

  private Branch innermost(String directive, SourceSpan sign, int source) throws Rejected {
    if (branches.isEmpty() || branches.peek().source != source) {
      throw Rejected.of(AsmProblem.UNBALANCED_CONDITIONAL, sign, directive, ".if");
    }
    return branches.peek();
  }

  /** Closes what a source leaves open, and reports it unless the source was left on purpose. */
  void leaveSource(int source, boolean onPurpose) {
    while (!branches.isEmpty() && branches.peek().source >= source) {
      Branch open = branches.pop();
      if (!onPurpose) {
        diagnostics.report(
            AsmProblem.UNTERMINATED_CONDITIONAL, open.opened, open.directive, ".endif");
      }
    }
  }

  private boolean condition(String directive, MappedText rest, SourceSpan sign) throws Rejected {
    return switch (directive) {
      case ".ifdef" -> symbols.isDefined(symbol(rest, directive, sign));
      case ".ifndef", ".ifnotdef" -> !symbols.isDefined(symbol(rest, directive, sign));
      case ".ifb" -> rest.isBlank();
      case ".ifnb" -> !rest.isBlank();
      case ".ifc" -> sameText(rest, directive, sign);
      case ".ifnc" -> !sameText(rest, directive, sign);
      case ".ifeqs" -> sameStrings(rest);
      case ".ifnes" -> !sameStrings(rest);
      case ".if", ".ifne" -> value(rest) != 0;
      case ".ifeq" -> value(rest) == 0;
      case ".ifgt" -> value(rest) > 0;
      case ".ifge" -> value(rest) >= 0;
      case ".iflt" -> value(rest) < 0;
      case ".ifle" -> value(rest) <= 0;
      default -> throw new IllegalStateException(directive + " is not a conditional");
    };
  }

  private static String symbol(MappedText rest, String directive, SourceSpan sign) throws Rejected {
    String name = rest.text().strip();
    if (!Names.isName(name)) {
      SourceSpan span = rest.isBlank() ? sign : rest.span();
      throw Rejected.of(AsmProblem.BAD_CONDITION, span, directive, "it needs a symbol's name");
    }
    return name;
  }

  private static boolean sameText(MappedText rest, String directive, SourceSpan sign)
      throws Rejected {
    String text = rest.text();
    int comma = 0;
    while (comma < text.length() && text.charAt(comma) != ',') {
      comma = LogicalLine.skipQuoted(text, comma) + 1;
    }
    if (comma >= text.length()) {
      SourceSpan span = rest.isBlank() ? sign : rest.span();
      throw Rejected.of(
          AsmProblem.BAD_CONDITION, span, directive, "it compares two texts with ',' between");
    }
    return scrubbed(text.substring(0, comma)).equals(scrubbed(text.substring(comma + 1)));
  }

  private static String scrubbed(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private boolean sameStrings(MappedText rest) throws Rejected {
    TokenCursor cursor = new TokenCursor(rest, 0);
    List<Token> strings = new java.util.ArrayList<>();
    for (int i = 0; i < 2; i++) {
      if (cursor.peek().kind() != Token.Kind.STRING) {
        throw cursor.unexpected("a string in double quotes");
      }
      strings.add(cursor.next());
      if (i == 0) {
        cursor.expect(",");
      }
    }
    cursor.expectEnd("the end of the statement");
    return strings.get(0).text().equals(strings.get(1).text());
  }

  private long value(MappedText rest) throws Rejected {
    return absolute(new TokenCursor(rest, 0), symbols);
  }

  /** The value of the expression at the cursor, which must reach to the statement's end. */
  static long absolute(TokenCursor cursor, SymbolTable symbols) throws Rejected {
    Expression expression = new ExpressionParser(cursor, symbols).expression();
    cursor.expectEnd("an operator or the end of the statement");
    OptionalLong value = ExpressionEvaluator.evaluate(expression, symbols::constant);
    if (value.isEmpty()) {
      throw new Rejected(
          Problems.note(
              AsmProblem.NOT_ABSOLUTE,
              expression.span(),
              "expected: numbers and symbols that .set has given a number before"));
    }
    return value.getAsLong();
  }
}
