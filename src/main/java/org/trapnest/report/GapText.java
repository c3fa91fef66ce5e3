package org.trapnest.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.trapnest.coverage.ContextKind;
import org.trapnest.coverage.Gap;
import org.trapnest.coverage.GapReport;
import org.trapnest.coverage.Phase;
import org.trapnest.machine.Reception;

/** The gaps of models as text: side by side, then window by window. */
public final class GapText {
  private static final int PATH_WIDTH = 44;
  private static final int MODEL_WIDTH = 34;

  private GapText() {}

  public static String print(List<GapReport> reports) {
    StringBuilder out = new StringBuilder();
    reports.forEach(r -> out.append(SurveyWords.title(r.survey(), r.delivery())).append('\n'));
    out.append('\n');
    sideBySide(reports, out);
    for (GapReport report : reports) {
      out.append('\n').append(SurveyWords.name(report.survey())).append(": every window\n");
      report.gaps().stream().filter(g -> !g.paths().isEmpty()).forEach(g -> windows(g, out));
    }
    return out.toString();
  }

  private static void sideBySide(List<GapReport> reports, StringBuilder out) {
    out.append(cell("boundaries in the gap", PATH_WIDTH));
    reports.forEach(
        r -> out.append(cell(r.delivery() + " " + SurveyWords.name(r.survey()), MODEL_WIDTH)));
    out.append('\n');
    for (Gap gap : Gap.values()) {
      out.append(cell(gap.number() + " " + gap.title(), PATH_WIDTH));
      reports.forEach(r -> out.append(cell(total(openings(r, gap)), MODEL_WIDTH)));
      out.append('\n');
      for (PathName path : paths(reports, gap)) {
        out.append(cell("    " + path.words(), PATH_WIDTH));
        reports.forEach(r -> out.append(cell(onPath(openings(r, gap), path), MODEL_WIDTH)));
        out.append('\n');
      }
    }
  }

  /** What two models' paths have in common. */
  private record PathName(ContextKind kind, Phase phase) {
    String words() {
      return kind.words() + ", " + phase.words();
    }
  }

  private static Set<PathName> paths(List<GapReport> reports, Gap gap) {
    Set<PathName> names = new LinkedHashSet<>();
    for (GapReport report : reports) {
      openings(report, gap).paths().forEach(p -> names.add(new PathName(p.kind(), p.phase())));
    }
    return names;
  }

  private static GapReport.Openings openings(GapReport report, Gap gap) {
    return report.gaps().get(gap.ordinal());
  }

  private static String total(GapReport.Openings openings) {
    if (!openings.tracked()) {
      return "not modelled";
    }
    int boundaries = openings.paths().stream().mapToInt(GapReport.Path::boundaries).sum();
    return boundaries == 0 ? "closed everywhere" : boundaries + " boundaries";
  }

  private static String onPath(GapReport.Openings openings, PathName name) {
    List<GapReport.Path> paths =
        openings.paths().stream()
            .filter(p -> new PathName(p.kind(), p.phase()).equals(name))
            .toList();
    if (paths.isEmpty()) {
      return openings.tracked() ? "closed" : "";
    }
    String events =
        paths.stream()
            .flatMap(p -> p.windows().stream())
            .flatMap(w -> w.arriving().stream())
            .map(GapReport.Arrival::event)
            .distinct()
            .collect(Collectors.joining(" "));
    int boundaries = paths.stream().mapToInt(GapReport.Path::boundaries).sum();
    return boundaries + ": " + (events.isEmpty() ? nothing(paths) : events);
  }

  /** The exploration says nothing of events that only the nesting bound holds off. */
  private static String nothing(List<GapReport.Path> paths) {
    boolean cut =
        paths.stream()
            .flatMap(p -> p.windows().stream())
            .flatMap(w -> w.held().stream())
            .anyMatch(h -> h.reasons().contains(Reception.CUT_BY_NESTING.words()));
    return cut ? "cut by the nesting bound" : "nothing arrives";
  }

  private static void windows(GapReport.Openings openings, StringBuilder out) {
    Gap gap = openings.gap();
    out.append(
        String.format(Locale.ROOT, "%n%d %s: %s%n", gap.number(), gap.title(), gap.condition()));
    for (GapReport.Path path : openings.paths()) {
      out.append("  ").append(new PathName(path.kind(), path.phase()).words()).append('\n');
      path.windows().forEach(w -> window(w, out));
    }
  }

  private static void window(GapReport.Window window, StringBuilder out) {
    String range =
        window.boundaries() == 1 ? window.first() : window.first() + " to " + window.last();
    out.append("    ").append(range).append(window.always() ? "" : ", in some states").append('\n');
    for (GapReport.Arrival arrival : window.arriving()) {
      out.append("      ").append(arrival.event()).append(" arrives: ");
      out.append(arrival.handler()).append(" on ").append(arrival.stack()).append('\n');
    }
    for (GapReport.Held held : window.held()) {
      out.append("      ").append(held.event()).append(" does not: ");
      out.append(String.join("; ", held.reasons())).append('\n');
    }
    window.closedBy().forEach(c -> out.append("      closed by ").append(c).append('\n'));
  }

  private static String cell(String text, int width) {
    return text.length() < width ? text + " ".repeat(width - text.length()) : text + "  ";
  }
}
