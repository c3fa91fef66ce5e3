package org.trapnest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.trapnest.report.VerificationReport.Skipped;

/** Says in words how a verification differs from its baseline. */
public final class Drift {
  private Drift() {}

  /**
   * The differences, a line each; empty when there are none.
   *
   * @param skipped deep configurations that were not verified now; those of the baseline drift with
   *     their text
   * @param whole whether runs that are only in the baseline count: not when a part was verified
   */
  public static List<String> between(
      Baseline before, Baseline now, List<Skipped> skipped, boolean whole) {
    Map<String, Baseline.Entry> old = new LinkedHashMap<>();
    before.entries().forEach(e -> old.put(e.title(), e));
    List<String> lines = new ArrayList<>();
    for (Baseline.Entry entry : now.entries()) {
      Baseline.Entry was = old.remove(entry.title());
      if (was == null) {
        lines.add(entry.title() + ": new, not in the baseline");
      } else {
        List<String> changes = changes(was, entry);
        if (!changes.isEmpty()) {
          lines.add(entry.title() + ": " + String.join("; ", changes));
        }
      }
    }
    for (Skipped deep : skipped) {
      Baseline.Entry was = old.remove(deep.title());
      if (was != null && !was.contentHash().equals(deep.contentHash())) {
        lines.add(deep.title() + ": its text changed and it is deep; run gate --deep");
      }
    }
    if (whole) {
      old.keySet().forEach(title -> lines.add(title + ": in the baseline, but no longer verified"));
    }
    return lines;
  }

  private static List<String> changes(Baseline.Entry was, Baseline.Entry is) {
    List<String> changes = new ArrayList<>();
    for (Map.Entry<String, String> verdict : is.verdicts().entrySet()) {
      String before = was.verdicts().getOrDefault(verdict.getKey(), "not checked");
      if (!before.equals(verdict.getValue())) {
        changes.add("property %s: %s → %s".formatted(verdict.getKey(), before, verdict.getValue()));
      }
    }
    for (String id : was.verdicts().keySet()) {
      if (!is.verdicts().containsKey(id)) {
        changes.add("property " + id + ": no longer checked");
      }
    }
    count("states", was.states(), is.states(), changes);
    count("transitions", was.transitions(), is.transitions(), changes);
    count("depth", was.depth(), is.depth(), changes);
    if (!was.digest().equals(is.digest()) && was.states() == is.states()) {
      changes.add("as many states, but other ones (digest)");
    }
    changes.addAll(DeliveryDrift.between(was.deliveries(), is.deliveries()));
    if (!changes.isEmpty() && was.contentHash().equals(is.contentHash())) {
      changes.add("the model's text is the same: the tool or a property changed");
    }
    return changes;
  }

  private static void count(String what, long was, long is, List<String> changes) {
    if (was != is) {
      changes.add("%s %s → %s".formatted(what, TextReport.grouped(was), TextReport.grouped(is)));
    }
  }
}
