package org.trapnest.layout;

/**
 * Where one slot lies in the packed words.
 *
 * @param slot the slot of the machine state
 * @param word the index of the word, from zero
 * @param shift the lowest bit in the word
 * @param widthBits the number of bits, 0 to 64
 */
public record FieldDescriptor(int slot, int word, int shift, int widthBits) {

  /** A mask of the field's bits, not shifted. */
  public long mask() {
    return widthBits == 64 ? -1L : (1L << widthBits) - 1;
  }
}
