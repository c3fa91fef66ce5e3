package org.trapnest.machine;

import org.trapnest.x86.Rflags;

/**
 * Words in which some arithmetic flags are unknown, and all other bits known: what PUSHF, SYSCALL
 * and event delivery save while flags depend on a token.
 *
 * <pre>
 * Representation. An image is a token (Token.is) whose bit 48 is 1, so that whoever does not know
 * images treats them as the token that the flags depend on.
 *   bits 15:0   the number of that token
 *   bits 37:16  the known bits of the word, 0 where they are unknown
 *   bits 43:38  which of CF PF AF ZF SF OF are unknown: at least one
 *   bit  44     1 where the word is RFLAGS without its lowest byte, as a load of its second byte
 *               gives it: its bit 0 is RFLAGS' bit 8
 * A word has one representation only. One with other unknown bits has none.
 * </pre>
 */
public final class FlagsImage {
  /** No word: a word with these unknown bits has no representation. */
  static final long NONE = Token.DEAD | 1L << 48;

  private static final long TAG = 0xffff_0000_0000_0000L;
  private static final int KNOWN_SHIFT = 16;
  private static final long KNOWN = 0x3f_ffffL;
  private static final int UNKNOWN_SHIFT = 38;
  private static final long SECOND_BYTE = 1L << 44;
  private static final long NUMBER = 0xffff;
  private static final long OVERFLOW_IN_SECOND_BYTE = Rflags.OF >>> 8;

  private FlagsImage() {}

  /** Whether a value is an image. */
  public static boolean is(long value) {
    return (value & TAG) == NONE;
  }

  /** Whether a value can be loaded into RFLAGS: a number, or an image of all of RFLAGS. */
  static boolean isLoadable(long value) {
    return !Token.is(value) || is(value) && (value & SECOND_BYTE) == 0;
  }

  /**
   * The word with some bits known and some unknown.
   *
   * @param known the known bits; 0 where they are unknown
   * @param unknown the unknown bits
   * @param token the token on which the unknown bits depend
   * @return the known bits if all are, or {@link #NONE} if there is no image of such a word
   */
  static long word(long known, long unknown, long token) {
    if (unknown == 0) {
      return known;
    }
    boolean whole = (unknown & ~Rflags.ARITHMETIC) == 0;
    if ((known & ~KNOWN) != 0 || !whole && unknown != OVERFLOW_IN_SECOND_BYTE) {
      return NONE;
    }
    return NONE
        | token & NUMBER
        | known << KNOWN_SHIFT
        | (whole ? packed(unknown) : packed(Rflags.OF) | SECOND_BYTE);
  }

  /** What is saved of RFLAGS while all arithmetic flags depend on a token. */
  public static long unknownArithmetic(long flags, long token) {
    return word(flags & ~Rflags.ARITHMETIC, Rflags.ARITHMETIC, token);
  }

  /** The known bits of an image; of any other value, the value. */
  public static long known(long value) {
    return is(value) ? value >>> KNOWN_SHIFT & KNOWN : value;
  }

  /** The unknown bits of an image; of any other value, none. */
  public static long unknown(long value) {
    if (!is(value)) {
      return 0;
    }
    long places = value >>> UNKNOWN_SHIFT;
    long unknown =
        places & 1
            | (places & 2) << 1
            | (places & 4) << 2
            | (places & 0x18) << 3
            | (places & 0x20) << 6;
    return (value & SECOND_BYTE) == 0 ? unknown : unknown >>> 8;
  }

  /** The token on which the unknown bits of an image depend. */
  public static long token(long image) {
    return Token.DEAD | image & NUMBER;
  }

  /** A value with only some of its known bits. */
  static long masked(long value, long mask) {
    return is(value) ? word(known(value) & mask, unknown(value), token(value)) : value & mask;
  }

  /** Some bytes of an image, zero-extended, from a bit on that is a multiple of 8. */
  static long slice(long image, int shift, int bytes) {
    long mask = Alu.mask(bytes);
    return word(known(image) >>> shift & mask, unknown(image) >>> shift & mask, token(image));
  }

  /**
   * A word of which a part is written.
   *
   * @param old the word before, a number or an image
   * @param written what is written, a number or an image
   * @param shift the bit at which the part begins
   * @param bytes the bytes of the part
   * @return the word after, or {@link #NONE} where it has no representation
   */
  static long merged(long old, long written, int shift, int bytes) {
    if (Token.is(old) && !is(old) || Token.is(written) && !is(written)) {
      return NONE;
    }
    long part = Alu.mask(bytes) << shift;
    long kept = unknown(old) & ~part;
    long unknown = kept | unknown(written) << shift & part;
    long known = known(old) & ~part | known(written) << shift & part;
    return word(known, unknown, Token.stricter(kept == 0 ? written : old, written));
  }

  private static long packed(long flags) {
    long places =
        flags & 1 | flags >>> 1 & 2 | flags >>> 2 & 4 | flags >>> 3 & 0x18 | flags >>> 6 & 0x20;
    return places << UNKNOWN_SHIFT;
  }
}
