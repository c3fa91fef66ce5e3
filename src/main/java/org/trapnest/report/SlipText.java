package org.trapnest.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.trapnest.slip.Slip;
import org.trapnest.slip.SlipResult;
import org.trapnest.slip.SlipResult.Outcome;

/** What became of the slips in a model's text, as text. */
public final class SlipText {
  private SlipText() {}

  /**
   * The counts, what caught how many, and each slip that was not caught.
   *
   * @param title the model and configuration
   * @param asked how many slips there were to try; more than results after an interruption
   */
  public static String print(String title, int asked, List<SlipResult> results) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s: %d of %d slips tried, %d caught, %d not, %d undecided%n"
            .formatted(
                title,
                results.size(),
                asked,
                count(results, Outcome.CAUGHT),
                count(results, Outcome.MISSED),
                count(results, Outcome.UNDECIDED)));
    catchers(results).forEach(c -> out.append("  %6d by %s%n".formatted(c.getValue(), c.getKey())));
    list("not caught", Outcome.MISSED, results, out);
    list("undecided", Outcome.UNDECIDED, results, out);
    return out.toString();
  }

  private static long count(List<SlipResult> results, Outcome outcome) {
    return results.stream().filter(r -> r.outcome() == outcome).count();
  }

  /** How many slips each property was among the first to notice, the most first. */
  private static List<Map.Entry<String, Integer>> catchers(List<SlipResult> results) {
    Map<String, Integer> counts = new TreeMap<>();
    results.stream()
        .filter(r -> r.outcome() == Outcome.CAUGHT)
        .flatMap(r -> r.by().stream())
        .forEach(by -> counts.merge(by, 1, Integer::sum));
    List<Map.Entry<String, Integer>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()));
    return sorted;
  }

  private static void list(
      String heading, Outcome outcome, List<SlipResult> results, StringBuilder out) {
    if (count(results, outcome) == 0) {
      return;
    }
    out.append(heading).append(":\n");
    for (SlipResult result : results) {
      if (result.outcome() == outcome) {
        Slip slip = result.slip();
        String code = slip.text().replaceAll("\\s+", " ");
        String why = result.by().isEmpty() ? "" : "  (" + String.join(", ", result.by()) + ")";
        String place = slip.path() + ":" + slip.line();
        String kind = slip.kind().printed();
        out.append(String.format(Locale.ROOT, "  %-40s %-6s  %s%s%n", place, kind, code, why));
      }
    }
  }
}
