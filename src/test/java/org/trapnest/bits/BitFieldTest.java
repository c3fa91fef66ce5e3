package org.trapnest.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BitFieldTest {
  @Test
  void extract_inTheMiddle_readsUnsigned() {
    assertEquals(0xf2, new BitField(8, 8).extract(0x11f233));
  }

  @Test
  void extract_wholeWord_isTheWord() {
    assertEquals(-5L, new BitField(0, 64).extract(-5L));
  }

  @Test
  void extract_topBit_isOne() {
    assertEquals(1, new BitField(63, 1).extract(Long.MIN_VALUE));
  }

  @Test
  void insert_valueTooWide_keepsNeighbours() {
    assertEquals(0xff_5_ffL, new BitField(8, 4).insert(0xff_0_ffL, 0x125));
  }

  @Test
  void insert_wholeWord_replacesIt() {
    assertEquals(7, new BitField(0, 64).insert(-1L, 7));
  }

  @Test
  void constructor_fieldBeyondTheWord_isRejected() {
    assertThrows(IllegalArgumentException.class, () -> new BitField(60, 5));
    assertThrows(IllegalArgumentException.class, () -> new BitField(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new BitField(-1, 4));
  }
}
