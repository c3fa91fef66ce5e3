package org.trapnest.explore;

import java.io.IOException;
import java.util.Arrays;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;

/**
 * Which checks were broken and reached, and for each broken one the violation to report.
 *
 * <p>Mutable; confined to one thread.
 */
final class Verdicts {
  private final long allChecks;
  private final int[] depths = new int[Long.SIZE];
  private final int[] preferences = new int[Long.SIZE];
  private final int[] choices = new int[Long.SIZE];
  private final long[] parents = new long[Long.SIZE];
  private long violated;
  private long reached;

  Verdicts(int checkCount) {
    this.allChecks = checkCount == Long.SIZE ? -1L : (1L << checkCount) - 1;
  }

  /** Forgets everything. */
  void clear() {
    violated = 0;
    reached = 0;
  }

  /** Adds what others have noted, at depths and places that are not before any noted here. */
  void add(Verdicts later) {
    reached |= later.reached;
    for (long rest = later.violated; rest != 0; rest &= rest - 1) {
      int check = Long.numberOfTrailingZeros(rest);
      violate(
          1L << check,
          later.depths[check],
          later.preferences[check],
          later.parents[check],
          later.choices[check]);
    }
  }

  void save(SnapshotWriter out) throws IOException {
    out.put(violated);
    out.put(reached);
    out.putArray(parents);
    for (int[] part : new int[][] {depths, preferences, choices}) {
      out.putArray(Arrays.stream(part).asLongStream().toArray());
    }
  }

  void load(SnapshotReader in) throws IOException {
    violated = in.take();
    reached = in.take();
    System.arraycopy(in.takeArray(), 0, parents, 0, parents.length);
    for (int[] part : new int[][] {depths, preferences, choices}) {
      long[] values = in.takeArray();
      Arrays.setAll(part, i -> (int) values[i]);
    }
  }

  void reach(long checks) {
    reached |= checks;
  }

  /**
   * Whether a violation at a depth would be kept for some of the checks, if it were preferred
   * enough.
   */
  boolean wants(long checks, int depth) {
    for (long rest = checks; rest != 0; rest &= rest - 1) {
      int check = Long.numberOfTrailingZeros(rest);
      if ((violated >>> check & 1) == 0 || depths[check] == depth) {
        return true;
      }
    }
    return false;
  }

  /**
   * Keeps, for each check, the violation of least depth, then of least preference, then the one
   * that was noted first. Depths must not decrease from call to call.
   */
  void violate(long checks, int depth, int preference, long parent, int choice) {
    for (long rest = checks; rest != 0; rest &= rest - 1) {
      int check = Long.numberOfTrailingZeros(rest);
      boolean first = (violated >>> check & 1) == 0;
      if (first || depths[check] == depth && preference < preferences[check]) {
        depths[check] = depth;
        preferences[check] = preference;
        parents[check] = parent;
        choices[check] = choice;
      }
    }
    violated |= checks;
  }

  /** Whether there are checks, and each of them was broken. */
  boolean allDecided() {
    return allChecks != 0 && (allChecks & ~violated) == 0;
  }

  /** The broken checks, a bit each. */
  long violated() {
    return violated;
  }

  long reached() {
    return reached;
  }

  long parent(int check) {
    return parents[check];
  }

  int choice(int check) {
    return choices[check];
  }
}
