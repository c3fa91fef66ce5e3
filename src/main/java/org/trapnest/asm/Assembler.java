package org.trapnest.asm;

import java.util.List;
import java.util.Map;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;

/** The front end: from the text of a model to a flat list of statements with their places. */
public final class Assembler {
  private final SourceReader reader;

  public Assembler(SourceReader reader) {
    this.reader = reader;
  }

  /**
   * The annotations with the given keyword in a file itself, whatever conditionals or macros
   * surround them: how a model's switches are found before there is a configuration.
   */
  public List<Statement.Annotation> scanAnnotations(
      SourceFile file, String keyword, Diagnostics diagnostics) {
    throw new UnsupportedOperationException();
  }

  /**
   * Assembles a file.
   *
   * @param definitions preprocessor macros that are defined from the start, as with {@code -D}
   * @return the statements; where errors were reported, those that could be understood
   */
  public AssembledFile assemble(
      SourceFile file, Map<String, Long> definitions, Diagnostics diagnostics) {
    throw new UnsupportedOperationException();
  }
}
