package org.trapnest.asm;

import java.util.Optional;
import org.trapnest.diag.SourceSpan;

/** An operand of an instruction in AT&amp;T syntax. */
public sealed interface Operand {

  SourceSpan span();

  /** {@code %rax}, {@code %cr3}, {@code %gs}: the name in lower case without the percent sign. */
  record RegisterOperand(String name, SourceSpan span) implements Operand {}

  /** {@code $expression}. */
  record ImmediateOperand(Expression value, SourceSpan span) implements Operand {}

  /**
   * {@code %segment:displacement(base,index,scale)}.
   *
   * @param segment a segment register's name, if one is given
   * @param displacement the displacement, if one is given
   * @param base the base register's name, which may be {@code rip}
   * @param index the index register's name
   * @param scale 1, 2, 4 or 8
   */
  record MemoryOperand(
      Optional<String> segment,
      Optional<Expression> displacement,
      Optional<String> base,
      Optional<String> index,
      int scale,
      SourceSpan span)
      implements Operand {}

  /** {@code *operand} of an indirect jump or call; the target is a register or memory operand. */
  record IndirectOperand(Operand target, SourceSpan span) implements Operand {}
}
