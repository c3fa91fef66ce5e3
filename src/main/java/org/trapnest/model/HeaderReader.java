package org.trapnest.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.asm.Assembler;
import org.trapnest.asm.Statement.Annotation;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/** Reads what a model file says of itself, before any configuration is chosen. */
final class HeaderReader {
  private final Assembler assembler;
  private final SourceFile file;
  private final Diagnostics diagnostics;
  private final Set<String> names = new LinkedHashSet<>();

  HeaderReader(Assembler assembler, SourceFile file, Diagnostics diagnostics) {
    this.assembler = assembler;
    this.file = file;
    this.diagnostics = diagnostics;
  }

  /** The model, or empty when its header cannot be used. */
  Optional<Model> read(String name) {
    List<String> sentences = strings("model");
    if (sentences.isEmpty()) {
      diagnostics.report(
          org.trapnest.diag.Diagnostic.of(ModelProblem.NO_HEADER, SourceSpan.of(file, 0, 0))
              .withNote("expected a line: //@ model \"One sentence.\""));
      return Optional.empty();
    }
    Model.Header header =
        new Model.Header(
            sentences.get(0), strings("source"), strings("abstraction"), strings("finding"));
    List<Model.Switch> switches = new ArrayList<>();
    scan("switch", cursor -> switches.add(declaredSwitch(cursor)));
    List<Model.Ablation> ablations = new ArrayList<>();
    scan("ablation", cursor -> ablations.add(ablation(cursor)));
    List<Map<String, Long>> deep = new ArrayList<>();
    scan("deep", cursor -> deep.add(deep(cursor)));
    return diagnostics.hasErrors()
        ? Optional.empty()
        : Optional.of(new Model(name, file, header, switches, ablations, deep));
  }

  private List<String> strings(String keyword) {
    List<String> found = new ArrayList<>();
    scan(
        keyword,
        cursor -> {
          StringBuilder text = new StringBuilder(cursor.string("a string"));
          while (!cursor.atEnd()) {
            text.append(' ').append(cursor.string("a string"));
          }
          found.add(text.toString());
        });
    return found;
  }

  private interface Reader {
    void read(AnnotationCursor cursor);
  }

  private void scan(String keyword, Reader reader) {
    for (Annotation annotation : assembler.scanAnnotations(file, keyword, diagnostics)) {
      AnnotationCursor cursor = new AnnotationCursor(annotation, diagnostics);
      try {
        reader.read(cursor);
        cursor.end();
      } catch (AnnotationCursor.Rejected rejected) {
        continue;
      }
    }
  }

  private Model.Switch declaredSwitch(AnnotationCursor cursor) {
    String name = name(cursor);
    cursor.expect("=");
    List<Long> values = new ArrayList<>();
    do {
      SourceSpan place = cursor.here();
      long value = cursor.number("a value");
      if (values.contains(value)) {
        cursor.fail(ModelProblem.DUPLICATE_DECLARATION, place, "the value " + value);
      }
      values.add(value);
    } while (cursor.accept("|"));
    return new Model.Switch(name, values, cursor.optionalString().orElse(""), cursor.span());
  }

  private Model.Ablation ablation(AnnotationCursor cursor) {
    String name = name(cursor);
    return new Model.Ablation(name, cursor.optionalString().orElse(""), cursor.span());
  }

  private Map<String, Long> deep(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    Map<String, Long> when = cursor.when();
    if (when.isEmpty()) {
      throw cursor.reject("'when' and a switch or an ablation");
    }
    for (String name : when.keySet()) {
      if (!names.contains(name)) {
        cursor.fail(ModelProblem.UNKNOWN_NAME, place, "switch or ablation", name);
      }
    }
    return when;
  }

  private String name(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    String name = cursor.word("a name");
    if (!(name.matches("[A-Za-z_][A-Za-z0-9_]*"))) {
      cursor.fail(ModelProblem.UNKNOWN_NAME, place, "preprocessor name", name);
    }
    if (!names.add(name)) {
      cursor.fail(ModelProblem.DUPLICATE_DECLARATION, place, "'" + name + "'");
    }
    return name;
  }
}
