package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/** Carries out the directives of GNU as, but for conditionals. */
final class Directives {
  /** Those that say nothing about a model: how code is placed, listed and linked. */
  private static final Set<String> DROPPED =
      Set.of(
          ".section",
          ".text",
          ".data",
          ".bss",
          ".previous",
          ".pushsection",
          ".popsection",
          ".subsection",
          ".globl",
          ".global",
          ".type",
          ".size",
          ".align",
          ".balign",
          ".p2align",
          ".code64",
          ".code32",
          ".att_syntax",
          ".file",
          ".ident",
          ".loc",
          ".weak",
          ".hidden",
          ".local",
          ".internal",
          ".protected",
          ".extern",
          ".arch",
          ".print",
          ".nops",
          ".version");

  /** Those that lay out memory, which a model does in annotations. */
  private static final Set<String> IGNORED_DATA =
      Set.of(".skip", ".space", ".zero", ".fill", ".org", ".comm", ".lcomm");

  private static final Set<String> DATA =
      Set.of(
          ".byte", ".2byte", ".4byte", ".8byte", ".word", ".short", ".hword", ".value", ".int",
          ".long", ".quad", ".octa", ".ascii", ".asciz", ".string");

  private static final List<String> ACTING =
      List.of(
          ".macro",
          ".endm",
          ".exitm",
          ".purgem",
          ".rept",
          ".irp",
          ".irpc",
          ".endr",
          ".set",
          ".equ",
          ".equiv",
          ".include",
          ".error",
          ".warning",
          ".end",
          ".if",
          ".ifdef",
          ".ifndef",
          ".ifb",
          ".ifnb",
          ".ifc",
          ".ifnc",
          ".else",
          ".elseif",
          ".endif");

  private final Assembly assembly;
  private final Files files;
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;

