package org.trapnest.machine;

/** A decoded operand. */
public sealed interface Operand {

  /**
   * A general-purpose register or part of one.
   *
   * @param slot the whole register's slot, 0 to 15
   * @param widthBytes 1, 2, 4 or 8
   * @param highByte whether bits 15:8 are meant
   */
  record Gpr(int slot, int widthBytes, boolean highByte) implements Operand {}

  /** A control, debug or segment register, by its fixed slot. */
  record Special(int slot) implements Operand {}

  /** An immediate, already sign-extended to 64 bits. */
  record Immediate(long value) implements Operand {}

  /**
   * A memory operand; a RIP-relative one has become an absolute displacement.
   *
   * @param segmentSlot {@link Slot#FS_BASE}, {@link Slot#GS_BASE}, or -1 for a flat segment
   * @param baseSlot a GPR's slot or -1
   * @param indexSlot a GPR's slot or -1
   * @param scale 1, 2, 4 or 8
   * @param widthBytes 0 for the instruction's own width; the source of MOVZX and MOVSX has 1, 2 or
   *     4
   */
  record Memory(
      int segmentSlot, int baseSlot, int indexSlot, int scale, long displacement, int widthBytes)
      implements Operand {

    /** An operand of the instruction's own width. */
    public Memory(int segmentSlot, int baseSlot, int indexSlot, int scale, long displacement) {
      this(segmentSlot, baseSlot, indexSlot, scale, displacement, 0);
    }
  }
}
