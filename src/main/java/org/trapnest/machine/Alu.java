package org.trapnest.machine;

import org.trapnest.x86.Rflags;

/**
 * Results and flags of arithmetic at 8, 16, 32 and 64 bits. Confined to one thread: a result stays
 * until the next call. Operands are zero-extended, and so are results.
 *
 * <p>A flag that the manual calls undefined is not among the changed ones but among the undefined
 * ones. AF alone, on which no branch depends, is taken for 0 after a logic instruction, and for
 * unchanged after the others. Source: Intel SDM volume 2, the page of each instruction, and volume
 * 1, appendix "EFLAGS Cross-Reference".
 */
final class Alu {
  private static final long SIGN_ZERO_PARITY = Rflags.SF | Rflags.ZF | Rflags.PF;

  private long result;
  private long changed;
  private long flags;
  private long undefined;

  /** The flags other than AF that BT, BTS, BTR and BTC leave undefined. */
  static final long UNDEFINED_BY_BT = Rflags.OF | Rflags.SF | Rflags.PF;

  /** The result of the last operation, zero-extended. */
  long result() {
    return result;
  }

  /** The arithmetic flags that the last operation defined, as bits of RFLAGS. */
  long changed() {
    return changed;
  }

  /** The values of the changed flags, as bits of RFLAGS. */
  long flags() {
    return flags;
  }

  /** The arithmetic flags that the last operation left undefined, as bits of RFLAGS. */
  long undefined() {
    return undefined;
  }

  /** ADD, and ADC with a carry of 1. */
  void add(long left, long right, long carry, int bytes) {
    result = left + right + carry & mask(bytes);
    long carries = left & right | (left | right) & ~result;
    long overflow = (left ^ result) & (right ^ result);
    sum(left ^ right ^ result, carries, overflow, bytes);
  }

  /** SUB and CMP, and SBB with a borrow of 1: left minus right. */
  void subtract(long left, long right, long borrow, int bytes) {
    result = left - right - borrow & mask(bytes);
    long borrows = ~left & right | (~left | right) & result;
    long overflow = (left ^ right) & (left ^ result);
    sum(left ^ right ^ result, borrows, overflow, bytes);
  }

  private void sum(long carriesIn, long carriesOut, long overflow, int bytes) {
    changed = Rflags.ARITHMETIC;
    flags =
        signZeroParity(bytes)
            | carriesIn & Rflags.AF
            | sign(carriesOut, bytes)
            | sign(overflow, bytes) * Rflags.OF;
    undefined = 0;
  }

  /** INC with a step of 1, DEC with -1: CF stays. */
  void step(long value, int step, int bytes) {
    if (step > 0) {
      add(value, 1, 0, bytes);
    } else {
      subtract(value, 1, 0, bytes);
    }
    changed &= ~Rflags.CF;
    flags &= ~Rflags.CF;
  }

  void and(long left, long right, int bytes) {
    logic(left & right, bytes);
  }

  void or(long left, long right, int bytes) {
    logic(left | right, bytes);
  }

  void xor(long left, long right, int bytes) {
    logic(left ^ right, bytes);
  }

  private void logic(long value, int bytes) {
    result = value & mask(bytes);
    changed = Rflags.ARITHMETIC;
    flags = signZeroParity(bytes);
    undefined = 0;
  }

  /** NOT, which defines no flag. */
  void not(long value, int bytes) {
    keepFlags(~value & mask(bytes));
  }

  /** SHL; the count is masked to 5 bits, to 6 for 64-bit operands, as in all shifts. */
  void shiftLeft(long value, long count, int bytes) {
    int places = places(count, bytes);
    int width = 8 * bytes;
    result = places < width ? value << places & mask(bytes) : 0;
    long out = places >= 1 && places <= width ? value >>> width - places & 1 : 0;
    shifted(places, out, places < width, bytes);
    if (places == 1) {
      flags |= (sign(result, bytes) ^ out) * Rflags.OF;
    }
  }

  void shiftRight(long value, long count, int bytes) {
    int places = places(count, bytes);
    int width = 8 * bytes;
    result = places < width ? value >>> places : 0;
    long out = places >= 1 && places <= width ? value >>> places - 1 & 1 : 0;
    shifted(places, out, places < width, bytes);
    if (places == 1) {
      flags |= sign(value, bytes) * Rflags.OF;
    }
  }

  void shiftRightArithmetic(long value, long count, int bytes) {
    int places = places(count, bytes);
    long extended = signExtend(value, bytes);
    result = extended >> places & mask(bytes);
    long out = places >= 1 ? extended >> places - 1 & 1 : 0;
    shifted(places, out, true, bytes);
  }

