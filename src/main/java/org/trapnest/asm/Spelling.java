package org.trapnest.asm;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the word that a misspelt one was probably meant to be. */
final class Spelling {
  private static final int MAX_CHANGES = 2;

  private Spelling() {}

  /**
   * The known word that is fewest changes of a letter away, at most two and a third of its letters.
   */
  static Optional<String> nearest(String word, Collection<String> some, Collection<String> more) {
    String best = "";
    int fewest = Math.min(MAX_CHANGES, (word.length() - 1) / 3) + 1;
    for (String known : Stream.concat(some.stream(), more.stream().sorted()).toList()) {
      boolean comparable = Math.abs(known.length() - word.length()) < fewest;
      int changes = comparable ? changes(word, known) : fewest;
      if (changes < fewest) {
        fewest = changes;
        best = known;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private static int changes(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
