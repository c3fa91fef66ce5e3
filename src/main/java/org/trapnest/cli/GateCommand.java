package org.trapnest.cli;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.trapnest.model.Verdict;
import org.trapnest.report.Baseline;
import org.trapnest.report.Drift;
import org.trapnest.report.Summary;
import org.trapnest.report.TextReport;
import org.trapnest.report.TraceText;
import org.trapnest.report.VerificationReport;
import org.trapnest.report.VerificationReport.Skipped;
import org.trapnest.trace.Counterexample;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trapnest gate}. */
@Command(
    name = "gate",
    mixinStandardHelpOptions = true,
    description = "Verifies, compares with the committed reports, and says what drifted.",
    footer = {
      "",
      "Example: trapnest gate && git push",
      "Exit: as verify, and 6 when something drifted from the baseline."
    })
final class GateCommand implements Callable<Integer> {
  @Mixin private ExplorationArguments arguments;

  @Option(names = "--update", description = "Accept what was found as the new baseline.")
  private boolean update;

  @Option(names = "--reports", paramLabel = "DIR", description = "By default reports.")
  private Path reports = Path.of("reports");

  private final Terminal terminal;

  GateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Verifier verifier = new Verifier(arguments, terminal.err(), terminal.interrupted());
    VerificationReport report = verifier.verify();
    ExitStatus status = verifier.status(report, false);
    terminal.out().print(TextReport.table(report));
    terminal.out().print(TextReport.unexpectedTraces(report, false));
    if (status == ExitStatus.INTERRUPTED) {
      return status.code();
    }
    if (update) {
      return update(report, status).code();
    }
    List<String> drift = drift(report);
    if (drift.isEmpty()) {
      terminal.out().println("no drift from the baseline");
      return status.code();
    }
    terminal.out().println("drift from " + reports.resolve("baseline.json") + ":");
    drift.forEach(line -> terminal.out().println("  " + line));
    terminal.out().println("if this is meant, accept it with: trapnest gate --update");
    return status.worse(ExitStatus.DRIFT).code();
  }

  private boolean wholeRun() {
    return arguments.paths().equals(List.of(Path.of("models")))
        && arguments.config().isEmpty()
        && arguments.ablation().isEmpty()
        && arguments.property().isEmpty();
  }

  private ExitStatus update(VerificationReport report, ExitStatus status) {
    boolean incomplete = report.runs().stream().anyMatch(r -> !r.complete());
    if (!wholeRun() || incomplete || status == ExitStatus.REJECTED) {
      throw new Rejection(
          ExitStatus.USAGE, "--update needs a complete verification of all of models");
    }
    ReportFiles files = new ReportFiles(reports);
    files.write("baseline.json", updated(report).print());
    files.write("summary.md", Summary.print(report));
    for (Counterexample trace : expectedTraces(report)) {
      files.write(golden(trace), TraceText.oneScreen(trace));
    }
    terminal.out().println("the baseline in " + reports + " is up to date");
    return status;
  }

  /** What was verified now, and what the old baseline says of what was skipped. */
  private Baseline updated(VerificationReport report) {
    Path file = reports.resolve("baseline.json");
    Baseline now = Baseline.of(report);
    if (report.skipped().isEmpty() || !Files.exists(file)) {
      return now;
    }
    Set<String> skipped = report.skipped().stream().map(Skipped::title).collect(toSet());
    return Baseline.read(read(file)).map(old -> now.withSkipped(old, skipped)).orElse(now);
  }

  private static String golden(Counterexample trace) {
    return "traces/" + trace.fileStem() + ".trace.txt";
  }

  /** The traces of expected violations in runs with all defences. */
  private static List<Counterexample> expectedTraces(VerificationReport report) {
    return report.runs().stream()
        .flatMap(r -> r.properties().stream())
        .filter(p -> p.verdict() == Verdict.VIOLATED && p.asExpected())
        .flatMap(p -> p.trace().stream())
        .toList();
  }

  private List<String> drift(VerificationReport report) {
    Path file = reports.resolve("baseline.json");
    Baseline baseline =
        Baseline.read(read(file))
            .orElseThrow(
                () ->
                    new Rejection(
                        ExitStatus.USAGE,
                        "'" + file + "' is no baseline; make one with: trapnest gate --update"));
    List<String> lines =
        new ArrayList<>(Drift.between(baseline, Baseline.of(report), report.skipped(), wholeRun()));
    if (arguments.nesting().isEmpty()) {
      for (Counterexample trace : expectedTraces(report)) {
        Path golden = reports.resolve(golden(trace));
        if (!Files.exists(golden)) {
          lines.add("there is no committed trace " + golden);
        } else if (!read(golden).equals(TraceText.oneScreen(trace))) {
          lines.add("the trace differs from " + golden);
        }
      }
    }
    return lines;
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
