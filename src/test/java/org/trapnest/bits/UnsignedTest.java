package org.trapnest.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnsignedTest {
  @Test
  void truncate_allWidths_keepsTheLowBits() {
    assertEquals(0, Unsigned.truncate(-1, 0));
    assertEquals(0xff, Unsigned.truncate(-1, 8));
    assertEquals(-1, Unsigned.truncate(-1, 64));
  }

  @Test
  void signExtend_negativeAndPositive_copiesTheTopBit() {
    assertEquals(-1, Unsigned.signExtend(0xff, 8));
    assertEquals(0x7f, Unsigned.signExtend(0xf7f, 8));
    assertEquals(Long.MIN_VALUE, Unsigned.signExtend(Long.MIN_VALUE, 64));
  }

  @Test
  void lessThan_highBitSet_isLarge() {
    assertTrue(Unsigned.lessThan(1, -1));
    assertFalse(Unsigned.lessThan(-1, 1));
    assertFalse(Unsigned.lessThan(3, 3));
  }

  @Test
  void within_bounds_areHalfOpen() {
    assertTrue(Unsigned.within(-4, -4, -1));
    assertFalse(Unsigned.within(-1, -4, -1));
    assertFalse(Unsigned.within(5, -4, -1));
  }
}