  Directives(Assembly assembly, Files files, SymbolTable symbols, Diagnostics diagnostics) {
    this.assembly = assembly;
    this.files = files;
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  /** Carries out a directive; false where there is none of that name. */
  boolean directive(String name, MappedText rest, SourceSpan sign) throws Rejected {
    switch (name) {
      case ".macro" -> macro(rest, sign);
      case ".rept", ".rep" -> repeat(rest, sign);
      case ".irp", ".irpc" -> repeatFor(name, rest, sign);
      case ".endm", ".endmacro" ->
          throw Rejected.of(AsmProblem.UNBALANCED_BLOCK, sign, name, ".macro");
      case ".endr" -> throw Rejected.of(AsmProblem.UNBALANCED_BLOCK, sign, name, ".rept");
      case ".exitm" -> assembly.exitMacro(sign);
      case ".purgem" -> purge(rest, sign);
      case ".set", ".equ", ".equiv", ".eqv" -> set(name, rest, sign);
      case ".include" -> include(rest, sign);
      case ".error", ".err" -> said(AsmProblem.USER_ERROR, name, rest, sign);
      case ".warning" -> said(AsmProblem.USER_WARNING, name, rest, sign);
      case ".end" -> assembly.end();
      default -> {
        return dropped(name, rest, sign);
      }
    }
    return true;
  }

  private boolean dropped(String name, MappedText rest, SourceSpan sign) throws Rejected {
    boolean data = IGNORED_DATA.contains(name);
    if (!data && !DROPPED.contains(name) && !name.startsWith(".cfi_")) {
      return false;
    }
    // What is dropped must still be well formed: its strings closed, its numbers numbers.
    new TokenCursor(rest, 0);
    if (data) {
      diagnostics.report(AsmProblem.IGNORED_DATA, sign, name);
    }
    return true;
  }

  Rejected unknown(String name, SourceSpan sign) {
    if (DATA.contains(name.toLowerCase(java.util.Locale.ROOT))) {
      return new Rejected(
          Problems.note(
              AsmProblem.UNKNOWN_DIRECTIVE,
              sign,
              "memory is declared in annotations, instructions are written as instructions",
              name));
    }
    Optional<String> near = Spelling.nearest(name, ACTING, DROPPED);
    return near.isPresent()
        ? new Rejected(
            Problems.note(
                AsmProblem.UNKNOWN_DIRECTIVE, sign, "did you mean " + near.get() + "?", name))
        : Rejected.of(AsmProblem.UNKNOWN_DIRECTIVE, sign, name);
  }

  private void macro(MappedText rest, SourceSpan sign) {
    try {
      MacroDefinition definition = MacroDefinition.parse(rest, rest.isBlank() ? sign : rest.span());
      assembly.collect(Assembly.Block.MACRO, sign, body -> assembly.defineMacro(definition, body));
    } catch (Rejected rejected) {
      diagnostics.report(rejected.diagnostic());
      // The body is still a body: it is skipped, not assembled.
      assembly.collect(Assembly.Block.MACRO, sign, body -> {});
    }
  }

  private void repeat(MappedText rest, SourceSpan sign) {
    long count = 0;
    try {
      count = Conditionals.absolute(new TokenCursor(rest, 0), symbols);
      if (count < 0) {
        diagnostics.report(
            AsmProblem.BAD_ARGUMENT, rest.span(), ".rept cannot repeat " + count + " times");
      }
    } catch (Rejected rejected) {
      diagnostics.report(rejected.diagnostic());
    }
    Substitution same = new Substitution(Map.of(), assembly.macroCalls(), sign);
    collectRepeat(".rept", Math.max(0, count), round -> Optional.of(same), sign);
  }

  private void repeatFor(String directive, MappedText rest, SourceSpan sign) {
    List<String> values = new ArrayList<>();
    String name = "";
    try {
      Arguments scanner = new Arguments(rest);
      name = scanner.name();
      if (name.isEmpty()) {
        throw Rejected.expected(directive + " name, values", Problems.quoted(rest.text()), sign);
      }
      scanner.take(',');
      while (!scanner.atEnd()) {
        values.add(scanner.next());
      }
    } catch (Rejected rejected) {
      diagnostics.report(rejected.diagnostic());
    }
    if (directive.equals(".irpc")) {
      String characters = String.join(",", values);
      values = new ArrayList<>(List.of(characters.split("")));
    }
    if (values.isEmpty()) {
      values.add("");
    }
    String parameter = name;
    List<String> all = values;
    int number = assembly.macroCalls();
    collectRepeat(
        directive,
        all.size(),
        round -> Optional.of(new Substitution(Map.of(parameter, all.get(round)), number, sign)),
        sign);
  }

  private void collectRepeat(
      String name,
      long rounds,
      IntFunction<Optional<Substitution>> substitutions,
      SourceSpan sign) {
    assembly.collect(
        Assembly.Block.REPEAT,
        sign,
        body -> {
          try {
            assembly.push(
                new TextSource(TextSource.Kind.REPEAT, name, body, rounds, substitutions), sign);
          } catch (Rejected rejected) {
            diagnostics.report(rejected.diagnostic());
          }
        });
  }

  private void purge(MappedText rest, SourceSpan sign) throws Rejected {
    String name = rest.text().strip();
    if (!Names.isName(name)) {
      throw Rejected.expected("a macro's name", Problems.quoted(name), sign);
    }
    if (!assembly.purgeMacro(name)) {
      throw Rejected.of(AsmProblem.UNKNOWN_MACRO, rest.span(), name);
    }
  }

  private void set(String directive, MappedText rest, SourceSpan sign) throws Rejected {
    TokenCursor cursor = new TokenCursor(rest, 0);
    if (cursor.peek().kind() != Token.Kind.WORD) {
      throw cursor.unexpected("a symbol's name");
    }
    Token name = cursor.next();
    cursor.expect(",");
    boolean once = directive.equals(".equiv") || directive.equals(".eqv");
    assign(name.text(), cursor, rest.span(name.start(), name.end()), once);
  }

  /**
   * Gives a symbol the value of the expression at the cursor.
   *
   * @param place the symbol's place
   * @param once whether the symbol must be new
   */
  void assign(String name, TokenCursor cursor, SourceSpan place, boolean once) throws Rejected {
    if (name.equals(".")) {
      throw Rejected.of(
          AsmProblem.BAD_ARGUMENT, place, "the location counter cannot be moved in a model");
    }
    Expression value = new ExpressionParser(cursor, symbols).expression();
    cursor.expectEnd("an operator or the end of the statement");
    OptionalLong known = ExpressionEvaluator.evaluate(value, symbols::constant);
    if (once) {
      symbols.assignOnce(name, known, place);
    } else {
      symbols.assign(name, known, place);
    }
    assembly.add(new Statement.SymbolAssignment(name, value, place));
  }

  private void said(AsmProblem problem, String directive, MappedText rest, SourceSpan sign)
      throws Rejected {
    TokenCursor cursor = new TokenCursor(rest, 0);
    boolean string = cursor.peek().kind() == Token.Kind.STRING;
    String message = string ? cursor.next().text() : directive + " without a message";
    cursor.expectEnd("a message in double quotes");
    diagnostics.report(problem, string ? rest.span() : sign, message);
  }

  private void include(MappedText rest, SourceSpan sign) throws Rejected {
    TokenCursor cursor = new TokenCursor(rest, 0);
    if (cursor.peek().kind() != Token.Kind.STRING) {
      throw new Rejected(
          Problems.note(
              AsmProblem.BAD_INCLUDE,
              rest.isBlank() ? sign : rest.span(),
              "expected: .include \"file.S\""));
    }
    String name = cursor.next().text();
    cursor.expectEnd("the end of the statement");
    SourceFile file = files.include(name, rest.file(), rest.span());
    // No guard can stop this one: the preprocessor never sees the file.
    if (assembly.isReading(file.path())) {
      throw new Rejected(
          Problems.note(
              AsmProblem.BAD_ARGUMENT,
              rest.span(),
              "a file that includes itself needs #include and a guard",
              "include cycle: " + file.path() + " is being read already"));
    }
    List<LogicalLine> lines = new ArrayList<>();
    for (LogicalLine line : files.lines(file)) {
      MappedText code = line.code().strip();
      if (code.text().startsWith("#")) {
        rejectPreprocessor(code);
      } else if (!code.isBlank() || line.annotation().isPresent()) {
        lines.addAll(line.statements());
      }
    }
    assembly.push(TextSource.file(file.path(), lines), sign);
  }

  private void rejectPreprocessor(MappedText code) {
    int start = Define.skipBlanks(code.text(), 1);
    int end = Define.wordEnd(code.text(), start);
    if (Preprocessor.isDirective(code.text().substring(start, end))) {
      diagnostics.report(
          Problems.note(
              AsmProblem.PREPROCESSOR_IN_INCLUDED,
              code.span(0, end),
              "include the file with #include instead",
              "#" + code.text().substring(start, end)));
    }
  }
}
