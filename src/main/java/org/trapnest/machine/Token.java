package org.trapnest.machine;

import java.util.List;
import org.trapnest.x86.Rflags;

/**
 * Opaque values: reserved bit patterns with names, on which nothing may depend.
 *
 * <p>A token is a 64-bit value whose bits 63:48 are {@code 0x7e0c}, which is not canonical and
 * which no model may use as a number. Bits 15:0 are its number in the model's token table; bit 16
 * marks the zero-extended low half of the token (a 32-bit move of it). Bits 47:17 are zero except
 * in {@link Slot#FLAGS_TOKEN}, where they say which flags do not depend on it ({@link
 * ArithmeticFlags}); they make no difference to what a token is or how it is called.
 */
public final class Token {
  /** The value of stack words that no live context owns. */
  public static final long DEAD = 0x7e0c_0000_0000_0000L;

  /** The value that C code leaves in registers that it may clobber. */
  public static final long CLOBBERED = DEAD + 1;

  /** The value that C code returns in %rax when its declaration says no more. */
  public static final long RESULT = DEAD + 2;

  /** The fault address of a #PF that C code or user mode raises, or that arrives. */
  public static final long FAULT_ADDRESS = DEAD + 3;

  /** The fault address of such a #PF where CR2 holds {@link #FAULT_ADDRESS} already. */
  public static final long NEXT_FAULT_ADDRESS = DEAD + 4;

  /** What C code leaves where the interrupted code holds {@link #CLOBBERED} already. */
  public static final long CLOBBERED_AGAIN = DEAD + 5;

  /** What C code returns where the interrupted code holds {@link #RESULT} already. */
  public static final long RESULT_AGAIN = DEAD + 6;

  /** The first of the user's registers: {@code USER_RAX + n} is register number {@code n}. */
  public static final long USER_RAX = DEAD + 16;

  /** The result of arithmetic on values that the user chose. */
  public static final long USER_COMPUTED = DEAD + 32;

  /** The first token that a model declares. */
  public static final long FIRST_DECLARED = DEAD + 64;

  /** How far above its place in RFLAGS a flag stands in {@link Slot#FLAGS_TOKEN}. */
  static final int INDEPENDENT_SHIFT = 20;

  private static final long MASK = 0xffff_0000_0000_0000L;
  private static final long LOW_HALF = 1L << 16;
  private static final long NUMBERED = MASK | 0xffff;

  private static final List<String> FIXED =
      List.of(
          "dead",
          "clobbered",
          "result",
          "fault-address",
          "next-fault-address",
          "clobbered-again",
          "result-again");

  private Token() {}

  public static boolean is(long value) {
    return (value & MASK) == DEAD;
  }

  public static boolean isDead(long value) {
    return (value & NUMBERED) == DEAD;
  }

  /** Whether the user chose the value, so that a branch on it explores both outcomes. */
  public static boolean isUsers(long value) {
    long whole = value & NUMBERED;
    return whole >= USER_RAX && whole <= USER_COMPUTED;
  }

  /** The token for the zero-extended low 32 bits of a token. */
  public static long lowHalf(long token) {
    return token | LOW_HALF;
  }

  /**
   * The address of another page fault: not the one that CR2 holds, so that a fault that nobody
   * undoes shows where the older address is still needed.
   */
  public static long faultAddress(long cr2) {
    return cr2 == FAULT_ADDRESS ? NEXT_FAULT_ADDRESS : FAULT_ADDRESS;
  }

  /** The arithmetic flags that depend on a token, given {@link Slot#FLAGS_TOKEN}. */
  public static long dependentFlags(long flagsToken) {
    return flagsToken == 0 ? 0 : Rflags.ARITHMETIC & ~(flagsToken >>> INDEPENDENT_SHIFT);
  }

  /** The name of a token, as traces print it: {@code dead}, {@code user.rax}, {@code x:32}. */
  public static String name(long token, List<String> declared) {
    long whole = token & NUMBERED;
    String suffix = (token & LOW_HALF) == 0 ? "" : ":32";
    int number = (int) (whole - DEAD);
    if (number >= 16 && number < 32) {
      return "user." + org.trapnest.x86.Register.byNumber(number - 16).assemblerName() + suffix;
    }
    if (number < FIXED.size()) {
      return FIXED.get(number) + suffix;
    }
    if (number == 32) {
      return "user.computed" + suffix;
    }
    int index = number - 64;
    return (index >= 0 && index < declared.size() ? declared.get(index) : "token" + number)
        + suffix;
  }
}
