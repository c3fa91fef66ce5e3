package org.trapnest.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownValuesTest {

  /** Numbers of values around powers of two, where the width of a code changes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 6, 7, 8, 62, 63, 64, 1022, 1023, 1024})
  void codes_ofAnyNumberOfValues_areDistinctAndFitTheirWidth(int count) {
    SortedSet<Long> values = new TreeSet<>();
    for (long i = 1; i <= count; i++) {
      values.add(i * 0x0123_4567_89ab_cdefL);
    }
    KnownValues known = new KnownValues(values);
    SortedSet<Integer> codes = new TreeSet<>();
    for (long value : values) {
      int code = known.code(value);
      assertEquals(value, known.value(code));
      codes.add(code);
    }
    assertEquals(count, codes.size());
    codes.add(known.code(0));
    codes.add(known.code(42));
    assertEquals(0, known.code(0));
    assertEquals(known.unknown(), known.code(42));
    assertEquals(count + 2, codes.size());
    assertEquals((1 << known.widthBits()) - 1, known.unknown());
  }
}
