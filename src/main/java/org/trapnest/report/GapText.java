package org.trapnest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
      report.gaps().stream()
          .filter(g -> !g.paths().isEmpty())
          .forEach(g -> GapWindows.print(g, out));
    }
    return out.toString();
  }

  private static void sideBySide(List<GapReport> reports, StringBuilder out) {
    out.append(cell("boundaries in the gap: what arrives there", PATH_WIDTH));
    reports.forEach(r -> out.append(cell(heading(r), width(r))));
    out.append('\n');
    for (Gap gap : Gap.values()) {
      out.append(cell(gap.number() + " " + gap.title(), PATH_WIDTH));
      reports.forEach(r -> out.append(cell(total(openings(r, gap)), width(r))));
      out.append('\n');
      rows(reports, gap).forEach((row, events) -> row(row, events, reports, out));
    }
  }

  private static String heading(GapReport report) {
    return report.delivery() + " " + SurveyWords.name(report.survey());
  }

  private static int width(GapReport report) {
    return Math.max(MODEL_WIDTH, heading(report).length() + 2);
  }

  /** What a model's path is called. */
  private record PathName(ContextKind kind, Phase phase) {}

  /** Paths that fare alike in every model. */
  private record Row(boolean fromUser, Phase phase, List<String> cells) {}

  private static Map<Row, List<String>> rows(List<GapReport> reports, Gap gap) {
    Map<Row, List<String>> rows = new LinkedHashMap<>();
    for (PathName path : paths(reports, gap)) {
      List<String> cells = reports.stream().map(r -> onPath(openings(r, gap), path)).toList();
      rows.computeIfAbsent(
              new Row(path.kind().fromUser(), path.phase(), cells), r -> new ArrayList<>())
          .add(path.kind().event().manualName());
    }
    return rows;
  }

  /** One line, and more where the names of the events do not fit into it. */
  private static void row(
      Row row, List<String> events, List<GapReport> reports, StringBuilder out) {
    String origin = row.fromUser() ? " from user mode, " : " from the kernel, ";
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder("   ");
    for (String word : (String.join(", ", events) + origin + row.phase().words()).split(" ")) {
      if (line.length() + word.length() + 2 > PATH_WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder("     ");
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
    out.append(cell(lines.get(0), PATH_WIDTH));
    for (int i = 0; i < reports.size(); i++) {
      out.append(cell(row.cells().get(i), width(reports.get(i))));
    }
    out.append('\n');
    lines.stream().skip(1).forEach(l -> out.append(l).append('\n'));
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
    Gap gap = openings.gap();
    String events =
        paths.stream()
            .flatMap(p -> p.windows().stream())
            .flatMap(w -> w.arriving().stream())
            .map(a -> a.event() + (hitsFrame(gap, a, Set.of(name.kind())) ? " onto the frame" : ""))
            .distinct()
            .collect(Collectors.joining(", "));
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

  /** Whether an event that arrives in a gap is delivered onto the frame of a context there. */
  static boolean hitsFrame(Gap gap, GapReport.Arrival arrival, Set<ContextKind> kinds) {
    return gap == Gap.REENTRANCE
        && kinds.stream().anyMatch(k -> k.event().manualName().equals(arrival.event()));
  }

  private static String cell(String text, int width) {
    return text.length() < width ? text + " ".repeat(width - text.length()) : text + "  ";
  }
}
