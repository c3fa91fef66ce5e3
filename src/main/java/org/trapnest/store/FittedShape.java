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

  /** The values of each word in the sample; null if it has but one. */
  private final long[][] columns;

  private final long[] changes;
  private final int wordCount;
  private final int states;
  private final long[] seen;

  /**
   * Prepares a shape.
   *
   * @param sample states, each with all its words
   * @param changes how often each word changed
   */
  FittedShape(long[][] sample, long[] changes) {
    this.changes = changes;
    this.wordCount = changes.length;
    this.states = sample.length;
    this.columns = columns(sample);
    this.seen = new long[Integer.highestOneBit(states) * 4];
  }

  private long[][] columns(long[][] sample) {
    boolean[] varies = new boolean[wordCount];
    for (long[] state : sample) {
      for (int word = 0; word < wordCount; word++) {
        varies[word] |= state[word] != sample[0][word];
      }
    }
    long[][] values = new long[wordCount][];
    for (int word = 0; word < wordCount; word++) {
      if (varies[word]) {
        int column = word;
        values[word] = Arrays.stream(sample).mapToLong(state -> state[column]).toArray();
      }
    }
    return values;
  }

  /** The shape. */
  TreeShape shape() {
    TreeShape.Leaves leaves = new TreeShape.Leaves(wordCount, firstWords());
    return new TreeShape(leaves, new Fit(leaves));
  }

  /** Parts the root in one way, all others in another. */
  private final class Fit implements TreeShape.Split {
    private final TreeShape.Leaves leaves;
    private final int leafCount;

    /** How often the leaves before each one change. */
    private final long[] before;

    Fit(TreeShape.Leaves leaves) {
      this.leaves = leaves;
      this.leafCount = Math.max(2, leaves.firstWords().size());
      this.before = new long[leafCount + 1];
      for (int leaf = 0; leaf < leafCount; leaf++) {
        // A little even if it never changes, so that such leaves lie evenly.
        before[leaf + 1] = before[leaf] + 1;
        for (int word = leaves.firstWord(leaf); word < leaves.firstWord(leaf + 1); word++) {
          before[leaf + 1] += 256 * changes[word];
        }
      }
    }

    @Override
    public int at(int from, int to) {
      return to - from == leafCount ? fewestParts(leaves) : evenChanges(from, to);
    }

    @Override
    public long weight(int from, int to) {
      return before[to] - before[from];
    }

    private int evenChanges(int from, int to) {
      int best = from + 1;
      long bestUneven = Long.MAX_VALUE;
      for (int leaf = from + 1; leaf < to; leaf++) {
        long uneven = Math.abs(weight(leaf, to) - weight(from, leaf));
        if (uneven < bestUneven) {
          best = leaf;
          bestUneven = uneven;
        }
      }
      return best;
    }
  }

  /** Extends each leaf to the right while it has few values. */
  private List<Integer> firstWords() {
    List<Integer> firsts = new ArrayList<>();
    for (int word = 0; word < wordCount; ) {
      firsts.add(word);
      long[] hashes = newHashes();
      int values = addWord(hashes, word) ? distinct(hashes) : 1;
      int end = word + 1;
      while (end < wordCount && end - word < LONGEST_LEAF) {
        long[] extended = hashes.clone();
        int extendedValues = addWord(extended, end) ? distinct(extended) : values;
        if (extendedValues > states / STATES_PER_VALUE) {
          break;
        }
        hashes = extended;
        values = extendedValues;
        end++;
      }
      word = end;
    }
    return firsts;
  }

  /** Where the part of the leaves that has more different values has the fewest. */
  private int fewestParts(TreeShape.Leaves leaves) {
    int leafCount = leaves.firstWords().size();
    if (leafCount == 1) {
      return 1;
    }
    int[] parts = new int[leafCount];
    long[] hashes = newHashes();
    int values = 1;
    for (int leaf = 1; leaf < leafCount; leaf++) {
      values = addLeaf(hashes, leaves, leaf - 1) ? distinct(hashes) : values;
      parts[leaf] = values;
    }
    hashes = newHashes();
    values = 1;
    for (int leaf = leafCount - 1; leaf > 0; leaf--) {
      values = addLeaf(hashes, leaves, leaf) ? distinct(hashes) : values;
      parts[leaf] = Math.max(parts[leaf], values);
    }
    int best = leafCount >>> 1;
    for (int leaf = 1; leaf < leafCount; leaf++) {
      best = parts[leaf] < parts[best] ? leaf : best;
    }
    return best;
  }

  /** One for each state of the sample, and none of them zero. */
  private long[] newHashes() {
    long[] hashes = new long[states];
    Arrays.fill(hashes, 1);
    return hashes;
  }

  private boolean addLeaf(long[] hashes, TreeShape.Leaves leaves, int leaf) {
    boolean varies = false;
    for (int word = leaves.firstWord(leaf); word < leaves.firstWord(leaf + 1); word++) {
      varies |= addWord(hashes, word);
    }
    return varies;
  }

  /** Adds a word to the states' hashes; false, without effect, if it has but one value. */
  private boolean addWord(long[] hashes, int word) {
    long[] column = columns[word];
    if (column == null) {
      return false;
    }
    for (int state = 0; state < states; state++) {
      hashes[state] += Mixing.low(word, column[state]);
    }
    return true;
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
