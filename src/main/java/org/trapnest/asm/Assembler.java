package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

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
    SymbolTable symbols = new SymbolTable();
    List<Statement.Annotation> found = new ArrayList<>();
    for (LogicalLine line : LineScanner.scan(file, diagnostics)) {
      Optional<MappedText> annotation = line.annotation();
      if (annotation.flatMap(AnnotationLexer::keyword).filter(keyword::equals).isPresent()) {
        try {
          found.add(AnnotationLexer.annotation(annotation.get(), symbols));
        } catch (Rejected rejected) {
          reportUnlessExpanded(rejected.diagnostic(), diagnostics);
        }
      }
    }
    return found;
  }

  /** In a macro's body, parameters and numeric labels mean nothing before an expansion. */
  private static void reportUnlessExpanded(Diagnostic diagnostic, Diagnostics diagnostics) {
    if (diagnostic.kind() != AsmProblem.UNDEFINED_PARAMETER
        && diagnostic.kind() != AsmProblem.NO_LOCAL_LABEL_BEFORE) {
      diagnostics.report(diagnostic);
    }
  }

  /**
   * Assembles a file.
   *
   * @param definitions preprocessor macros that are defined from the start, as with {@code -D}
   * @return the statements; where errors were reported, those that could be understood
   */
  public AssembledFile assemble(
      SourceFile file, Map<String, Long> definitions, Diagnostics diagnostics) {
    int errorsBefore = diagnostics.errorCount();
    Files files = new Files(file, reader, diagnostics);
    DefineTable defines = new DefineTable(definitions, diagnostics);
    List<LogicalLine> lines = Preprocessor.process(file, files, defines, diagnostics);
    List<Statement> statements = new Assembly(files, diagnostics).assemble(file.path(), lines);
    if (statements.isEmpty() && diagnostics.errorCount() == errorsBefore) {
      diagnostics.report(AsmProblem.EMPTY_FILE, SourceSpan.of(file, 0, 0));
    }
    return new AssembledFile(file, files.all(), statements);
  }
}
