package org.trapnest.machine;

import java.util.List;
import org.trapnest.diag.SourceSpan;
import org.trapnest.x86.Condition;

/**
 * A decoded instruction.
 *
 * @param index its position in the program, from zero
 * @param address its linear address
 * @param opcode what it does
 * @param condition of Jcc, SETcc and CMOVcc; {@code O} otherwise
 * @param widthBytes the operand size: 1, 2, 4 or 8; for MOVZX and MOVSX that of the destination;
 *     for IRET and SYSRET 8 or 4
 * @param repeat the repeat prefix
 * @param operands in AT&amp;T order, the destination last; a direct jump or call has its target as
 *     an {@link Operand.Immediate}, an indirect one a register or memory operand
 * @param text the instruction as written
 * @param label the nearest label at or before it, and how many instructions behind: {@code name+2}
 * @param span where it is written
 */
public record Instruction(
    int index,
    long address,
    Opcode opcode,
    Condition condition,
    int widthBytes,
    Repeat repeat,
    List<Operand> operands,
    String text,
    String label,
    SourceSpan span) {

  /** A repeat prefix. */
  public enum Repeat {
    NONE,
    REP,
    REPE,
    REPNE
  }

  public Instruction {
    operands = List.copyOf(operands);
  }

  /** The address of the next instruction. */
  public long nextAddress() {
    return address + Program.INSTRUCTION_BYTES;
  }
}
