package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/** Properties from text for tests. */
final class Properties {

  private Properties() {}

  /** A whole property around its clauses and parameters. */
  static String around(String clauses) {
    return "property p \"A sentence.\" source \"A test\" cost none\n" + clauses + "\n";
  }

  /** What parsing and binding a text complains about, a line each. */
  static String complaints(String text, Map<String, String> arguments) {
    Diagnostics diagnostics = new Diagnostics();
    PropertyParser.parse(new SourceFile("p.prop", text), diagnostics)
        .forEach(p -> PropertyBinder.bind(p, ModelFixture.model(), arguments, diagnostics));
    return lines(diagnostics);
  }

  static String lines(Diagnostics diagnostics) {
    return diagnostics.all().stream().map(Properties::line).collect(Collectors.joining("\n"));
  }

  private static String line(Diagnostic d) {
    StringBuilder line = new StringBuilder();
    line.append(d.span().line()).append(':').append(d.span().column()).append(' ');
    line.append(d.kind().id()).append(' ').append(d.message());
    d.notes().forEach(n -> line.append(" [").append(n).append(']'));
    return line.toString();
  }

  static BoundProperty bound(String clauses) {
    return bound(clauses, Map.of());
  }

  static BoundProperty bound(String clauses, Map<String, String> arguments) {
    Diagnostics diagnostics = new Diagnostics();
    List<PropertyDeclaration> parsed =
        PropertyParser.parse(new SourceFile("p.prop", around(clauses)), diagnostics);
    assertEquals("", lines(diagnostics));
    BoundProperty bound =
        PropertyBinder.bind(parsed.get(0), ModelFixture.model(), arguments, diagnostics)
            .orElseThrow(() -> new AssertionError(lines(diagnostics)));
    assertEquals("", lines(diagnostics));
    return bound;
  }

  /** Whether a condition holds, which interpreter and compiler must agree on. */
  static boolean holds(String condition, MachineState state) {
    return holds("always ", condition, state, new Observation());
  }

  /** Whether a condition behind a clause's beginning holds where that clause is evaluated. */
  static boolean holds(String start, String condition, MachineState state, Observation seen) {
    BoundProperty property = bound(start + condition);
    boolean violated = property.violated(state, seen);
    assertEquals(violated, property.compile().violated(state, seen), condition);
    assertEquals(property.reached(state, seen), property.compile().reached(state, seen), condition);
    return !violated;
  }
}
