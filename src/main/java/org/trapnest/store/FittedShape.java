package org.trapnest.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.trapnest.bits.Mixing;

/**
 * Finds the shape that fits a sample of states and how often each word changes.
 *
 * <p>Neighbouring words are one leaf as long as they have few values together. The root is split so
 * that the part of which the sample has more different values has as few as possible, since each
 * state costs an entry at the root and, below it, only each different part. Below the root, words
 * that change often are near it, since a step looks up the nodes above what it changes.
 */
final class FittedShape {
  private static final int LONGEST_LEAF = 8;

  /** A leaf's values are at most one for so many states of the sample. */
  private static final int STATES_PER_VALUE = 8;

  private final long[][] sample;
  private final long[] changes;
  private final int wordCount;
  private final long[] seen;

  /**
   * Prepares a shape.
   *
   * @param sample states, each with all its words
   * @param changes how often each word changed
   */
  FittedShape(long[][] sample, long[] changes) {
    this.sample = sample;
    this.changes = changes;
    this.wordCount = changes.length;
    this.seen = new long[Integer.highestOneBit(sample.length) * 4];
  }

  /** The shape. */
  TreeShape shape() {
    TreeShape.Leaves leaves = new TreeShape.Leaves(wordCount, firstWords());
    return new TreeShape(leaves, new Fit(leaves));
  }

  /** Parts the root in one way, all others in another. */
  private final class Fit implements TreeShape.Split {
    private final TreeShape.Leaves leaves;

    Fit(TreeShape.Leaves leaves) {
      this.leaves = leaves;
    }

    @Override
    public int at(int from, int to) {
      int leafCount = Math.max(2, leaves.firstWords().size());
      return to - from == leafCount ? fewestParts(leaves) : evenChanges(leaves, from, to);
    }

    @Override
    public long weight(int from, int to) {
      long weight = 0;
      for (int leaf = from; leaf < to; leaf++) {
        weight += FittedShape.this.weight(leaves, leaf);
      }
      return weight;
    }
  }

  /** Extends each leaf to the right while it has few values. */
  private List<Integer> firstWords() {
    List<Integer> firsts = new ArrayList<>();
    for (int word = 0; word < wordCount; ) {
      firsts.add(word);
      long[] hashes = new long[sample.length];
      int end = word;
      do {
        addWord(hashes, end);
        end++;
      } while (end < wordCount && end - word < LONGEST_LEAF && fewWith(hashes, end));
      word = end;
    }
    return firsts;
  }

  private boolean fewWith(long[] hashes, int word) {
    long[] extended = hashes.clone();
    addWord(extended, word);
    return distinct(extended) <= sample.length / STATES_PER_VALUE;
  }

  private int fewestParts(TreeShape.Leaves leaves) {
    int leafCount = leaves.firstWords().size();
    if (leafCount == 1) {
      return 1;
    }
    int[] parts = new int[leafCount];
    long[] hashes = new long[sample.length];
    for (int leaf = 1; leaf < leafCount; leaf++) {
      addWords(hashes, leaves.firstWord(leaf - 1), leaves.firstWord(leaf));
      parts[leaf] = distinct(hashes);
    }
    Arrays.fill(hashes, 0);
    for (int leaf = leafCount - 1; leaf > 0; leaf--) {
      addWords(hashes, leaves.firstWord(leaf), leaves.firstWord(leaf + 1));
      parts[leaf] = Math.max(parts[leaf], distinct(hashes));
    }
    int best = leafCount >>> 1;
    for (int leaf = 1; leaf < leafCount; leaf++) {
      best = parts[leaf] < parts[best] ? leaf : best;
    }
    return best;
  }

  private int evenChanges(TreeShape.Leaves leaves, int from, int to) {
    long all = new Fit(leaves).weight(from, to);
    int best = from + 1;
    long bestUneven = Long.MAX_VALUE;
    long before = 0;
    for (int leaf = from + 1; leaf < to; leaf++) {
      before += weight(leaves, leaf - 1);
      long uneven = Math.abs(all - 2 * before);
      if (uneven < bestUneven) {
        best = leaf;
        bestUneven = uneven;
      }
    }
    return best;
  }

  /** How often a leaf changes; a little even if it never does, so that such leaves lie evenly. */
  private long weight(TreeShape.Leaves leaves, int leaf) {
    long weight = 1;
    for (int word = leaves.firstWord(leaf); word < leaves.firstWord(leaf + 1); word++) {
      weight += 256 * changes[word];
    }
    return weight;
  }

  private void addWords(long[] hashes, int from, int to) {
    for (int word = from; word < to; word++) {
      addWord(hashes, word);
    }
  }

  private void addWord(long[] hashes, int word) {
    for (int state = 0; state < sample.length; state++) {
      hashes[state] += Mixing.low(word, sample[state][word]);
    }
  }

  private int distinct(long[] hashes) {
    Arrays.fill(seen, 0);
    int count = 0;
    for (long hash : hashes) {
      int slot = (int) hash & seen.length - 1;
      while (seen[slot] != 0 && seen[slot] != hash) {
        slot = slot + 1 & seen.length - 1;
      }
      if (seen[slot] == 0) {
        seen[slot] = hash;
        count++;
      }
    }
    return count;
  }
}
