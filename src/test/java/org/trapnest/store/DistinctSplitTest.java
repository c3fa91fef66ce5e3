package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DistinctSplitTest {
  @Test
  void at_constantWords_isTheMiddle() {
    assertEquals(4, new DistinctSplit(new long[100][8]).at(0, 8));
    assertEquals(7, new DistinctSplit(new long[100][8]).at(5, 8));
  }

  @Test
  void at_twoIndependentWords_isBetweenThem() {
    long[][] sample = new long[100][8];
    for (int i = 0; i < sample.length; i++) {
      sample[i][1] = i % 10;
      sample[i][2] = i / 10;
    }
    assertEquals(2, new DistinctSplit(sample).at(0, 8));
  }

  @Test
  void at_wordsThatChangeTogether_staysOutsideThem() {
    long[][] sample = new long[100][8];
    for (int i = 0; i < sample.length; i++) {
      sample[i][2] = i % 10;
      sample[i][3] = -sample[i][2];
      sample[i][4] = sample[i][2] + 7;
      sample[i][7] = i / 10;
    }
    int split = new DistinctSplit(sample).at(0, 8);
    assertEquals(5, split);
  }
}
