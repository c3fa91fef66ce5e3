package org.trapnest.report;

import java.util.List;
import java.util.stream.Collectors;
import org.trapnest.model.Verdict;
import org.trapnest.report.VerificationReport.PropertyVerdict;
import org.trapnest.report.VerificationReport.Run;

/**
 * The committed summary of a verification, in Markdown: no times, so that it only drifts with
 * cause.
 */
public final class Summary {
  private Summary() {}

  /** The tables of models and of ablations. */
  public static String print(VerificationReport report) {
    StringBuilder out = new StringBuilder("# What the models verify to\n\n");
    out.append("Written by `trapnest gate --update`.\n\n").append(models(report)).append('\n');
    out.append("## Defences taken out\n\n");
    out.append("| system | without | caught by |\n|---|---|---|\n");
    for (Run run : report.runs()) {
      run.configuration()
          .ablation()
          .ifPresent(
              a ->
                  out.append(
                      "| %s | %s | %s |%n".formatted(run.model(), a, violated(run, "nothing"))));
    }
    return out.toString();
  }

  /** The table of the runs with all defences. */
  public static String models(VerificationReport report) {
    StringBuilder out = new StringBuilder();
    out.append("| model | configuration | verdict | states | transitions | depth | scope |\n");
    out.append("|---|---|---|---:|---:|---:|---|\n");
    List<Run> whole =
        report.runs().stream().filter(r -> r.configuration().ablation().isEmpty()).toList();
    for (Run run : whole) {
      out.append(
          "| %s | %s | %s | %s | %s | %d | %s |%n"
              .formatted(
                  run.model(),
                  run.configuration().name(),
                  violated(run, run.verdict().printed()),
                  TextReport.grouped(run.statistics().states()),
                  TextReport.grouped(run.statistics().transitions()),
                  run.statistics().depth(),
                  TextReport.scope(run)));
    }
    return out.toString();
  }

  private static String violated(Run run, String otherwise) {
    String violated =
        run.properties().stream()
            .filter(p -> p.verdict() == Verdict.VIOLATED)
            .map(PropertyVerdict::id)
            .collect(Collectors.joining(", "));
    return violated.isEmpty() ? otherwise : "violated: " + violated;
  }
}
