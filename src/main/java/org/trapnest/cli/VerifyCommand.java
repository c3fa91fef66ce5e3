package org.trapnest.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.trapnest.report.JsonReport;
import org.trapnest.report.TextReport;
import org.trapnest.report.TraceJson;
import org.trapnest.report.TraceText;
import org.trapnest.report.VerificationReport;
import org.trapnest.trace.Counterexample;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trapnest verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Checks every model in every configuration and compares with its expectations.",
    footer = {
      "",
      "Example: trapnest verify models/ibrs --config DEPTH=2 --property resumes-exactly",
      "Exit: 0 as expected, 1 a verdict differs, 3 rejected input, 4 a limit, 5 unmodelled."
    })
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ExplorationArguments arguments;

  @Option(names = "--strict", description = "Any violation counts, expected or not.")
  private boolean strict;

  @Option(
      names = "--format",
      split = ",",
      paramLabel = "FORMAT",
      description = "text (default), json; without --report-dir one of them, on standard output.")
  private List<String> formats = List.of("text");

  @Option(
      names = "--report-dir",
      paramLabel = "DIR",
      description = "Also write report.json, report.txt and the traces of all violations there.")
  private Optional<Path> reportDir = Optional.empty();

  private final Terminal terminal;

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    for (String format : formats) {
      if (!List.of("text", "json").contains(format)) {
        throw new Rejection(ExitStatus.USAGE, "--format knows text and json, not '" + format + "'");
      }
    }
    Optional<ReportFiles> files = reportDir.map(ReportFiles::new);
    Verifier verifier = new Verifier(arguments, terminal.err(), terminal.interrupted());
    VerificationReport report = verifier.verify();
    ExitStatus status = verifier.status(report, strict);
    print(report, status, terminal.out());
    files.ifPresent(f -> write(report, status, f));
    return status.code();
  }

  private void print(VerificationReport report, ExitStatus status, PrintStream out) {
    if (formats.contains("json") && (reportDir.isEmpty() || !formats.contains("text"))) {
      out.print(JsonReport.print(report, status.code()));
    } else {
      out.print(TextReport.table(report));
      out.print(TextReport.unexpectedTraces(report, strict));
    }
    out.flush();
  }

  private void write(VerificationReport report, ExitStatus status, ReportFiles files) {
    files.write("report.txt", TextReport.table(report));
    if (formats.contains("json")) {
      files.write("report.json", JsonReport.print(report, status.code()));
    }
    traces(report).forEach(trace -> write(trace, files));
  }

  /** The traces of all violations, expected or not. */
  static Stream<Counterexample> traces(VerificationReport report) {
    return report.runs().stream()
        .flatMap(
            run ->
                Stream.concat(
                    run.unmodelled().stream(),
                    run.properties().stream().flatMap(p -> p.trace().stream())));
  }

  private static void write(Counterexample trace, ReportFiles files) {
    String stem = "traces/" + trace.fileStem() + ".trace";
    files.write(stem + ".txt", TraceText.oneScreen(trace) + "\n\n" + TraceText.longForm(trace));
    files.write(stem + ".json", TraceJson.print(trace));
  }
}
