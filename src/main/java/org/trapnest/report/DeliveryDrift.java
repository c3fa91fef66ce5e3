package org.trapnest.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says which deliveries of events are new, and which are gone. */
final class DeliveryDrift {
  private DeliveryDrift() {}

  /**
   * The changes in words, at most one for what is new and one for what is gone.
   *
   * @param was the places of each event, as in {@code asm_nmi+3-9}
   * @param is likewise
   */
  static List<String> between(Map<String, List<String>> was, Map<String, List<String>> is) {
    List<String> changes = new ArrayList<>();
    add("new", places(is), places(was), changes);
    add("lost", places(was), places(is), changes);
    return changes;
  }

  private static void add(
      String what, Set<String> these, Set<String> without, List<String> changes) {
    List<String> left = these.stream().filter(p -> !without.contains(p)).toList();
    if (!left.isEmpty()) {
      String more = left.size() == 1 ? "" : " (and %d more)".formatted(left.size() - 1);
      changes.add("first " + what + " delivery: " + left.get(0) + more);
    }
  }

  private static Set<String> places(Map<String, List<String>> deliveries) {
    Set<String> places = new LinkedHashSet<>();
    deliveries.forEach((event, runs) -> runs.forEach(run -> expand(event + " at ", run, places)));
    return places;
  }

  /** {@code label+3-5} is label+3, label+4 and label+5. */
  private static void expand(String event, String run, Set<String> places) {
    int plus = run.lastIndexOf('+');
    int dash = run.indexOf('-', plus + 1);
    if (plus < 0 || dash < 0) {
      places.add(event + run);
      return;
    }
    int last = Integer.parseInt(run.substring(dash + 1));
    for (int at = Integer.parseInt(run.substring(plus + 1, dash)); at <= last; at++) {
      places.add(event + run.substring(0, plus + 1) + at);
    }
  }
}
