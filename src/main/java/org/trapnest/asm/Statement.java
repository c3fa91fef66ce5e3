package org.trapnest.asm;

import java.util.List;
import org.trapnest.diag.SourceSpan;

/** One statement of an assembled file after includes, macros, conditionals and repeats. */
public sealed interface Statement {

  SourceSpan span();

  /** A label. Numeric labels carry a name made unique, such as {@code 1$3}. */
  record LabelDefinition(String name, SourceSpan span) implements Statement {}

  /**
   * An instruction.
   *
   * @param prefixes {@code rep}, {@code repz}, {@code repnz}, {@code lock}, {@code notrack}
   * @param mnemonic in lower case, as written (with its size suffix, if any)
   * @param operands in AT&amp;T order, the destination last; references to numeric labels carry the
   *     unique name
   * @param text the instruction as it reads after expansion, in one line without comments
   */
  record InstructionStatement(
      List<String> prefixes, String mnemonic, List<Operand> operands, String text, SourceSpan span)
      implements Statement {}

  /** {@code .set name, value}, {@code .equ}, or {@code name = value}. */
  record SymbolAssignment(String name, Expression value, SourceSpan span) implements Statement {}

  /** An annotation; it stands between the statements where it was written. */
  record Annotation(String keyword, List<AnnotationToken> tokens, SourceSpan span)
      implements Statement {}
}
