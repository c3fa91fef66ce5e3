package org.trapnest.asm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;

/**
 * GNU as's part of the work: reads statements from nested sources (files, expansions, repeats) and
 * turns them into the syntax tree.
 *
 * <p>Everything is bounded: nesting, statements read, characters read and errors.
 */
final class Assembly {
  private static final int MAX_STATEMENTS = 300_000;
  private static final long MAX_CHARACTERS = 1L << 26;
  private static final int MAX_NESTING = 200;
  private static final int MAX_ERRORS = 200;

  private final Diagnostics diagnostics;
  private final SymbolTable symbols = new SymbolTable();
  private final Conditionals conditionals;
  private final Directives directives;
  private final List<Statement> statements = new ArrayList<>();
  private final Deque<TextSource> sources = new ArrayDeque<>();
  private final Map<String, Macro> macros = new HashMap<>();
  private final List<String> pendingPrefixes = new ArrayList<>();
  private Optional<SourceSpan> pendingPlace = Optional.empty();
  private Optional<Collector> collector = Optional.empty();
  private int statementsRead;
  private long charactersRead;
  private int macroCalls;

  /** A macro with its body. */
  record Macro(MacroDefinition definition, List<LogicalLine> body) {}

  /** Gathers the lines of a macro or repeat up to its end. */
  private static final class Collector {
    final Block block;
    final SourceSpan opened;
    final int source;
    final Consumer<List<LogicalLine>> finished;
    final List<LogicalLine> lines = new ArrayList<>();
    int nesting = 1;

    Collector(Block block, SourceSpan opened, int source, Consumer<List<LogicalLine>> finished) {
      this.block = block;
      this.opened = opened;
      this.source = source;
      this.finished = finished;
    }
  }

  /** What a collected block is opened and closed by. */
  enum Block {
    MACRO(List.of(".macro"), List.of(".endm", ".endmacro")),
    REPEAT(List.of(".rept", ".irp", ".irpc", ".rep"), List.of(".endr"));

    private final List<String> openers;
    private final List<String> closers;

    Block(List<String> openers, List<String> closers) {
      this.openers = openers;
      this.closers = closers;
    }

    String closer() {
      return closers.get(0);
    }
  }

  Assembly(Files files, Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
    this.conditionals = new Conditionals(symbols, diagnostics);
    this.directives = new Directives(this, files, symbols, diagnostics);
  }

  /** Reads everything and gives the statements. */
  List<Statement> assemble(String path, List<LogicalLine> lines) {
    int errorsBefore = diagnostics.errorCount();
    sources.push(TextSource.file(path, lines));
    while (!sources.isEmpty()) {
      try {
        Optional<LogicalLine> line = sources.peek().next();
        if (line.isEmpty()) {
          endSource();
        } else if (withinBudget(line.get(), errorsBefore)) {
          line(line.get());
        } else {
          sources.clear();
        }
      } catch (Rejected rejected) {
        diagnostics.report(rejected.diagnostic());
        if (rejected.diagnostic().kind() == AsmProblem.LINE_TOO_LONG) {
          leaveExpansions();
        }
      }
    }
    rejectPendingPrefix();
    symbols.finish(diagnostics);
    return statements;
  }

  private boolean withinBudget(LogicalLine line, int errorsBefore) {
    statementsRead++;
    charactersRead += line.length();
    SourceSpan place = line.code().strip().span();
    if (statementsRead > MAX_STATEMENTS) {
      diagnostics.report(AsmProblem.TOO_MUCH_TEXT, place, MAX_STATEMENTS + " statements");
    } else if (charactersRead > MAX_CHARACTERS) {
      diagnostics.report(AsmProblem.TOO_MUCH_TEXT, place, MAX_CHARACTERS + " characters");
    } else if (diagnostics.errorCount() - errorsBefore > MAX_ERRORS) {
      diagnostics.report(AsmProblem.TOO_MANY_ERRORS, place, MAX_ERRORS);
    } else {
      return true;
    }
    return false;
  }

  private void endSource() {
    if (collector.isPresent() && collector.get().source == sources.size()) {
      Collector open = collector.get();
      diagnostics.report(
          AsmProblem.UNTERMINATED_BLOCK, open.opened, open.opened.text(), open.block.closer());
      collector = Optional.empty();
    }
    conditionals.leaveSource(sources.size(), false);
    sources.pop();
  }

