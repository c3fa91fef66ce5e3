package org.trapnest.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.trapnest.report.TextReport;
import org.trapnest.report.VerificationReport;
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
      "         trapnest gate models/ibrs --update",
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
    CommittedReports committed = new CommittedReports(reports);
    if (update) {
      requireWholeModels();
    } else {
      committed.requireBaseline();
    }
    Verifier verifier = new Verifier(arguments, terminal.err(), terminal.interrupted());
    VerificationReport report = verifier.verify();
    ExitStatus status = verifier.status(report, false);
    terminal.out().print(TextReport.table(report));
    terminal.out().print(TextReport.unexpectedTraces(report, false));
    if (status == ExitStatus.INTERRUPTED) {
      return status.code();
    }
    if (update) {
      requireComplete(report, status);
      committed.update(report, wholeRun());
      terminal.out().println("the baseline in " + reports + " is up to date");
      return status.code();
    }
    List<String> drift = committed.drift(report, wholeRun());
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
    return arguments.paths().equals(List.of(Path.of("models"))) && arguments.unfiltered();
  }

  private void requireWholeModels() {
    if (!arguments.unfiltered()) {
      throw new Rejection(
          ExitStatus.USAGE,
          "--update takes whole models as they are written: no --config, --ablation, --property,"
              + " --nesting or --no-reduction");
    }
  }

  private void requireComplete(VerificationReport report, ExitStatus status) {
    boolean incomplete = report.runs().stream().anyMatch(r -> !r.complete());
    if (incomplete || status == ExitStatus.REJECTED) {
      throw new Rejection(
          ExitStatus.USAGE, "--update needs every exploration complete and every file accepted");
    }
  }
}
