package org.trapnest.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StateHashTest {
  private static StateHash hash(long... words) {
    StateHash hash = new StateHash();
    hash.set(words, words.length);
    return hash;
  }

  private static String digest(long[]... states) {
    SetDigest digest = new SetDigest();
    for (long[] state : states) {
      digest.add(hash(state));
    }
    return digest.toString();
  }

  @Test
  void replace_randomChanges_followsTheWholeVector() {
    Random random = new Random(1);
    long[] words = new long[100];
    StateHash followed = hash(words);
    for (int i = 0; i < 1000; i++) {
      int word = random.nextInt(words.length);
      long value = random.nextInt(4) == 0 ? 0 : random.nextLong();
      followed.replace(word, words[word], value);
      words[word] = value;
    }
    assertEquals(hash(words).low(), followed.low());
    assertEquals(hash(words).high(), followed.high());
  }

  @Test
  void lanes_smallVectors_areAllDifferent() {
    Set<Long> lanes = new HashSet<>();
    for (long a = 0; a < 100; a++) {
      for (long b = 0; b < 100; b++) {
        lanes.add(hash(a, b).low());
        lanes.add(hash(a, b).high());
      }
    }
    assertEquals(20_000, lanes.size());
  }

  @Test
  void lowLane_oneBitFlips_halfOfItsBitsFlip() {
    long flips = 0;
    for (int bit = 0; bit < 64; bit++) {
      flips += Long.bitCount(hash(0, 0).low() ^ hash(0, 1L << bit).low());
    }
    assertEquals(32.0, flips / 64.0, 3.0);
  }

  @Test
  void digest_otherOrder_isEqual() {
    long[] a = {1, 2};
    long[] b = {3, 4};
    assertEquals(digest(a, b), digest(b, a));
    assertEquals(32, digest(a, b).length());
    assertEquals("0".repeat(32), digest());
  }

  @Test
  void digest_sameValuesPairedOtherwise_differs() {
    String parallel = digest(new long[] {1, 1}, new long[] {2, 2});
    String crossed = digest(new long[] {1, 2}, new long[] {2, 1});
    assertNotEquals(parallel, crossed);
  }

  @Test
  void digest_ofParts_isThatOfTheWhole() {
    SetDigest left = new SetDigest();
    left.add(hash(1, 2));
    SetDigest right = new SetDigest();
    right.add(hash(3, 4));
    left.add(right);
    assertEquals(digest(new long[] {1, 2}, new long[] {3, 4}), left.toString());
  }
}
