package org.trapnest.machine;

import java.util.List;
import org.trapnest.x86.Register;
import org.trapnest.x86.Rflags;

/**
 * Opaque values: reserved bit patterns with names, on which nothing may depend.
 *
 * <p>A token is a 64-bit value whose bits 63:48 are {@code 0x7e0c}, which is not canonical and
 * which no model may use as a number. Bits 15:0 are its number in the model's token table; bit 16
 * marks the zero-extended low half of the token (a 32-bit move of it). Bits 47:17 are zero except
 * in {@link Slot#FLAGS_TOKEN}, where they say which flags do not depend on it ({@link
 * ArithmeticFlags}); they make no difference to what a token is or how it is called. Where bits
 * 63:48 are {@code 0x7e0d}, the value is a {@link FlagsImage}, which counts as a token.
 */
public final class Token {
  /** The value of stack words that no live context owns. */
  public static final long DEAD = 0x7e0c_0000_0000_0000L;

  /** The value that C code leaves in the arithmetic flags. */
  public static final long CLOBBERED = DEAD + 1;

  /** The value that C code returns in %rax when its declaration says no more. */
  public static final long RESULT = DEAD + 2;

  /** The fault address of a #PF that C code or user mode raises, or that arrives. */
  public static final long FAULT_ADDRESS = DEAD + 3;

  /** The fault address of such a #PF where CR2 holds {@link #FAULT_ADDRESS} already. */
  public static final long NEXT_FAULT_ADDRESS = DEAD + 4;

  /** What C code leaves in the flags where the interrupted code holds {@link #CLOBBERED}. */
  public static final long CLOBBERED_AGAIN = DEAD + 5;

  /** What C code returns where the interrupted code holds {@link #RESULT} already. */
  public static final long RESULT_AGAIN = DEAD + 6;

  /** What an instruction leaves in the flags that the manual calls undefined. */
  public static final long UNDEFINED = DEAD + 7;

  /** The first of the user's registers: {@code USER_RAX + n} is register number {@code n}. */
  public static final long USER_RAX = DEAD + 16;

  /** The arithmetic flags of user mode. */
  public static final long USER_FLAGS = DEAD + 33;

  /** The first token that a model declares. */
  public static final long FIRST_DECLARED = DEAD + 192;

  /** Tags, names and bits of every token and image. */
  public static final long MASK = 0xfffe_0000_0000_0000L;

  /** How far above its place in RFLAGS a flag stands in {@link Slot#FLAGS_TOKEN}. */
  static final int INDEPENDENT_SHIFT = 20;

  /** Where code at different depths has tokens of its own: the depths that are told apart. */
  private static final int DEPTHS = 32;

  private static final int COMPUTED = 96;
  private static final int INPUT = COMPUTED + DEPTHS;
  private static final int CLOBBERED_REGISTERS = 64;
  private static final int CLOBBERED_REGISTERS_AGAIN = 80;
  private static final long LOW_HALF = 1L << 16;
  private static final long NUMBER = 0xffff;
  private static final long NUMBERED = MASK | NUMBER;

  private static final List<String> FIXED =
      List.of(
          "dead",
          "clobbered",
          "result",
          "fault-address",
          "next-fault-address",
          "clobbered-again",
          "result-again",
          "undefined");

  private Token() {}

  public static boolean is(long value) {
    return (value & MASK) == DEAD;
  }

  public static boolean isDead(long value) {
    return (value & NUMBERED) == DEAD;
  }

  /** Whether the user or a device chose the value, so that a branch on it goes both ways. */
  public static boolean isUsers(long value) {
    long number = (value & NUMBERED) - DEAD;
    boolean chosen = number >= USER_RAX - DEAD && number <= USER_FLAGS - DEAD;
    return chosen || number >= COMPUTED && number < INPUT + DEPTHS;
  }

  /** Whether the value is {@link #userComputed} or {@link #input}, of any depth. */
  public static boolean isComputed(long value) {
    long number = value & NUMBER;
    return is(value) && !FlagsImage.is(value) && number >= COMPUTED && number < INPUT + DEPTHS;
  }