  private void line(LogicalLine line) throws Rejected {
    if (collector.isPresent()) {
      collect(collector.get(), line);
    } else if (conditionals.active()) {
      active(line);
    } else {
      MappedText code = line.code();
      int start = directiveStart(code.text());
      int end = Names.end(code.text(), start);
      String directive = code.text().substring(start, end).toLowerCase(Locale.ROOT);
      if (Conditionals.isConditional(directive)) {
        conditional(directive, code, start, end);
      }
    }
  }

  private void conditional(String directive, MappedText code, int start, int end) throws Rejected {
    MappedText rest = code.substring(end, code.length()).strip();
    conditionals.directive(directive, rest, code.span(start, end), sources.size());
  }

  /** Where the first word behind labels begins. */
  private static int directiveStart(String text) {
    int start = Define.skipBlanks(text, 0);
    int label = labelEnd(text, start);
    while (label > start) {
      start = Define.skipBlanks(text, label);
      label = labelEnd(text, start);
    }
    return start;
  }

  /** The index behind the colon of the label that begins at {@code start}, or {@code start}. */
  private static int labelEnd(String text, int start) {
    int end = Names.end(text, start);
    int colon = Define.skipBlanks(text, end);
    return end > start && text.startsWith(":", colon) ? colon + 1 : start;
  }

  private void collect(Collector open, LogicalLine line) {
    String text = line.code().text();
    int start = directiveStart(text);
    String word = text.substring(start, Names.end(text, start)).toLowerCase(Locale.ROOT);
    if (open.block.openers.contains(word)) {
      open.nesting++;
    } else if (open.block.closers.contains(word) && --open.nesting == 0) {
      collector = Optional.empty();
      open.finished.accept(open.lines);
      return;
    }
    open.lines.add(line);
  }

  private void active(LogicalLine line) throws Rejected {
    MappedText code = line.code();
    String text = code.text();
    int start = Define.skipBlanks(text, 0);
    for (int end = labelEnd(text, start); end > start; end = labelEnd(text, start)) {
      label(code, start);
      start = Define.skipBlanks(text, end);
    }
    if (line.annotation().isPresent() && !line.annotation().get().isBlank()) {
      annotation(line.annotation().get());
    }
    if (start < text.length()) {
      statement(code, start);
    }
  }

  private void annotation(MappedText line) {
    try {
      statements.add(AnnotationLexer.annotation(line, symbols));
    } catch (Rejected rejected) {
      diagnostics.report(rejected.diagnostic());
    }
  }

  private void label(MappedText code, int start) throws Rejected {
    rejectPendingPrefix();
    int end = Names.end(code.text(), start);
    String name = code.text().substring(start, end);
    SourceSpan span = code.span(start, end);
    if (Define.isDigit(name.charAt(0))) {
      if (!name.chars().allMatch(c -> Define.isDigit((char) c))) {
        throw Rejected.of(AsmProblem.MALFORMED_NUMBER, span, name);
      }
      statements.add(new Statement.LabelDefinition(symbols.defineLocal(name), span));
      return;
    }
    if (!Names.isName(name) || name.equals(".")) {
      throw Rejected.of(AsmProblem.NOT_A_STATEMENT, span);
    }
    symbols.defineLabel(name, span);
    statements.add(new Statement.LabelDefinition(name, span));
  }

  private void statement(MappedText code, int start) throws Rejected {
    String text = code.text();
    int end = Names.end(text, start);
    String word = text.substring(start, end);
    String name = word.toLowerCase(Locale.ROOT);
    int next = Define.skipBlanks(text, end);
    MappedText rest = code.substring(end, text.length()).strip();
    SourceSpan sign = code.span(start, Math.max(end, start + 1));
    if (Names.isName(word) && text.startsWith("=", next)) {
      boolean once = text.startsWith("==", next);
      MappedText value = code.substring(next + (once ? 2 : 1), text.length()).strip();
      directives.assign(word, new TokenCursor(value, 0), sign, once);
    } else if (Conditionals.isConditional(name)) {
      conditional(name, code, start, end);
    } else if (word.startsWith(".") && directives.directive(name, rest, sign)) {
      return;
    } else if (macros.containsKey(name)) {
      call(macros.get(name), rest, code.substring(start, text.length()).strip().span());
    } else if (word.startsWith(".")) {
      throw directives.unknown(word, sign);
    } else {
      instruction(code.substring(start, text.length()));
    }
  }

