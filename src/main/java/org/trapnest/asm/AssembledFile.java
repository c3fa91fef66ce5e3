package org.trapnest.asm;

import java.util.List;
import org.trapnest.diag.SourceFile;

/**
 * The result of assembling one model file in one configuration: a flat list of statements.
 *
 * @param root the model file
 * @param files every file that was read, the root first, in the order of their first inclusion
 * @param statements what remains after preprocessing
 */
public record AssembledFile(SourceFile root, List<SourceFile> files, List<Statement> statements) {

  public AssembledFile {
    files = List.copyOf(files);
    statements = List.copyOf(statements);
  }
}
