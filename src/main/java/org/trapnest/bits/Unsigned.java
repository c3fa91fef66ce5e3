package org.trapnest.bits;

/** Arithmetic on the low bits of a long, read as an unsigned number. */
public final class Unsigned {
  private Unsigned() {}

  /** A long whose low {@code widthBits} bits (0 to 64) are ones. */
  public static long mask(int widthBits) {
    return widthBits == 64 ? -1L : (1L << widthBits) - 1;
  }

  /** The low {@code widthBits} bits (0 to 64) of a value; the others become zero. */
  public static long truncate(long value, int widthBits) {
    return value & mask(widthBits);
  }

  /** The low {@code widthBits} bits (1 to 64) of a value, the highest of them copied upwards. */
  public static long signExtend(long value, int widthBits) {
    int unused = 64 - widthBits;
    return value << unused >> unused;
  }

  public static boolean lessThan(long left, long right) {
    return Long.compareUnsigned(left, right) < 0;
  }

  /** Whether a value lies in {@code [from, to)}, all three unsigned. */
  public static boolean within(long value, long from, long to) {
    return !lessThan(value, from) && lessThan(value, to);
  }
}
