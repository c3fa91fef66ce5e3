package org.trapnest.report;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.trapnest.coverage.ContextKind;
import org.trapnest.coverage.Gap;
import org.trapnest.coverage.GapReport;
import org.trapnest.coverage.Phase;

/** The windows of one gap as text. Paths, and neighbouring windows, that fare alike are one. */
final class GapWindows {
  private final Gap gap;
  private final StringBuilder out;

  private GapWindows(Gap gap, StringBuilder out) {
    this.gap = gap;
    this.out = out;
  }

  static void print(GapReport.Openings openings, StringBuilder out) {
    new GapWindows(openings.gap(), out).print(openings.paths());
  }

  /** What paths have in common that are printed as one. */
  private record Alike(boolean fromUser, Phase phase, List<GapReport.Window> windows) {}

  private void print(List<GapReport.Path> paths) {
    out.append(
        String.format(Locale.ROOT, "%n%d %s: %s%n", gap.number(), gap.title(), gap.condition()));
    Map<Alike, Set<ContextKind>> alike = new LinkedHashMap<>();
    for (GapReport.Path path : paths) {
      alike
          .computeIfAbsent(
              new Alike(path.kind().fromUser(), path.phase(), path.windows()),
              a -> new LinkedHashSet<>())
          .add(path.kind());
    }
    alike.forEach(this::path);
  }

  private void path(Alike path, Set<ContextKind> kinds) {
    String events =
        kinds.stream().map(k -> k.event().manualName()).collect(Collectors.joining(", "));
    String origin = path.fromUser() ? " from user mode, " : " from the kernel, ";
    out.append("  ").append(events).append(origin).append(path.phase().words()).append('\n');
    List<GapReport.Window> windows = path.windows();
    int from = 0;
    while (from < windows.size()) {
      int to = from;
      while (to + 1 < windows.size() && sameEvents(windows.get(from), windows.get(to + 1))) {
        to++;
      }
      windows(windows.subList(from, to + 1), kinds);
      from = to + 1;
    }
  }

  private static boolean sameEvents(GapReport.Window window, GapReport.Window next) {
    return window.arriving().equals(next.arriving()) && window.held().equals(next.held());
  }

  private void windows(List<GapReport.Window> windows, Set<ContextKind> kinds) {
    windows.forEach(
        w -> {
          String range = w.boundaries() == 1 ? w.first() : w.first() + " to " + w.last();
          out.append("    ").append(range);
          out.append(w.always() ? "" : ", in some states").append('\n');
        });
    GapReport.Window one = windows.get(0);
    line(
        "arrives: ",
        one.arriving().stream()
            .map(a -> a.event() + " (" + a.handler() + " on " + a.stack() + onto(a, kinds) + ")")
            .toList());
    line(
        "held off: ",
        one.held().stream()
            .map(h -> h.event() + " (" + String.join("; ", h.reasons()) + ")")
            .toList());
    windows.stream()
        .flatMap(w -> w.closedBy().stream())
        .forEach(c -> out.append("      closed by ").append(c).append('\n'));
  }

  /** In the reentrance gap an event that is of the context's own kind hits the context's frame. */
  private String onto(GapReport.Arrival arrival, Set<ContextKind> kinds) {
    return GapText.hitsFrame(gap, arrival, kinds) ? ", onto the live frame" : "";
  }

  private void line(String what, List<String> parts) {
    if (!parts.isEmpty()) {
      out.append("      ").append(what).append(String.join(", ", parts)).append('\n');
    }
  }
}
