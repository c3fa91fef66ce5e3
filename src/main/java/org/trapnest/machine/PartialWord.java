package org.trapnest.machine;

import org.trapnest.x86.Rflags;

/**
 * Logic on words of which some bits are unknown ({@link FlagsImage}): a bit of the result is known
 * where the operands' known bits decide it, and so is a flag. Confined to one thread: a result
 * stays until the next call.
 */
final class PartialWord {
  private long known;
  private long unknown;
  private long token;
  private long defined;
  private long flags;

  /** Whether the logic instructions have a rule for two operands, one of them an image. */
  static boolean areWords(long left, long right) {
    return isWord(left) && isWord(right);
  }

  private static boolean isWord(long value) {
    return !Token.is(value) || FlagsImage.is(value);
  }

  /** The result, a number or an image, or {@link FlagsImage#NONE}. */
  long result() {
    return FlagsImage.word(known, unknown, token);
  }

  /** The token on which what is unknown depends. */
  long token() {
    return token;
  }

  /** AND TEST OR XOR. */
  void logic(Opcode opcode, long left, long right, int bytes) {
    long leftUnknown = FlagsImage.unknown(left);
    long rightUnknown = FlagsImage.unknown(right);
    long leftKnown = FlagsImage.known(left);
    long rightKnown = FlagsImage.known(right);
    long either = leftUnknown | rightUnknown;
    token = Token.stricter(left, right);
    switch (opcode) {
      case AND, TEST -> {
        known = leftKnown & rightKnown;
        unknown = either & (leftKnown | leftUnknown) & (rightKnown | rightUnknown);
      }
      case OR -> {
        known = leftKnown | rightKnown;
        unknown = either & ~known;
      }
      case XOR -> {
        known = (leftKnown ^ rightKnown) & ~either;
        unknown = either;
      }
      default -> throw new IllegalStateException("logic is not " + opcode);
    }
    long sign = 1L << 8 * bytes - 1;
    boolean evenParity = (Long.bitCount(known & 0xff) & 1) == 0;
    defined = Rflags.ARITHMETIC;
    flags = 0;
    decide(Rflags.ZF, known != 0 || unknown == 0, known == 0);
    decide(Rflags.SF, (unknown & sign) == 0, (known & sign) != 0);
    decide(Rflags.PF, (unknown & 0xff) == 0, evenParity);
  }

  private void decide(long flag, boolean isKnown, boolean set) {
    if (!isKnown) {
      defined &= ~flag;
    } else if (set) {
      flags |= flag;
    }
  }

  /** BT BTS BTR BTC: CF is the bit, the result has it set, reset or flipped. */
  void bit(Opcode opcode, long image, int bit) {
    long place = 1L << bit;
    known = FlagsImage.known(image);
    unknown = FlagsImage.unknown(image);
    token = FlagsImage.token(image);
    defined = Rflags.CF;
    flags = 0;
    decide(Rflags.CF, (unknown & place) == 0, (known & place) != 0);
    switch (opcode) {
      case BTS -> {
        known |= place;
        unknown &= ~place;
      }
      case BTR -> {
        known &= ~place;
        unknown &= ~place;
      }
      case BTC -> known ^= place & ~unknown;
      default -> {}
    }
  }

  /** Gives the flags what is known of them; of the changed ones, the others are unknown. */
  void settleFlags(MachineState state, long changed) {
    ArithmeticFlags.define(state, defined, flags);
    ArithmeticFlags.depend(state, changed & ~defined, token);
  }
}
