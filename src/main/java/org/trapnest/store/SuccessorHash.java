package org.trapnest.store;

import org.trapnest.bits.StateHash;
import org.trapnest.transition.ChangedWords;

/** Hashes a successor at the cost of its changed words. */
final class SuccessorHash {
  private SuccessorHash() {}

  /** Makes a hash that of {@code words}, given the parent, its hash, and what may differ. */
  static void follow(StateHash hash, long[] parentWords, long[] words, ChangedWords changed) {
    for (int i = 0; i < changed.size(); i++) {
      int word = changed.wordIndex(i);
      if (words[word] != parentWords[word]) {
        hash.replace(word, parentWords[word], words[word]);
      }
    }
  }
}
