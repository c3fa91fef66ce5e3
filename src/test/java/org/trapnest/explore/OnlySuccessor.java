package org.trapnest.explore;

import java.util.Arrays;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.SuccessorSink;

/**
 * Keeps the successor of a state as a patch, if it has just one. Hot, mutable, and confined to one
 * thread.
 */
final class OnlySuccessor implements SuccessorSink {
  private final int[] indices;
  private final long[] values;
  private int[] cuts = new int[8];
  private int cutCount;
  private int size;
  private int successors;
  private int choice;
  private long violated;
  private long reached;

  OnlySuccessor(int wordCount) {
    this.indices = new int[wordCount];
    this.values = new long[wordCount];
  }

  void clear() {
    successors = 0;
    cutCount = 0;
  }

  @Override
  public void successor(int taken, long[] words, ChangedWords changed, long broken, long met) {
    if (++successors > 1) {
      return;
    }
    choice = taken;
    violated = broken;
    reached = met;
    size = changed.size();
    for (int i = 0; i < size; i++) {
      indices[i] = changed.wordIndex(i);
      values[i] = words[indices[i]];
    }
  }

  @Override
  public void cut(int bound) {
    if (cutCount == cuts.length) {
      cuts = Arrays.copyOf(cuts, 2 * cutCount);
    }
    cuts[cutCount++] = bound;
  }

  boolean isOne() {
    return successors == 1;
  }

  int choice() {
    return choice;
  }

  long violated() {
    return violated;
  }

  long reached() {
    return reached;
  }

  /** Turns the state into its successor and adds to the words that changed. */
  void apply(long[] words, ChangedWords changed) {
    for (int i = 0; i < size; i++) {
      words[indices[i]] = values[i];
      changed.add(indices[i]);
    }
  }

  /** Tells of each bound that suppressed a successor. */
  void giveCuts(SuccessorSink sink) {
    for (int i = 0; i < cutCount; i++) {
      sink.cut(cuts[i]);
    }
  }
}