  private void shifted(int places, long out, boolean carryDefined, int bytes) {
    changed = 0;
    flags = 0;
    undefined = 0;
    if (places != 0) {
      changed = SIGN_ZERO_PARITY;
      flags = signZeroParity(bytes);
      if (carryDefined) {
        changed |= Rflags.CF;
        flags |= out;
      }
      if (places == 1) {
        changed |= Rflags.OF;
      }
      undefined = (Rflags.CF | Rflags.OF) & ~changed;
    }
  }

  void rotateLeft(long value, long count, int bytes) {
    int places = places(count, bytes);
    result = rotated(value, places & 8 * bytes - 1, bytes);
    rotatedFlags(places, result & 1);
    if (places == 1) {
      flags |= (sign(result, bytes) ^ flags) * Rflags.OF;
    }
  }

  void rotateRight(long value, long count, int bytes) {
    int places = places(count, bytes);
    int width = 8 * bytes;
    result = rotated(value, width - places & width - 1, bytes);
    rotatedFlags(places, sign(result, bytes));
    if (places == 1) {
      flags |= (sign(result, bytes) ^ result >>> width - 2 & 1) * Rflags.OF;
    }
  }

  private static long rotated(long value, int left, int bytes) {
    return left == 0 ? value : (value << left | value >>> 8 * bytes - left) & mask(bytes);
  }

  private void rotatedFlags(int places, long carry) {
    changed = places == 0 ? 0 : places == 1 ? Rflags.CF | Rflags.OF : Rflags.CF;
    flags = places == 0 ? 0 : carry;
    undefined = places > 1 ? Rflags.OF : 0;
  }

  /** Signed multiplication cut to the operand's width: IMUL with two or three operands. */
  void multiplySigned(long left, long right, int bytes) {
    long signedLeft = signExtend(left, bytes);
    long signedRight = signExtend(right, bytes);
    long product = signedLeft * signedRight;
    boolean fits =
        bytes == 8
            ? Math.multiplyHigh(left, right) == product >> 63
            : signExtend(product, bytes) == product;
    multiplied(product, fits, bytes);
  }

  /** Unsigned multiplication; the result is the low half of the product. */
  void multiply(long left, long right, int bytes) {
    long product = left * right;
    boolean fits = bytes == 8 ? highUnsigned(left, right) == 0 : product >>> 8 * bytes == 0;
    multiplied(product, fits, bytes);
  }

  private void multiplied(long product, boolean fits, int bytes) {
    result = product & mask(bytes);
    changed = Rflags.CF | Rflags.OF;
    flags = fits ? 0 : changed;
    undefined = SIGN_ZERO_PARITY;
  }

  /** The high half of a product. */
  static long highHalf(long left, long right, boolean signed, int bytes) {
    if (bytes == 8) {
      return signed ? Math.multiplyHigh(left, right) : highUnsigned(left, right);
    }
    long product = signed ? signExtend(left, bytes) * signExtend(right, bytes) : left * right;
    return product >>> 8 * bytes & mask(bytes);
  }

  private static long highUnsigned(long left, long right) {
    return Math.multiplyHigh(left, right) + (left >> 63 & right) + (right >> 63 & left);
  }

  /**
   * BT, BTS, BTR and BTC on one operand: CF is the bit, the result has it set, reset or flipped.
   */
  void bit(Opcode opcode, long value, int bit) {
    long place = 1L << bit;
    changed = Rflags.CF;
    flags = value >>> bit & 1;
    undefined = UNDEFINED_BY_BT;
    result =
        switch (opcode) {
          case BTS -> value | place;
          case BTR -> value & ~place;
          case BTC -> value ^ place;
          default -> value;
        };
  }

  /** BSF and BSR: ZF says that there is no bit, and then the result is the value before. */
  void scan(boolean forward, long value, long before) {
    changed = Rflags.ZF;
    flags = value == 0 ? Rflags.ZF : 0;
    undefined = Rflags.CF | Rflags.OF | Rflags.SF | Rflags.PF;
    result =
        value == 0
            ? before
            : forward ? Long.numberOfTrailingZeros(value) : 63 - Long.numberOfLeadingZeros(value);
  }

  /** A result that leaves all flags alone. */
  void keepFlags(long value) {
    result = value;
    changed = 0;
    flags = 0;
    undefined = 0;
  }

  /** Ones in the low bytes. */
  static long mask(int bytes) {
    return -1L >>> 64 - 8 * bytes;
  }

  static long signExtend(long value, int bytes) {
    int unused = 64 - 8 * bytes;
    return value << unused >> unused;
  }

  private static int places(long count, int bytes) {
    return (int) count & (bytes == 8 ? 63 : 31);
  }

  private static long sign(long value, int bytes) {
    return value >>> 8 * bytes - 1 & 1;
  }

  private long signZeroParity(int bytes) {
    long parity = (Integer.bitCount((int) result & 0xff) & 1) == 0 ? Rflags.PF : 0;
    return parity | (result == 0 ? Rflags.ZF : 0) | sign(result, bytes) * Rflags.SF;
  }
}
