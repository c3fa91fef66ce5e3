package org.trapnest.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.asm.AnnotationToken.Kind;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Assumption;
import org.trapnest.machine.Event;
import org.trapnest.x86.Vector;

/** Reads {@code event} annotations, and the places and events that others share with them. */
final class EventReader {
  private final Declarations declared;

  EventReader(Declarations declared) {
    this.declared = declared;
  }

  void event(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    if (cursor.accept("SMI")) {
      smi(cursor);
      return;
    }
    Vector vector = vector(cursor);
    List<Declarations.Place> places = places(cursor);
    List<Declarations.Place> except = new ArrayList<>();
    int live = 0;
    List<Event> notWhile = new ArrayList<>();
    List<Event> uncommitted = new ArrayList<>();
    long errorCode = 0;
    while (!cursor.atEnd()) {
      if (cursor.accept("except")) {
        except.addAll(places(cursor));
      } else if (cursor.accept("live")) {
        live = (int) cursor.number("the number of live contexts", 1, 15);
      } else if (cursor.accept("not")) {
        cursor.expect("while");
        do {
          boolean untilCommit = cursor.accept("uncommitted");
          (untilCommit ? uncommitted : notWhile).add(event(cursor, "an event"));
        } while (cursor.accept(","));
      } else if (cursor.accept("error-code")) {
        errorCode = cursor.number("the error code");
      } else {
        throw cursor.reject("'except', 'live', 'not while' or 'error-code'");
      }
    }
    declared.events.add(
        new Declarations.EventLine(
            vector, places, except, live, notWhile, uncommitted, errorCode, place));
  }

  /** An SMI whose handler may leave NMIs unblocked; naming it makes that assumption. */
  private void smi(AnnotationCursor cursor) {
    List<Declarations.Place> places = places(cursor);
    List<Declarations.Place> except = cursor.accept("except") ? places(cursor) : new ArrayList<>();
    declared.smi = Optional.of(new Declarations.SmiLine(places, except));
    declared.assumptions.putIfAbsent(Assumption.SMI_UNMASKS_NMI, true);
  }

  /** Places separated by commas. */
  private List<Declarations.Place> places(AnnotationCursor cursor) {
    List<Declarations.Place> places = new ArrayList<>();
    do {
      places.add(place(cursor));
    } while (cursor.accept(","));
    return places;
  }

  private Declarations.Place place(AnnotationCursor cursor) {
    if (cursor.accept("anywhere")) {
      return new Declarations.Place.Anywhere();
    }
    if (cursor.accept("user")) {
      return new Declarations.Place.User();
    }
    if (cursor.accept("kernel")) {
      return new Declarations.Place.Kernel();
    }
    if (cursor.accept("c-code")) {
      return new Declarations.Place.CCode();
    }
    if (cursor.accept("in")) {
      return range(cursor);
    }
    cursor.expect("at");
    SourceSpan span = cursor.here();
    List<String> names = new ArrayList<>();
    names.add(cursor.word("a mnemonic"));
    while (cursor.looksAt(Kind.WORD) && !isOption(cursor)) {
      names.add(cursor.word("a mnemonic"));
    }
    return new Declarations.Place.Mnemonics(names, span);
  }

  private static boolean isOption(AnnotationCursor cursor) {
    return cursor.looksAt("except")
        || cursor.looksAt("live")
        || cursor.looksAt("not")
        || cursor.looksAt("error-code");
  }

  /** {@code [from, to)}. */
  Declarations.Place.Range range(AnnotationCursor cursor) {
    SourceSpan span = cursor.here();
    cursor.expect("[");
    String from = cursor.word("a label");
    cursor.expect(",");
    String to = cursor.word("a label");
    cursor.expect(")");
    return new Declarations.Place.Range(from, to, span);
  }

  static Vector vector(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String name = cursor.word("a vector, such as NMI or PF");
    Optional<Vector> vector = Vector.parse(name);
    if (vector.isEmpty()) {
      cursor.fail(ModelProblem.UNKNOWN_NAME, place, "vector", name);
      throw new AnnotationCursor.Rejected();
    }
    return vector.get();
  }

  static Event event(AnnotationCursor cursor, String what) {
    SourceSpan place = cursor.here();
    String name = cursor.word(what);
    Optional<Event> event = Event.parse(name);
    if (event.isEmpty()) {
      cursor.fail(ModelProblem.UNKNOWN_NAME, place, "event", name);
      throw new AnnotationCursor.Rejected();
    }
    return event.get();
  }
}
