package org.trapnest.bits;

/**
 * Where a field lies in a long word.
 *
 * @param shift the position of its lowest bit, 0 to 63
 * @param widthBits its number of bits, at least 1; the field ends within the word
 */
public record BitField(int shift, int widthBits) {

  public BitField {
    if (shift < 0 || widthBits < 1 || shift + widthBits > 64) {
      throw new IllegalArgumentException(
          "a field of " + widthBits + " bits at bit " + shift + " does not lie in a 64-bit word");
    }
  }

  /** The field's value in a word, as an unsigned number. */
  public long extract(long word) {
    return word >>> shift & Unsigned.mask(widthBits);
  }

  /** The word with the field replaced by the low bits of a value. */
  public long insert(long word, long value) {
    return word & ~mask() | Unsigned.truncate(value, widthBits) << shift;
  }

  /** Ones where the field lies. */
  public long mask() {
    return Unsigned.mask(widthBits) << shift;
  }
}
