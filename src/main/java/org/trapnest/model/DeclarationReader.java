package org.trapnest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.asm.AnnotationToken.Kind;
import org.trapnest.asm.Expression;
import org.trapnest.asm.Statement.Annotation;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Assumption;
import org.trapnest.machine.Continuation;
import org.trapnest.machine.Event;
import org.trapnest.x86.Vector;

/** Reads the annotations that declare something, wherever in the file they stand. */
final class DeclarationReader {
  /** Annotations that {@link HeaderReader} reads. */
  static final Set<String> HEADER =
      Set.of("model", "source", "abstraction", "finding", "switch", "ablation", "deep");

  private static final int MAX_WORDS = 4096;

  /** A token and what delivery pushes below it. */
  private static final int LEAST_SHADOW_WORDS = 4;

  private final Declarations declared;
  private final Diagnostics diagnostics;
  private final EventReader events;

  DeclarationReader(Declarations declared, Diagnostics diagnostics) {
    this.declared = declared;
    this.diagnostics = diagnostics;
    this.events = new EventReader(declared);
  }

  /** Reads one annotation; false when its keyword is not one of these. */
  boolean read(Annotation annotation) {
    AnnotationCursor cursor = new AnnotationCursor(annotation, diagnostics);
    try {
      boolean known = dispatch(annotation.keyword(), cursor);
      if (known) {
        cursor.end();
      }
      return known;
    } catch (AnnotationCursor.Rejected rejected) {
      return true;
    }
  }

