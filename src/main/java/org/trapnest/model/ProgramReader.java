package org.trapnest.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.AssembledFile;
import org.trapnest.asm.Statement;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Program;

/**
 * Walks the statements of a file once: numbers the instructions, gives labels their addresses,
 * binds annotations that mark a place, and hands the declaring ones on.
 */
final class ProgramReader {
  private static final int FRAME_WORDS = 5;
  private static final int MAX_WORDS = 4096;

  /** An instruction statement with its place in the program. */
  record Placed(Statement.InstructionStatement statement, String label) {}

  /** A stack whose top is released before an instruction. */
  record Release(int index, String stack, int words, SourceSpan span) {}

  /** Stacks that hold nothing of use from an instruction on. */
  record Abandoned(int index, List<String> stacks, SourceSpan span) {}

  /** The stacks of the entries that an instruction commits, and the register that counts them. */
  record Commit(int index, List<String> stacks, Optional<String> count, SourceSpan span) {}

  final List<Placed> instructions = new ArrayList<>();
  final List<Release> releases = new ArrayList<>();
  final List<Abandoned> abandoned = new ArrayList<>();
  final List<Commit> commits = new ArrayList<>();
  final BitSet returns = new BitSet();
  final BitSet hidden = new BitSet();
  final List<String> hiddenReasons = new ArrayList<>();
  final Map<Integer, String> cCode = new HashMap<>();

  private final SymbolTable symbols;
  private final DeclarationReader declarations;
  private final Diagnostics diagnostics;
  private String lastLabel = "start";
  private int lastLabelIndex;
  private Optional<String> cFunction = Optional.empty();
  private final Deque<SourceSpan> openCCode = new ArrayDeque<>();
  private final Deque<SourceSpan> openAtomic = new ArrayDeque<>();
  private int atomicStart;

  ProgramReader(SymbolTable symbols, DeclarationReader declarations, Diagnostics diagnostics) {
    this.symbols = symbols;
    this.declarations = declarations;
    this.diagnostics = diagnostics;
  }

  void read(AssembledFile file) {
    file.statements().forEach(this::statement);
    if (!openCCode.isEmpty()) {
      unbalanced("'c-code begin' has no 'c-code end'", openCCode.peek());
    }
    if (!openAtomic.isEmpty()) {
      unbalanced("'atomic begin' has no 'atomic end'", openAtomic.peek());
    }
  }

  private void unbalanced(String message, SourceSpan span) {
    diagnostics.report(ModelProblem.UNBALANCED, span, message);
  }

  private void statement(Statement statement) {
    if (statement instanceof Statement.LabelDefinition label) {
      label(label);
    } else if (statement instanceof Statement.InstructionStatement instruction) {
      instruction(instruction);
    } else if (statement instanceof Statement.SymbolAssignment assignment) {
      symbols.assign(assignment.name(), assignment.value());
    } else {
      annotation((Statement.Annotation) statement);
    }
  }

  private void label(Statement.LabelDefinition label) {
    symbols.define(label.name(), Program.address(instructions.size()), label.span());
    if (!label.name().contains("$") && !label.name().startsWith(".L")) {
      lastLabel = label.name();
      lastLabelIndex = instructions.size();
    }
  }

  private void instruction(Statement.InstructionStatement statement) {
    int index = instructions.size();
    int behind = index - lastLabelIndex;
    instructions.add(new Placed(statement, behind == 0 ? lastLabel : lastLabel + "+" + behind));
    cFunction.ifPresent(name -> cCode.put(index, name));
    if (!openAtomic.isEmpty() && index > atomicStart) {
      hidden.set(index);
    }
  }

  private void annotation(Statement.Annotation annotation) {
    AnnotationCursor cursor = new AnnotationCursor(annotation, diagnostics);
    try {
      switch (annotation.keyword()) {
        case "c-code" -> cCode(cursor);
        case "atomic" -> atomic(cursor);
        case "release" -> releases.add(release(cursor));
        case "abandon" ->
            abandoned.add(
                new Abandoned(
                    instructions.size(), cursor.words("a stack's name"), annotation.span()));
        case "commit" -> commit(cursor);
        case "returns" -> returns.set(instructions.size());
        default -> {
          declaration(annotation);
          return;
        }
      }
      cursor.end();
    } catch (AnnotationCursor.Rejected rejected) {
      return;
    }
  }

  private void commit(AnnotationCursor cursor) {
    List<String> stacks = cursor.words("a stack's name");
    Optional<String> count =
        cursor.accept("counts")
            ? Optional.of(cursor.word("a 64-bit general-purpose register"))
            : Optional.empty();
    commits.add(new Commit(instructions.size(), stacks, count, cursor.span()));
  }

  private void declaration(Statement.Annotation annotation) {
    boolean header = DeclarationReader.HEADER.contains(annotation.keyword());
    if (!header && !declarations.read(annotation)) {
      diagnostics.report(ModelProblem.UNKNOWN_ANNOTATION, annotation.span(), annotation.keyword());
    }
  }

  private Release release(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String stack = cursor.word("the stack's name");
    int words = FRAME_WORDS;
    if (cursor.accept("words")) {
      words = (int) cursor.number("the number of words", FRAME_WORDS, MAX_WORDS);
    }
    return new Release(instructions.size(), stack, words, place);
  }

  private void cCode(AnnotationCursor cursor) {
    if (cursor.accept("begin")) {
      openCCode.push(cursor.span());
      cFunction = Optional.of(cursor.word("the function's name"));
      return;
    }
    cursor.expect("end");
    if (openCCode.isEmpty()) {
      unbalanced("'c-code end' without 'c-code begin'", cursor.span());
    }
    openCCode.clear();
    cFunction = Optional.empty();
  }

  private void atomic(AnnotationCursor cursor) {
    if (cursor.accept("begin")) {
      String reason = cursor.string("the reason, a string");
      if (!hiddenReasons.contains(reason)) {
        hiddenReasons.add(reason);
      }
      openAtomic.push(cursor.span());
      atomicStart = instructions.size();
      return;
    }
    cursor.expect("end");
    if (openAtomic.isEmpty()) {
      unbalanced("'atomic end' without 'atomic begin'", cursor.span());
    }
    openAtomic.clear();
  }
}
