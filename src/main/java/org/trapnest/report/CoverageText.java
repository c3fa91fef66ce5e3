package org.trapnest.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.trapnest.coverage.ContextKind;
import org.trapnest.coverage.CoverageReport;
import org.trapnest.coverage.CoverageReport.Received;
import org.trapnest.coverage.CoverageReport.Row;

/** The coverage of a model as text: boundaries at which events fare alike stand together. */
public final class CoverageText {
  private CoverageText() {}

  public static String print(CoverageReport report) {
    StringBuilder out = new StringBuilder();
    out.append(SurveyWords.title(report.survey(), report.rows().size() + " boundaries"))
        .append('\n');
    String context = "";
    int from = 0;
    List<Row> rows = report.rows();
    while (from < rows.size()) {
      int to = from;
      while (to + 1 < rows.size() && goesOn(rows.get(to), rows.get(to + 1))) {
        to++;
      }
      String words = rows.get(from).kind().map(ContextKind::words).orElse("user mode");
      if (!words.equals(context)) {
        out.append('\n').append(words).append('\n');
        context = words;
      }
      stretch(rows.get(from), rows.get(to), out);
      from = to + 1;
    }
    unreached(report, out);
    return out.toString();
  }

  private static boolean goesOn(Row row, Row next) {
    return next.index() == row.index() + 1 && row.faresAs(next);
  }

  private static void stretch(Row first, Row last, StringBuilder out) {
    String range = first == last ? first.place() : first.place() + " to " + last.place();
    out.append("  ").append(range).append('\n');
    Map<String, List<String>> byEvent = new LinkedHashMap<>();
    for (Received event : first.events()) {
      byEvent
          .computeIfAbsent(event.vector().manualName(), v -> new java.util.ArrayList<>())
          .add(event.reception().words());
    }
    byEvent.forEach(
        (event, outcomes) ->
            out.append("      ")
                .append(event)
                .append(' ')
                .append(outcomes.stream().distinct().collect(Collectors.joining(", or ")))
                .append('\n'));
  }

  private static void unreached(CoverageReport report, StringBuilder out) {
    int count = report.unreached().stream().mapToInt(CoverageReport.Unreached::instructions).sum();
    int all = report.survey().model().machine().program().instructions().size() - 1;
    out.append("\n%d of %d instructions are never reached\n".formatted(count, all));
    for (CoverageReport.Unreached run : report.unreached()) {
      String range = run.instructions() == 1 ? run.first() : run.first() + " to " + run.last();
      out.append("  ").append(range).append(": ").append(run.why()).append('\n');
    }
  }
}
