package org.trapnest.diag;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that someone who mistyped another probably meant. */
public final class NearestName {

  private NearestName() {}

  /** The nearest candidate, if at most a third of its letters (and at least one) would change. */
  public static Optional<String> of(String written, Collection<String> candidates) {
    return candidates.stream()
        .filter(c -> distance(written, c) <= Math.max(1, c.length() / 3))
        .min(
            Comparator.comparingInt((String c) -> distance(written, c))
                .thenComparingInt(c -> Math.abs(c.length() - written.length()))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The edit distance: insertions, removals, replacements, and exchanges of two neighbours. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, new int[] {i, j});
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int[] lengths) {
    int i = lengths[0];
    int j = lengths[1];
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int least = cost[i - 1][j - 1] + (same ? 0 : 1);
    least = Math.min(least, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean exchanged =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(least, 1 + cost[i - 2][j - 2]) : least;
  }
}
