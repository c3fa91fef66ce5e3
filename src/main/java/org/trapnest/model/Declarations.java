package org.trapnest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.Expression;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Assumption;
import org.trapnest.machine.Continuation;
import org.trapnest.machine.Event;
import org.trapnest.x86.Vector;

/** What the annotations of a model declare, before symbols have values. Filled while reading. */
final class Declarations {
  final List<Stack> stacks = new ArrayList<>();
  final List<Word> words = new ArrayList<>();
  final List<Variable> variables = new ArrayList<>();
  final Map<String, Expression> tss = new LinkedHashMap<>();
  final List<GateLine> gates = new ArrayList<>();
  final Map<String, EntryPoint> entryPoints = new LinkedHashMap<>();
  final List<EventLine> events = new ArrayList<>();
  final List<UserEntry> userEntries = new ArrayList<>();
  final List<UserWrite> userWrites = new ArrayList<>();
  final List<Function> functions = new ArrayList<>();
  final List<ContinuationLine> continuations = new ArrayList<>();
  final Map<Assumption, Boolean> assumptions = new LinkedHashMap<>();
  final List<ResumeLine> resumeLines = new ArrayList<>();
  final Map<String, Expression> initials = new LinkedHashMap<>();
  final List<MsrLine> msrs = new ArrayList<>();
  final List<String> tokens = new ArrayList<>();
  final List<CheckLine> checks = new ArrayList<>();
  final List<ExpectLine> expectations = new ArrayList<>();
  final List<EndsLine> ends = new ArrayList<>();
  final List<String> features = new ArrayList<>();
  long nesting = 4;
  long faultNesting;
  boolean splitPaging;
  final List<ShadowStackLine> shadowStacks = new ArrayList<>();
  Optional<Named> staleTranslations = Optional.empty();

  /** A name where it stands. */
  record Named(String name, SourceSpan span) {}

  Optional<FredLine> fred = Optional.empty();
  Optional<SmiLine> smi = Optional.empty();

  /**
   * A stack.
   *
   * @param ist its IST index, or 0
   * @param level the FRED stack level whose RSP it is, or -1
   */
  record Stack(String name, int words, int ist, int level, boolean userMapped, SourceSpan span) {}

  /**
   * A shadow stack.
   *
   * @param ist its IST index, or 0
   * @param main whether IA32_PL0_SSP points to its token
   */
  record ShadowStackLine(
      String name, int words, int ist, boolean main, boolean userMapped, SourceSpan span) {

    /** What its region is called, so that a regular stack may have the same name. */
    String regionName() {
      return name + "-shadow";
    }
  }

  /**
   * FRED.
   *
   * @param kernelEntry the label of the entry point for events from the kernel; empty for the place
   *     256 bytes behind that of the user's
   * @param levels the stack levels of vectors; those that are not named have level 0
   */
  record FredLine(
      String userEntry,
      Optional<String> kernelEntry,
      Map<Vector, Integer> levels,
      long redZoneBytes,
      SourceSpan span) {}

  /** A named word of a stack. */
  record Word(
      String stack,
      long offset,
      String name,
      boolean variable,
      Optional<Expression> initial,
      SourceSpan span) {}

  /** A variable of {@code count} elements. */
  record Variable(
      String name,
      int bytes,
      int count,
      Optional<Expression> initial,
      boolean perCpu,
      boolean userMapped,
      SourceSpan span) {}

  record GateLine(Vector vector, String handler, int ist, boolean trap, int dpl, SourceSpan span) {}

  record EntryPoint(
      String handler, Optional<Expression> fmask, Optional<Expression> stack, SourceSpan span) {}

  /** One item of a list of places. */
  sealed interface Place {
    record Anywhere() implements Place {}

    record User() implements Place {}

    record Kernel() implements Place {}

    record CCode() implements Place {}

    record Range(String from, String to, SourceSpan span) implements Place {}

    record Mnemonics(List<String> names, SourceSpan span) implements Place {}
  }

  record EventLine(
      Vector vector,
      List<Place> places,
      List<Place> except,
      int live,
      List<Event> notWhile,
      List<Event> notWhileUncommitted,
      long errorCode,
      SourceSpan span) {}

  /** Where an SMI may arrive. */
  record SmiLine(List<Place> places, List<Place> except) {}

  record UserEntry(Event event, long errorCode, SourceSpan span) {}

  record UserWrite(String register, List<Expression> values, SourceSpan span) {}

  /** Something that C code raises. */
  record Raise(Event event, long errorCode) {}

  /** A variable or register that C code writes. */
  record FunctionWrite(String name, List<Expression> values, SourceSpan span) {}

  record Function(
      String name,
      boolean enablesInterrupts,
      boolean servesNmi,
      boolean stops,
      boolean preservesRegisters,
      List<Raise> raises,
      List<String> clobbers,
      List<Expression> returns,
      List<FunctionWrite> writes,
      SourceSpan span) {}

  record ContinuationLine(
      String label,
      Continuation.Mode mode,
      Event event,
      Optional<Place.Range> range,
      SourceSpan span) {}

  record ResumeLine(Event event, List<String> registers, SourceSpan span) {}

  record MsrLine(long number, Optional<Expression> initial, long writable, SourceSpan span) {}

  record CheckLine(String property, Map<String, String> arguments, SourceSpan span) {}

  /** A property whose violation ends a path. */
  record EndsLine(String property, Map<String, Long> when, SourceSpan span) {}

  record ExpectLine(String property, Verdict verdict, Map<String, Long> when, SourceSpan span) {}
}
