package org.trapnest.trace;

import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Instruction;

/**
 * Where an instruction stands.
 *
 * @param file the file, as its path was given; for text of a macro, that of the invocation
 * @param line the line there, from one
 * @param label the nearest label at or before the instruction, with the distance: {@code name+2}
 * @param text the instruction as written
 */
public record Place(String file, int line, String label, String text) {

  static Place of(Instruction instruction) {
    SourceSpan span = instruction.span().outermost();
    return new Place(
        span.file().path(), span.line(), instruction.label(), instruction.text().strip());
  }

  /** The file's last name and the line: {@code nmi.S:12}. */
  public String shortForm() {
    return file.substring(file.lastIndexOf('/') + 1) + ":" + line;
  }
}
