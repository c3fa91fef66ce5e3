package org.trapnest.model;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.asm.Expression;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Event;

/** Reads {@code c} annotations: what a C function may do. */
final class FunctionReader {
  private final Declarations declared;
  private final List<Declarations.Raise> raises = new ArrayList<>();
  private final List<String> clobbers = new ArrayList<>();
  private final List<Expression> returns = new ArrayList<>();
  private final List<Declarations.FunctionWrite> writes = new ArrayList<>();
  private boolean enablesInterrupts;
  private boolean servesNmi;
  private boolean stops;
  private boolean preservesRegisters;

  FunctionReader(Declarations declared) {
    this.declared = declared;
  }

  void read(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String name = cursor.word("the function's name");
    while (!cursor.atEnd()) {
      option(cursor);
    }
    declared.functions.add(
        new Declarations.Function(
            name,
            enablesInterrupts,
            servesNmi,
            stops,
            preservesRegisters,
            raises,
            clobbers,
            returns,
            writes,
            place));
  }

  private void option(AnnotationCursor cursor) {
    if (cursor.accept("enables-interrupts")) {
      enablesInterrupts = true;
    } else if (cursor.accept("stops")) {
      stops = true;
    } else if (cursor.accept("preserves-registers")) {
      preservesRegisters = true;
    } else if (cursor.accept("serves")) {
      cursor.expect("NMI");
      servesNmi = true;
    } else if (cursor.accept("raises")) {
      do {
        raise(cursor);
      } while (cursor.accept(","));
    } else if (cursor.accept("clobbers")) {
      clobbers.addAll(cursor.words("a register's name"));
    } else if (cursor.accept("returns")) {
      returns.addAll(cursor.alternatives());
    } else if (cursor.accept("writes")) {
      SourceSpan place = cursor.here();
      String target = cursor.word("a variable or register");
      cursor.expect("=");
      writes.add(new Declarations.FunctionWrite(target, cursor.alternatives(), place));
    } else {
      throw cursor.reject(
          "'enables-interrupts', 'serves', 'raises', 'clobbers', 'preserves-registers', 'returns',"
              + " 'writes' or 'stops'");
    }
  }

  private void raise(AnnotationCursor cursor) {
    Event event = EventReader.event(cursor, "an exception");
    long errorCode = cursor.accept("error-code") ? cursor.number("the error code") : 0;
    raises.add(new Declarations.Raise(event, errorCode));
  }
}
