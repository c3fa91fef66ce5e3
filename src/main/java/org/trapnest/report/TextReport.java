package org.trapnest.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.trapnest.model.Verdict;
import org.trapnest.report.VerificationReport.Bound;
import org.trapnest.report.VerificationReport.PropertyVerdict;
import org.trapnest.report.VerificationReport.Run;

/** The table of a verification, and the traces of what was not expected. */
public final class TextReport {
  private TextReport() {}

  /** One line for each run, lines for what needs words, and a closing line; nothing for nothing. */
  public static String table(VerificationReport report) {
    if (report.runs().isEmpty() && report.skipped().isEmpty()) {
      return "";
    }
    int widest = 24;
    for (Run run : report.runs()) {
      widest = Math.max(widest, title(run).length());
    }
    StringBuilder out = new StringBuilder();
    String format = "%-" + widest + "s  %-24s %12s %12s %6s %7s  %s%n";
    out.append(
        String.format(
            Locale.ROOT,
            format,
            "model [configuration]",
            "verdict",
            "states",
            "transitions",
            "depth",
            "seconds",
            "scope"));
    for (Run run : report.runs()) {
      out.append(
          String.format(
              Locale.ROOT,
              format,
              title(run),
              verdict(run),
              grouped(run.statistics().states()),
              grouped(run.statistics().transitions()),
              run.statistics().depth(),
              String.format(Locale.ROOT, "%.1f", run.statistics().seconds()),
              scope(run)));
      details(run, out);
    }
    out.append(closing(report));
    if (!report.skipped().isEmpty()) {
      out.append(
          "%d deep configurations were not explored; --deep does%n"
              .formatted(report.skipped().size()));
    }
    return out.toString();
  }

  private static String title(Run run) {
    return run.model() + " [" + run.configuration().name() + "]";
  }

  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String verdict(Run run) {
    boolean expected = run.properties().stream().allMatch(PropertyVerdict::asExpected);
    long violated = count(run, Verdict.VIOLATED);
    String verdict = run.verdict().printed();
    if (run.verdict() == Verdict.VIOLATED) {
      verdict += " (" + violated + " of " + run.properties().size() + ")";
    }
    boolean judged = run.unmodelled().isEmpty() && count(run, Verdict.INCOMPLETE) == 0;
    return judged ? verdict + (expected ? ", expected" : ", UNEXPECTED") : verdict;
  }

  private static long count(Run run, Verdict verdict) {
    return run.properties().stream().filter(p -> p.verdict() == verdict).count();
  }

  /** For which runs of the machine the verdict speaks. */
  static String scope(Run run) {
    if (!run.complete()) {
      return run.completion().name().toLowerCase(Locale.ROOT).replace('_', ' ')
          + ", "
          + grouped(run.statistics().waiting())
          + " states waiting";
    }
    String store = run.store().equals("hash128") ? "probabilistic, " : "";
    String bounds =
        run.bounds().stream()
            .map(b -> b.name() + " (" + (b.ending() ? "" : "cut ") + grouped(b.cuts()) + " times)")
            .collect(Collectors.joining("; "));
    boolean anyDepth = run.bounds().stream().allMatch(Bound::ending);
    return store
        + "complete: any number of events, "
        + (anyDepth ? "nested to any depth" + (bounds.isEmpty() ? "" : "; ") : "")
        + bounds
        + (run.passedOver() == 0
            ? ""
            : "; only states with a choice are counted, "
                + grouped(run.passedOver())
                + " more were passed over");
  }

  private static void details(Run run, StringBuilder out) {
    long undecided = count(run, Verdict.INCOMPLETE);
    if (undecided > 0) {
      out.append(
          "    undecided: %d of %d properties%n".formatted(undecided, run.properties().size()));
    }
    for (PropertyVerdict property : run.properties()) {
      if (property.verdict() == Verdict.INCOMPLETE) {
        continue;
      }
      if (property.verdict() != Verdict.HOLDS || !property.asExpected()) {
        String length = property.trace().map(t -> " in " + t.length() + " steps").orElse("");
        String expected =
            property.asExpected() ? "" : "  (expected: " + property.expected().printed() + ")";
        out.append(
            "    %s: %s%s%s%n"
                .formatted(property.id(), property.verdict().printed(), length, expected));
      }
    }
    run.unmodelled()
        .ifPresent(t -> out.append("    unmodelled: reached in %d steps%n".formatted(t.length())));
  }

  private static String closing(VerificationReport report) {
    List<Run> runs = report.runs();
    long asExpected =
        runs.stream()
            .filter(r -> r.complete() && r.unmodelled().isEmpty())
            .filter(r -> r.properties().stream().allMatch(PropertyVerdict::asExpected))
            .count();
    String counts = "%d runs, %d complete and as expected%n".formatted(runs.size(), asExpected);
    String reductions =
        runs.stream()
            .flatMap(r -> r.reductions().stream())
            .distinct()
            .collect(Collectors.joining(", "));
    return reductions.isEmpty()
        ? counts
        : counts + "reductions: %s; --no-reduction does without%n".formatted(reductions);
  }

  /** The traces of unexpected violations and of unmodelled behaviour, a screen each. */
  public static String unexpectedTraces(VerificationReport report, boolean strict) {
    StringBuilder out = new StringBuilder();
    for (Run run : report.runs()) {
      run.unmodelled()
          .ifPresent(
              t ->
                  out.append("\nthe machine has no rule for the end of this run:\n")
                      .append(TraceText.oneScreen(t)));
      run.properties().stream()
          .filter(p -> strict || !p.asExpected())
          .flatMap(p -> p.trace().stream())
          .forEach(t -> out.append('\n').append(TraceText.oneScreen(t)));
    }
    return out.toString();
  }
}
