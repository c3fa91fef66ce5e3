package org.trapnest.emulator;

import org.trapnest.machine.Instruction;
import org.trapnest.x86.Rflags;

/**
 * The flags that the manual leaves undefined after an instruction, so that processors may differ.
 *
 * <p>Source: Intel SDM volume 2, "Flags Affected" on the page of each instruction.
 */
final class UndefinedFlags {
  private UndefinedFlags() {}

  /**
   * The flags without a defined value, as bits of RFLAGS.
   *
   * @param count the masked count of a shift or rotation
   */
  static long of(Instruction instruction, int count) {
    int width = 8 * instruction.widthBytes();
    return switch (instruction.opcode()) {
      // "the state of the AF flag is undefined"
      case AND, OR, XOR, TEST -> Rflags.AF;
      // "The OF flag is affected only for 1-bit shifts … otherwise, it is undefined"; "If the count
      // is 0, the flags are not affected"; "For a non-zero count, the AF flag is undefined"; "CF …
      // is undefined for SHL and SHR instructions where the count is greater than or equal to the
      // size (in bits) of the destination operand"
      case SHL, SHR ->
          count == 0
              ? 0
              : Rflags.AF | (count == 1 ? 0 : Rflags.OF) | (count >= width ? Rflags.CF : 0);
      case SAR -> count == 0 ? 0 : Rflags.AF | (count == 1 ? 0 : Rflags.OF);
      // "The OF flag is defined only for the 1-bit rotates; it is undefined in all other cases
      // (except … a zero-bit rotate does nothing …)"
      case ROL, ROR -> count <= 1 ? 0 : Rflags.OF;
      // "The SF, ZF, AF, and PF flags are undefined."
      case MUL, IMUL -> Rflags.SF | Rflags.ZF | Rflags.AF | Rflags.PF;
      // "The OF, SF, AF, and PF flags are undefined", ZF is "unaffected"
      case BT, BTS, BTR, BTC -> Rflags.OF | Rflags.SF | Rflags.AF | Rflags.PF;
      // "The CF, OF, SF, AF, and PF flags are undefined."
      case BSF, BSR -> Rflags.CF | Rflags.OF | Rflags.SF | Rflags.AF | Rflags.PF;
      default -> 0;
    };
  }
}
