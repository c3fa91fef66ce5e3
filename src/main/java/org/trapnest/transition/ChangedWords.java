package org.trapnest.transition;

/**
 * The words in which a successor may differ from its parent: a reused list of distinct indices.
 *
 * <p>Mutable and unsynchronised, since it is filled once for each successor. A listed word may turn
 * out to be equal; a word that is not listed is equal.
 */
public final class ChangedWords {
  private final int[] indices;
  private final long[] member;
  private int size;

  /** A list for states of the given number of words. */
  public ChangedWords(int wordCount) {
    this.indices = new int[wordCount];
    this.member = new long[(wordCount + 63) >>> 6];
  }

  public void clear() {
    for (int i = 0; i < size; i++) {
      member[indices[i] >>> 6] = 0;
    }
    size = 0;
  }

  public void add(int wordIndex) {
    long bit = 1L << wordIndex;
    if ((member[wordIndex >>> 6] & bit) == 0) {
      member[wordIndex >>> 6] |= bit;
      indices[size++] = wordIndex;
    }
  }

  /** Lists every word, as an initial state does. */
  public void addAll() {
    for (int i = 0; i < indices.length; i++) {
      add(i);
    }
  }

  public int size() {
    return size;
  }

  /** The word index at a position of the list, from zero, in no particular order. */
  public int wordIndex(int position) {
    return indices[position];
  }
}
