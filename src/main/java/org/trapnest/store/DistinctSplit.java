package org.trapnest.store;

import java.util.Arrays;
import org.trapnest.bits.Mixing;

/**
 * Splits a range of words so that the part of which a sample of states has more different values
 * has as few as possible, and, where that is equal, nearest to the middle.
 */
final class DistinctSplit implements TreeShape.Split {
  private final long[][] sample;
  private final long[] seen;
  private final int seenMask;

  /** A split by a sample of states, each with all its words. */
  DistinctSplit(long[][] sample) {
    this.sample = sample;
    this.seen = new long[Integer.highestOneBit(sample.length) * 4];
    this.seenMask = seen.length - 1;
  }

  @Override
  public int at(int from, int to) {
    int[] parts = new int[to - from];
    countDistinctParts(parts, from, to, true);
    countDistinctParts(parts, from, to, false);
    int middle = to - from + 1 >>> 1;
    int best = middle;
    for (int length = 1; length < parts.length; length++) {
      boolean nearer = Math.abs(length - middle) < Math.abs(best - middle);
      if (parts[length] < parts[best] || parts[length] == parts[best] && nearer) {
        best = length;
      }
    }
    return from + best;
  }

  /** Raises, for each length of the left part, to the number of different left (or right) parts. */
  private void countDistinctParts(int[] parts, int from, int to, boolean left) {
    long[] hashes = new long[sample.length];
    for (int i = 1; i < parts.length; i++) {
      int length = left ? i : parts.length - i;
      int word = left ? from + i - 1 : to - i;
      for (int state = 0; state < sample.length; state++) {
        hashes[state] += Mixing.low(word, sample[state][word]);
      }
      parts[length] = Math.max(parts[length], distinct(hashes));
    }
  }

  private int distinct(long[] hashes) {
    Arrays.fill(seen, 0);
    int count = 0;
    for (long hash : hashes) {
      int slot = (int) hash & seenMask;
      while (seen[slot] != 0 && seen[slot] != hash) {
        slot = slot + 1 & seenMask;
      }
      if (seen[slot] == 0) {
        seen[slot] = hash;
        count++;
      }
    }
    return count;
  }
}