  /**
   * The result of arithmetic on values that the user or a device chose. It differs from the results
   * of the code that is interrupted, so that a register that is not restored shows.
   *
   * @param depth the number of live contexts
   */
  public static long userComputed(long depth) {
    return DEAD + COMPUTED + depth % DEPTHS;
  }

  /** What a device or the clock answers to code at a depth. */
  public static long input(long depth) {
    return DEAD + INPUT + depth % DEPTHS;
  }

  /** The token for the zero-extended low 32 bits of a token; of an image, these are all. */
  public static long lowHalf(long token) {
    return FlagsImage.is(token) ? token : token | LOW_HALF;
  }

  /** The token itself: not its low half, and that on which an image or a flag depends. */
  public static long plain(long token) {
    return DEAD | token & NUMBER;
  }

  /** What C code and CPUID leave in a register that they may change. */
  public static long clobbered(int register) {
    return DEAD + CLOBBERED_REGISTERS + register;
  }

  /** What they leave there where the interrupted code holds {@link #clobbered} already. */
  public static long clobberedAgain(int register) {
    return DEAD + CLOBBERED_REGISTERS_AGAIN + register;
  }

  /**
   * The address of another page fault: not the one that CR2 holds, so that a fault that nobody
   * undoes shows where the older address is still needed.
   */
  public static long faultAddress(long cr2) {
    return cr2 == FAULT_ADDRESS ? NEXT_FAULT_ADDRESS : FAULT_ADDRESS;
  }

  /**
   * That of two tokens, or tokens of images, on which less may depend: one that is not the user's;
   * but the user's where the other says only that the manual leaves a flag undefined. A number
   * counts as none.
   */
  static long stricter(long first, long second) {
    return plain(rank(first) >= rank(second) ? first : second);
  }

  private static int rank(long value) {
    if (!is(value)) {
      return 0;
    }
    return isUsers(value) ? 2 : plain(value) == UNDEFINED ? 1 : 3;
  }

  /** The arithmetic flags that depend on a token, given {@link Slot#FLAGS_TOKEN}. */
  public static long dependentFlags(long flagsToken) {
    return flagsToken == 0 ? 0 : Rflags.ARITHMETIC & ~(flagsToken >>> INDEPENDENT_SHIFT);
  }

  /**
   * The name of a token, as traces print it: {@code dead}, {@code user.rax}, {@code x:32}; of an
   * image, {@code 0x202 with user.flags}.
   */
  public static String name(long token, List<String> declared) {
    String name = plainName((int) (token & NUMBER), declared);
    if (FlagsImage.is(token)) {
      return "0x" + Long.toHexString(FlagsImage.known(token)) + " with " + name;
    }
    return (token & LOW_HALF) == 0 ? name : name + ":32";
  }

  private static String plainName(int number, List<String> declared) {
    if (number >= 16 && number < 32) {
      return "user." + register(number - 16);
    }
    if (number < FIXED.size()) {
      return FIXED.get(number);
    }
    if (number == (int) (USER_FLAGS - DEAD)) {
      return "user.flags";
    }
    if (number >= COMPUTED && number < INPUT + DEPTHS) {
      int depth = number % DEPTHS;
      String name = number < INPUT ? "user.computed" : "input";
      return depth <= 1 ? name : name + "-at-depth-" + depth;
    }
    if (number >= CLOBBERED_REGISTERS && number < CLOBBERED_REGISTERS_AGAIN + 16) {
      boolean again = number >= CLOBBERED_REGISTERS_AGAIN;
      int first = again ? CLOBBERED_REGISTERS_AGAIN : CLOBBERED_REGISTERS;
      return (again ? "clobbered-again." : "clobbered.") + register(number - first);
    }
    int index = number - (int) (FIRST_DECLARED - DEAD);
    return index >= 0 && index < declared.size() ? declared.get(index) : "token" + number;
  }

  private static String register(int number) {
    return Register.byNumber(number).assemblerName();
  }
}
