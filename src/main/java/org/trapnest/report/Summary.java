package org.trapnest.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.model.Verdict;

/**
 * The committed summary of a baseline, in Markdown: no times, so that it only drifts with cause.
 */
public final class Summary {
  private Summary() {}

  /** The tables of models and of ablations. */
  public static String print(Baseline baseline) {
    StringBuilder out = new StringBuilder("# What the models verify to\n\n");
    out.append("Written by `trapnest gate --update`.\n\n").append(models(baseline)).append('\n');
    out.append("## Defences taken out\n\n");
    out.append("| system | without | caught by |\n|---|---|---|\n");
    for (Baseline.Entry entry : baseline.entries()) {
      entry
          .ablation()
          .ifPresent(
              a ->
                  out.append(
                      "| %s | %s | %s |%n".formatted(entry.model(), a, verdict(entry, "nothing"))));
    }
    return out.toString();
  }

  /** The table of the runs with all defences. */
  private static String models(Baseline baseline) {
    StringBuilder out = new StringBuilder();
    out.append("| model | configuration | verdict | states | transitions | depth | scope |\n");
    out.append("|---|---|---|---:|---:|---:|---|\n");
    List<Baseline.Entry> whole =
        baseline.entries().stream().filter(e -> e.ablation().isEmpty()).toList();
    for (Baseline.Entry entry : whole) {
      out.append(
          "| %s | %s | %s | %s | %s | %d | %s |%n"
              .formatted(
                  entry.model(),
                  entry.configuration() + (entry.deep() ? " (deep)" : ""),
                  verdict(entry, "holds"),
                  TextReport.grouped(entry.states()),
                  TextReport.grouped(entry.transitions()),
                  entry.depth(),
                  entry.scope()));
    }
    return out.toString();
  }

  /** What is violated, else what is vacuous, else a word for a run in which everything holds. */
  private static String verdict(Baseline.Entry entry, String otherwise) {
    for (Verdict worst : List.of(Verdict.VIOLATED, Verdict.VACUOUS)) {
      Optional<String> which = properties(entry, worst);
      if (which.isPresent()) {
        return worst.printed() + ": " + which.get();
      }
    }
    return otherwise;
  }

  private static Optional<String> properties(Baseline.Entry entry, Verdict verdict) {
    List<String> ids =
        entry.verdicts().entrySet().stream()
            .filter(e -> e.getValue().equals(verdict.printed()))
            .map(Map.Entry::getKey)
            .toList();
    return ids.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", ids));
  }
}
