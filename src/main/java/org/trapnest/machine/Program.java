package org.trapnest.machine;

import java.util.List;
import java.util.Map;

/**
 * The instructions of a model at their addresses.
 *
 * <p>Each instruction takes {@link #INSTRUCTION_BYTES} bytes whatever its encoding: order and
 * identity of addresses are real, lengths are not.
 *
 * @param instructions all of them; the one with index {@code i} is at {@code BASE + i *
 *     INSTRUCTION_BYTES}
 * @param labels the address of each label
 */
public record Program(List<Instruction> instructions, Map<String, Long> labels) {
  /** The address of the first instruction. */
  public static final long BASE = 0xffff_ffff_8100_0000L;

  /** The bytes that each instruction takes. */
  public static final int INSTRUCTION_BYTES = 16;

  public Program {
    instructions = List.copyOf(instructions);
    labels = Map.copyOf(labels);
  }

  /** The address of the instruction with an index. */
  public static long address(int index) {
    return BASE + (long) index * INSTRUCTION_BYTES;
  }

  /** The index of the instruction at an address, or -1 when none starts there. */
  public int indexAt(long address) {
    long offset = address - BASE;
    boolean inside = offset >= 0 && offset < (long) instructions.size() * INSTRUCTION_BYTES;
    return inside && offset % INSTRUCTION_BYTES == 0 ? (int) (offset / INSTRUCTION_BYTES) : -1;
  }

  public Instruction at(int index) {
    return instructions.get(index);
  }
}
