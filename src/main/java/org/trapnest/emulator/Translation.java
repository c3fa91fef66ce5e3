package org.trapnest.emulator;

import org.trapnest.machine.FlagsImage;
import org.trapnest.machine.Token;

/**
 * What a value of the machine is on a real processor: tokens become distinct numbers that are
 * canonical and that nothing is mapped at, saved flags have zeros where they are unknown, code
 * addresses become those of the linked program.
 */
final class Translation {
  /** Bits 47:32 are those of the token's first 16, so that a low half is recognised too. */
  private static final long TOKEN = 0x7e0c_4000_0000L;

  private static final int NUMBER_SHIFT = 8;
  private static final long LOW_HALF = 0xffff_ffffL;

  private final GuestProgram program;

  Translation(GuestProgram program) {
    this.program = program;
  }

  /** The processor's value for a value of the machine. */
  long toGuest(long value) {
    if (FlagsImage.is(value)) {
      return FlagsImage.known(value);
    }
    if (!Token.is(value)) {
      return program.translate(value);
    }
    long concrete = TOKEN | (value & 0xffff) << NUMBER_SHIFT;
    return value == Token.lowHalf(value) ? concrete & LOW_HALF : concrete;
  }

  /**
   * Whether a value of the machine may be any on the processor: dead, or computed from the user's.
   */
  static boolean isAny(long value) {
    return Token.isDead(value) || Token.isComputed(value);
  }

  /** Whether the two sides hold the same. */
  boolean agree(long machine, long guest) {
    long unknown = FlagsImage.unknown(machine);
    return isAny(machine) || ((toGuest(machine) ^ guest) & ~unknown) == 0;
  }
}
