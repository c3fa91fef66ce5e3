package org.trapnest.property;

import java.util.BitSet;
import org.trapnest.machine.Program;

/** A set of instructions, by address. */
final class CodeTable {
  private final boolean[] members;

  /** The instructions with these indexes. */
  CodeTable(BitSet indexes) {
    members = new boolean[indexes.length()];
    indexes.stream().forEach(i -> members[i] = true);
  }

  /** Whether one of the instructions starts at the address. */
  boolean contains(long address) {
    long offset = address - Program.BASE;
    if (offset < 0 || offset % Program.INSTRUCTION_BYTES != 0) {
      return false;
    }
    long index = offset / Program.INSTRUCTION_BYTES;
    return index < members.length && members[(int) index];
  }
}
