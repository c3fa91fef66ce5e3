package org.trapnest.bits;

/**
 * Keyed mixing of 64-bit values.
 *
 * <p>The mixers are bijections of 64-bit words with full avalanche: David Stafford, "Better Bit
 * Mixing" (2011), variants 13 and 1. The keys are the fractional bits of the golden ratio and of
 * the square root of three, made odd.
 */
public final class Mixing {
  private static final long LOW_KEY = 0x9e3779b97f4a7c15L;
  private static final long HIGH_KEY = 0xbb67ae8584caa73bL;

  private Mixing() {}

  /** Mixes one value. */
  public static long mix(long value) {
    long x = value;
    x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
    x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
    return x ^ x >>> 31;
  }

  /** Mixes one value, independently of {@link #mix}. */
  public static long mixAlternately(long value) {
    long x = value;
    x = (x ^ x >>> 31) * 0x7fb5d329728ea185L;
    x = (x ^ x >>> 27) * 0x81dadef4bc2dd44dL;
    return x ^ x >>> 33;
  }

  /** What a value at a word index adds to the low lane of a state's hash. */
  public static long low(int wordIndex, long value) {
    return mix(value + (wordIndex + 1) * LOW_KEY);
  }

  /** What a value at a word index adds to the high lane of a state's hash. */
  public static long high(int wordIndex, long value) {
    return mixAlternately(value + (wordIndex + 1) * HIGH_KEY);
  }
}
