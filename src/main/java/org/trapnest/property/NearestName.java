package org.trapnest.property;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that someone who mistyped another probably meant. */
final class NearestName {

  private NearestName() {}

  /** The nearest candidate, if at most a third of its letters (and at least one) would change. */
  static Optional<String> of(String written, Collection<String> candidates) {
    return candidates.stream()
        .filter(c -> distance(written, c) <= Math.max(1, c.length() / 3))
        .min(
            Comparator.comparingInt((String c) -> distance(written, c))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The edit distance: insertions, removals and replacements of one character. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