  private boolean dispatch(String keyword, AnnotationCursor cursor) {
    switch (keyword) {
      case "stack" -> stack(cursor);
      case "word" -> word(cursor);
      case "variable" -> variable(cursor);
      case "tss" -> tss(cursor);
      case "gate" -> gate(cursor);
      case "shadow-stack" -> shadowStack(cursor);
      case "fred" -> new FredReader(declared).read(cursor);
      case "entry" -> entry(cursor);
      case "event" -> events.event(cursor);
      case "user" -> user(cursor);
      case "c" -> new FunctionReader(declared).read(cursor);
      case "continuation" -> continuation(cursor);
      case "assume" -> assume(cursor);
      case "resume" -> resume(cursor);
      case "initial" -> initial(cursor);
      case "msr" -> msr(cursor);
      case "token" -> declared.tokens.addAll(cursor.words("a token's name"));
      case "check" -> check(cursor);
      case "expect" -> expect(cursor);
      case "ends" -> ends(cursor);
      case "has" -> declared.features.addAll(cursor.words("a feature's name"));
      case "nesting" -> {
        declared.nesting = cursor.number("the nesting bound", 1, 15);
        declared.faultNesting =
            cursor.accept("faults")
                ? cursor.number("how many faults may nest beyond it", 0, 15 - declared.nesting)
                : 0;
      }
      case "paging" -> {
        cursor.expect("split");
        declared.splitPaging = true;
        if (cursor.accept("stale")) {
          SourceSpan place = cursor.here();
          declared.staleTranslations =
              Optional.of(new Declarations.Named(cursor.word("a variable"), place));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void stack(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String name = cursor.word("the stack's name");
    cursor.expect("words");
    int words = (int) cursor.number("the number of words", 1, MAX_WORDS);
    int ist = 0;
    int level = -1;
    boolean userMapped = false;
    while (!cursor.atEnd()) {
      if (cursor.accept("ist")) {
        ist = (int) cursor.number("the IST index", 1, 7);
      } else if (cursor.accept("level")) {
        level = (int) cursor.number("the stack level", 0, 3);
      } else if (cursor.accept("user-mapped")) {
        userMapped = true;
      } else {
        throw cursor.reject("'ist', 'level' or 'user-mapped'");
      }
    }
    for (Declarations.Stack other : declared.stacks) {
      if (ist != 0 && other.ist() == ist) {
        cursor.fail(ModelProblem.DUPLICATE_IST, cursor.span(), ist, other.name());
      }
    }
    for (Declarations.Stack other : declared.stacks) {
      if (level >= 0 && other.level() == level) {
        cursor.fail(ModelProblem.DUPLICATE_LEVEL, cursor.span(), level, other.name());
      }
    }
    declared.stacks.add(new Declarations.Stack(name, words, ist, level, userMapped, place));
  }

  private void shadowStack(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String name = cursor.word("the shadow stack's name");
    cursor.expect("words");
    int words = (int) cursor.number("the number of words", LEAST_SHADOW_WORDS, MAX_WORDS);
    int ist = 0;
    boolean main = false;
    boolean userMapped = false;
    while (!cursor.atEnd()) {
      if (cursor.accept("ist")) {
        ist = (int) cursor.number("the IST index", 1, 7);
      } else if (cursor.accept("main")) {
        main = true;
      } else if (cursor.accept("user-mapped")) {
        userMapped = true;
      } else {
        throw cursor.reject("'ist', 'main' or 'user-mapped'");
      }
    }
    for (Declarations.ShadowStackLine other : declared.shadowStacks) {
      if (ist != 0 && other.ist() == ist) {
        cursor.fail(ModelProblem.DUPLICATE_IST, cursor.span(), ist, other.name());
      }
      if (main && other.main()) {
        cursor.fail(ModelProblem.DUPLICATE_DECLARATION, place, "the main shadow stack");
      }
    }
    declared.shadowStacks.add(
        new Declarations.ShadowStackLine(name, words, ist, main, userMapped, place));
  }

  private void word(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String stack = cursor.word("the stack's name");
    long offset = cursor.number("the offset from the stack's top");
    String name = cursor.string("the word's name");
    boolean variable = cursor.accept("variable");
    Optional<Expression> initial =
        cursor.accept("=") ? Optional.of(cursor.expression()) : Optional.empty();
    declared.words.add(new Declarations.Word(stack, offset, name, variable, initial, place));
  }

  private void variable(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String name = cursor.word("the variable's name");
    int bytes = 8;
    int count = 1;
    Optional<Expression> initial = Optional.empty();
    boolean perCpu = false;
    boolean userMapped = false;
    while (!cursor.atEnd()) {
      if (cursor.accept("bytes")) {
        bytes = (int) cursor.number("the size", 1, 8);
      } else if (cursor.accept("count")) {
        count = (int) cursor.number("the number of elements", 1, MAX_WORDS);
      } else if (cursor.accept("=")) {
        initial = Optional.of(cursor.expression());
      } else if (cursor.accept("per-cpu")) {
        perCpu = true;
      } else if (cursor.accept("user-mapped")) {
        userMapped = true;
      } else {
        throw cursor.reject("'bytes', 'count', '=', 'per-cpu' or 'user-mapped'");
      }
    }
    if (Integer.bitCount(bytes) != 1) {
      cursor.fail(ModelProblem.OUT_OF_RANGE, place, "the size", "1, 2, 4 or 8", bytes);
      bytes = 8;
    }
    declared.variables.add(
        new Declarations.Variable(name, bytes, count, initial, perCpu, userMapped, place));
  }

  private void tss(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String field = cursor.word("'sp0', 'sp1', 'sp2' or 'ist1' to 'ist7'");
    if (!MemoryLinker.TSS_FIELDS.contains(field)) {
      cursor.fail(ModelProblem.UNKNOWN_NAME, place, "TSS field", field);
    }
    cursor.expect("=");
    declared.tss.put(field, cursor.expression());
  }

  private void gate(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    Vector vector = EventReader.vector(cursor);
    cursor.expect("->");
    SourceSpan handlerPlace = cursor.here();
    String handler = cursor.word("the entry point's label");
    int ist = 0;
    boolean trap = false;
    int dpl = 0;
    while (!cursor.atEnd()) {
      if (cursor.accept("ist")) {
        ist = (int) cursor.number("the IST index", 1, 7);
      } else if (cursor.accept("trap")) {
        trap = true;
      } else if (cursor.accept("dpl")) {
        dpl = (int) cursor.number("the DPL", 0, 3);
      } else {
        throw cursor.reject("'ist', 'trap' or 'dpl'");
      }
    }
    if (declared.gates.stream().anyMatch(g -> g.vector() == vector)) {
      cursor.fail(ModelProblem.DUPLICATE_DECLARATION, place, "the gate of " + vector.manualName());
    }
    declared.gates.add(new Declarations.GateLine(vector, handler, ist, trap, dpl, handlerPlace));
  }

  private void entry(AnnotationCursor cursor) {
    String kind = cursor.word("'syscall', 'syscall32' or 'sysenter'");
    if (!Set.of("syscall", "syscall32", "sysenter").contains(kind)) {
      cursor.fail(ModelProblem.UNKNOWN_NAME, cursor.span(), "way in", kind);
    }
    cursor.expect("->");
    SourceSpan place = cursor.here();
    String handler = cursor.word("the entry point's label");
    Optional<Expression> fmask = Optional.empty();
    Optional<Expression> stack = Optional.empty();
    while (!cursor.atEnd()) {
      if (cursor.accept("fmask")) {
        fmask = Optional.of(cursor.expression());
      } else if (cursor.accept("stack")) {
        stack = Optional.of(cursor.expression());
      } else {
        throw cursor.reject("'fmask' or 'stack'");
      }
    }
    declared.entryPoints.put(kind, new Declarations.EntryPoint(handler, fmask, stack, place));
  }

  private void user(AnnotationCursor cursor) {
    if (cursor.accept("sets")) {
      SourceSpan place = cursor.here();
      String register = cursor.word("a register's name");
      cursor.expect("=");
      declared.userWrites.add(new Declarations.UserWrite(register, cursor.alternatives(), place));
      return;
    }
    do {
      SourceSpan place = cursor.here();
      String name = cursor.word("a way in: 'syscall', 'sysenter', 'int80' or an exception");
      Optional<Event> event = Event.parse(name.toUpperCase(Locale.ROOT));
      if (event.isEmpty()) {
        cursor.fail(ModelProblem.UNKNOWN_NAME, place, "way in", name);
      }
      long errorCode = cursor.accept("error-code") ? cursor.number("the error code") : 0;
      event.ifPresent(
          e -> declared.userEntries.add(new Declarations.UserEntry(e, errorCode, place)));
    } while (cursor.accept(","));
  }

  private void continuation(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String label = cursor.word("the continuation's label");
    if (cursor.accept("restarts")) {
      declared.continuations.add(
          new Declarations.ContinuationLine(
              label,
              Continuation.Mode.RESTARTS,
              EventReader.event(cursor, "an event"),
              Optional.empty(),
              place));
      return;
    }
    boolean merges = cursor.accept("merges");
    if (!merges) {
      cursor.expect("replaces");
    }
    Event event = EventReader.event(cursor, "an event");
    cursor.expect("in");
    Continuation.Mode mode = merges ? Continuation.Mode.MERGES : Continuation.Mode.REPLACES;
    declared.continuations.add(
        new Declarations.ContinuationLine(
            label, mode, event, Optional.of(events.range(cursor)), place));
  }

  private void assume(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String name = cursor.word("an assumption's name");
    Optional<Assumption> assumption = Assumption.parse(name);
    if (assumption.isEmpty()) {
      cursor.fail(ModelProblem.UNKNOWN_NAME, place, "assumption", name);
    }
    cursor.expect("=");
    boolean value = cursor.accept("yes");
    if (!value) {
      cursor.expect("no");
    }
    assumption.ifPresent(a -> declared.assumptions.put(a, value));
  }

  private void resume(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    Event event = EventReader.event(cursor, "an event");
    cursor.expect("ignores");
    declared.resumeLines.add(
        new Declarations.ResumeLine(event, cursor.words("a register's name"), place));
  }

  private void initial(AnnotationCursor cursor) {
    String register = cursor.word("a register's name");
    cursor.expect("=");
    declared.initials.put(register, cursor.expression());
  }

  private void msr(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    long number = cursor.number("the MSR's number");
    Optional<Expression> initial =
        cursor.accept("=") ? Optional.of(cursor.expression()) : Optional.empty();
    long writable = cursor.accept("writable") ? cursor.number("the writable bits") : -1L;
    declared.msrs.add(new Declarations.MsrLine(number, initial, writable, place));
  }

  private void check(AnnotationCursor cursor) {
    do {
      SourceSpan place = cursor.here();
      String property = cursor.word("a property's name");
      Map<String, String> arguments = new LinkedHashMap<>();
      if (cursor.accept("(")) {
        do {
          String parameter = cursor.word("a parameter's name");
          cursor.expect("=");
          arguments.put(parameter, cursor.word("its value"));
        } while (cursor.accept(","));
        cursor.expect(")");
      }
      declared.checks.add(new Declarations.CheckLine(property, arguments, place));
    } while (cursor.accept(","));
  }

  private void expect(AnnotationCursor cursor) {
    List<String> properties = new ArrayList<>();
    SourceSpan place = cursor.here();
    properties.addAll(cursor.words("a property's name"));
    Verdict verdict = verdict(cursor);
    Map<String, Long> when = cursor.when();
    properties.forEach(
        p -> declared.expectations.add(new Declarations.ExpectLine(p, verdict, when, place)));
  }

  private void ends(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    List<String> properties = cursor.words("a property's name");
    Map<String, Long> when = cursor.when();
    properties.forEach(p -> declared.ends.add(new Declarations.EndsLine(p, when, place)));
  }

  private static Verdict verdict(AnnotationCursor cursor) {
    for (Verdict verdict : List.of(Verdict.HOLDS, Verdict.VIOLATED, Verdict.VACUOUS)) {
      if (cursor.looksAt(Kind.WORD) && cursor.accept(verdict.printed())) {
        return verdict;
      }
    }
    throw cursor.reject("'holds', 'violated' or 'vacuous'");
  }
}
