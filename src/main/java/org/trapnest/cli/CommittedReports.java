package org.trapnest.cli;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.trapnest.model.Verdict;
import org.trapnest.report.Baseline;
import org.trapnest.report.Drift;
import org.trapnest.report.Summary;
import org.trapnest.report.TraceText;
import org.trapnest.report.VerificationReport;
import org.trapnest.report.VerificationReport.Skipped;
import org.trapnest.trace.Counterexample;

/** The folder with the baseline, the summary and the traces of expected violations. */
final class CommittedReports {
  private static final String BASELINE = "baseline.json";
  private static final String TRACES = "traces";
  private static final String ENDING = ".trace.txt";

  private final Path folder;

  CommittedReports(Path folder) {
    this.folder = folder;
  }

  /**
   * How a verification differs from what is committed, a line each.
   *
   * @param whole whether all models were verified, so that what is missing counts
   * @throws Rejection if there is no baseline
   */
  List<String> drift(VerificationReport report, boolean whole) {
    Baseline committed = committed();
    Baseline now = Baseline.of(report);
    List<String> lines = new ArrayList<>(Drift.between(committed, now, report.skipped(), whole));
    for (Counterexample trace : expectedTraces(report)) {
      Path golden = folder.resolve(TRACES).resolve(trace.fileStem() + ENDING);
      if (!Files.exists(golden)) {
        lines.add("there is no committed trace " + golden);
      } else if (!read(golden).equals(TraceText.oneScreen(trace))) {
        lines.add("the trace differs from " + golden);
      }
    }
    return lines;
  }

  /**
   * Accepts what was found.
   *
   * @param whole whether all models were verified, so that what is missing is dropped
   */
  void update(VerificationReport report, boolean whole) {
    ReportFiles files = new ReportFiles(folder);
    Baseline now = updated(report, whole);
    files.write(BASELINE, now.print());
    files.write("summary.md", Summary.print(now));
    for (Counterexample trace : expectedTraces(report)) {
      files.write(TRACES + "/" + trace.fileStem() + ENDING, TraceText.oneScreen(trace));
    }
    dropTraces(now);
  }

  /**
   * Makes sure, before hours are spent, that there is something to compare with.
   *
   * @throws Rejection if there is no baseline
   */
  void requireBaseline() {
    committed();
  }

  /**
   * What was verified now, and what the old baseline says of what was not: other models, and deep
   * configurations whose text is still the same.
   */
  private Baseline updated(VerificationReport report, boolean whole) {
    Baseline now = Baseline.of(report);
    if (!Files.exists(folder.resolve(BASELINE))) {
      return now;
    }
    Baseline earlier = committed();
    Set<String> skipped =
        report.skipped().stream()
            .filter(s -> earlier.has(s.title(), s.contentHash()))
            .map(Skipped::title)
            .collect(toSet());
    return (whole ? earlier.only(skipped) : earlier).updatedBy(now, skipped);
  }

  /** Removes the traces that no run of the baseline has. */
  private void dropTraces(Baseline baseline) {
    Set<String> wanted = new HashSet<>();
    baseline.entries().forEach(e -> e.traceStems().forEach(s -> wanted.add(s + ENDING)));
    Path traces = folder.resolve(TRACES);
    if (!Files.isDirectory(traces)) {
      return;
    }
    try (Stream<Path> files = Files.list(traces)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(ENDING) && !wanted.contains(name)) {
          Files.delete(file);
        }
      }
    } catch (IOException failure) {
      throw new Rejection(ExitStatus.USAGE, "'" + traces + "' cannot be brought up to date");
    }
  }

  private static List<Counterexample> expectedTraces(VerificationReport report) {
    return report.runs().stream()
        .flatMap(r -> r.properties().stream())
        .filter(p -> p.verdict() == Verdict.VIOLATED && p.asExpected())
        .flatMap(p -> p.trace().stream())
        .toList();
  }

  private Baseline committed() {
    Path file = folder.resolve(BASELINE);
    return Baseline.read(read(file))
        .orElseThrow(
            () ->
                new Rejection(
                    ExitStatus.USAGE,
                    "'" + file + "' is no baseline; make one with: trapnest gate --update"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new Rejection(
          ExitStatus.USAGE,
          "'" + file + "' cannot be read; make a baseline with: trapnest gate --update");
    }
  }
}
