package org.trapnest.asm;

import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;

/** Assembles from memory; the file that is assembled is {@code main.S}. */
final class Texts {
  private final Map<String, String> files;
  private final Diagnostics diagnostics = new Diagnostics();

  private Texts(Map<String, String> files) {
    this.files = files;
  }

  /** What came out of one text. */
  record Outcome(AssembledFile file, List<Diagnostic> diagnostics) {

    String printed() {
      return DiagnosticPrinter.print(diagnostics);
    }

    /** The identifiers of all diagnostics. */
    List<String> ids() {
      return diagnostics.stream().map(one -> one.kind().id()).toList();
    }

    /** The statements as plain text, one a line. */
    List<String> plain() {
      return PlainText.of(file.statements()).lines().toList();
    }

    <T extends Statement> List<T> all(Class<T> kind) {
      return file.statements().stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  static Outcome assemble(String text) {
    return assemble(Map.of("main.S", text), Map.of());
  }

  static Outcome assemble(Map<String, String> files, Map<String, Long> definitions) {
    Texts texts = new Texts(files);
    SourceFile main = new SourceFile("main.S", files.get("main.S"));
    AssembledFile file = new Assembler(texts::read).assemble(main, definitions, texts.diagnostics);
    return new Outcome(file, texts.diagnostics.all());
  }

  private SourceFile read(String path) throws NoSuchFileException {
    if (!files.containsKey(path)) {
      throw new NoSuchFileException(path);
    }
    return new SourceFile(path, files.get(path));
  }
}