  private void instruction(MappedText code) throws Rejected {
    TokenCursor cursor = new TokenCursor(code, 0);
    if (cursor.peek().kind() != Token.Kind.WORD && !cursor.peek().is("\\")) {
      throw new Rejected(
          Problems.note(
              AsmProblem.NOT_A_STATEMENT,
              cursor.span(cursor.peek()),
              "found: " + cursor.peek().described()));
    }
    Optional<Statement.InstructionStatement> instruction;
    try {
      instruction = new StatementParser(cursor, symbols).instruction(code, pendingPrefixes);
    } catch (Rejected rejected) {
      pendingPrefixes.clear();
      throw rejected;
    }
    if (instruction.isPresent()) {
      statements.add(instruction.get());
      pendingPrefixes.clear();
    } else {
      pendingPlace = Optional.of(code.strip().span());
    }
  }

  private void rejectPendingPrefix() {
    if (!pendingPrefixes.isEmpty()) {
      diagnostics.report(
          AsmProblem.PREFIX_WITHOUT_INSTRUCTION,
          pendingPlace.orElseThrow(),
          String.join(" ", pendingPrefixes));
      pendingPrefixes.clear();
    }
  }

  private void call(Macro macro, MappedText arguments, SourceSpan place) throws Rejected {
    Map<String, String> values = macro.definition().bind(arguments, place);
    Substitution substitution = new Substitution(values, macroCalls++, place);
    push(TextSource.macro(macro.definition().name(), macro.body(), substitution), place);
  }

  /** Reads another source before what follows. */
  void push(TextSource source, SourceSpan place) throws Rejected {
    if (sources.size() > MAX_NESTING) {
      leaveExpansions();
      throw new Rejected(
          Problems.note(
              AsmProblem.MACRO_TOO_DEEP,
              place,
              "does '" + source.name() + "' call itself without end?",
              MAX_NESTING));
    }
    sources.push(source);
  }

  /** Gives up the expansions around, which would only go wrong again. */
  private void leaveExpansions() {
    while (sources.peek().kind() != TextSource.Kind.FILE) {
      leave(true);
    }
    collector = Optional.empty();
  }

  private void leave(boolean onPurpose) {
    conditionals.leaveSource(sources.size(), onPurpose);
    sources.pop();
  }

  /** Whether a file is being read already. */
  boolean isReading(String path) {
    return sources.stream()
        .anyMatch(one -> one.kind() == TextSource.Kind.FILE && one.name().equals(path));
  }

  /** Leaves the innermost expansion. */
  void exitMacro(SourceSpan sign) throws Rejected {
    if (sources.peek().kind() == TextSource.Kind.FILE) {
      throw Rejected.of(AsmProblem.OUTSIDE_MACRO, sign, ".exitm");
    }
    leave(true);
  }

  /** Reads nothing more. */
  void end() {
    while (!sources.isEmpty()) {
      leave(true);
    }
  }

  /** Gathers the lines that follow, up to the end of the block. */
  void collect(Block block, SourceSpan opened, Consumer<List<LogicalLine>> finished) {
    collector = Optional.of(new Collector(block, opened, sources.size(), finished));
  }

  void defineMacro(MacroDefinition definition, List<LogicalLine> body) {
    Macro before = macros.get(definition.name());
    if (before != null) {
      diagnostics.report(
          Problems.note(
              AsmProblem.DUPLICATE_MACRO,
              definition.span(),
              "first defined at " + before.definition().span().place(),
              definition.name()));
      return;
    }
    macros.put(definition.name(), new Macro(definition, List.copyOf(body)));
  }

  /** Forgets a macro; whether there was one. */
  boolean purgeMacro(String name) {
    return macros.remove(name.toLowerCase(Locale.ROOT)) != null;
  }

  int macroCalls() {
    return macroCalls;
  }

  void add(Statement statement) {
    statements.add(statement);
  }
}
