package org.trapnest.explore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;

/**
 * The result of a search as it stands in a checkpoint, for want of anything to continue, and the
 * mark that tells such a checkpoint from one that can be continued.
 */
final class FinishedSearch {
  private static final long FINISHED = 1;
  private static final long UNFINISHED = 2;

  private FinishedSearch() {}

  static void markUnfinished(SnapshotWriter out) throws IOException {
    out.put(UNFINISHED);
  }

  /** Reads the mark; behind it stands a result if it is the mark of one. */
  static boolean isMarkedFinished(SnapshotReader in) throws IOException {
    return in.take() == FINISHED;
  }

  static void saveMarked(ExplorationResult result, SnapshotWriter out) throws IOException {
    out.put(FINISHED);
    save(result, out);
  }

  private static void save(ExplorationResult result, SnapshotWriter out) throws IOException {
    Statistics s = result.statistics();
    out.put(result.completion().ordinal());
    out.putText(result.digest());
    out.put(result.reached());
    out.put(result.undecided());
    out.putArray(result.cuts().stream().mapToLong(Long::longValue).toArray());
    out.putArray(
        new long[] {
          s.states(),
          s.transitions(),
          s.depth(),
          s.waiting(),
          Double.doubleToLongBits(s.seconds()),
          s.storeBytes()
        });
    saveViolations(result.violations(), out);
  }

  static void saveViolations(List<Violation> violations, SnapshotWriter out) throws IOException {
    out.put(violations.size());
    for (Violation violation : violations) {
      out.put(violation.check());
      out.putArray(violation.path().stream().mapToLong(Integer::longValue).toArray());
    }
  }

  static ExplorationResult load(SnapshotReader in) throws IOException {
    Completion completion = Completion.values()[Math.toIntExact(in.take())];
    String digest = in.takeText();
    long reached = in.take();
    long undecided = in.take();
    List<Long> cuts = new ArrayList<>();
    for (long cut : in.takeArray()) {
      cuts.add(cut);
    }
    long[] s = in.takeArray();
    Statistics statistics =
        new Statistics(s[0], s[1], (int) s[2], s[3], Double.longBitsToDouble(s[4]), s[5]);
    return new ExplorationResult(
        completion, statistics, digest, loadViolations(in), reached, undecided, cuts);
  }

  static List<Violation> loadViolations(SnapshotReader in) throws IOException {
    List<Violation> violations = new ArrayList<>();
    for (long rest = in.take(); rest > 0; rest--) {
      int check = Math.toIntExact(in.take());
      List<Integer> path = new ArrayList<>();
      for (long choice : in.takeArray()) {
        path.add((int) choice);
      }
      violations.add(new Violation(check, path));
    }
    return violations;
  }
}
