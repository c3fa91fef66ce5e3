package org.trapnest.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.explore.Statistics;
import org.trapnest.model.Configuration;
import org.trapnest.model.Verdict;
import org.trapnest.trace.Counterexample;

/**
 * What a verification found: the input of every report format.
 *
 * @param runs one for each model and configuration
 * @param skipped the configurations that their models mark as deep, when those were not asked for
 */
public record VerificationReport(List<Run> runs, List<Skipped> skipped) {

  public VerificationReport {
    runs = List.copyOf(runs);
    skipped = List.copyOf(skipped);
  }

  /**
   * A configuration that was not explored.
   *
   * @param contentHash the hash of what was read
   */
  public record Skipped(String model, Configuration configuration, String contentHash) {

    /** The model and configuration, as tables write it. */
    public String title() {
      return model + " [" + configuration.name() + "]";
    }
  }

  /**
   * One exploration.
   *
   * @param model the model's name
   * @param file its file
   * @param configuration the configuration
   * @param deep whether the model marks the configuration as deep
   * @param contentHash the hash of what was read
   * @param completion how the exploration ended
   * @param statistics its counts
   * @param passedOver how many states with one successor were checked and not stored
   * @param digest of the reachable states
   * @param bounds the bounds that cut, in words, with how often
   * @param hidden the reasons of atomic ranges
   * @param reductions what kept the state space small without changing verdicts
   * @param deliveries where each event was delivered, by its name in the manuals
   * @param store the store's name
   * @param unmodelled the trace to behaviour without a rule, if it was reached
   * @param properties the verdicts
   */
  public record Run(
      String model,
      String file,
      Configuration configuration,
      boolean deep,
      String contentHash,
      ExplorationResult.Completion completion,
      Statistics statistics,
      long passedOver,
      String digest,
      List<Bound> bounds,
      List<String> hidden,
      List<String> reductions,
      Map<String, List<String>> deliveries,
      String store,
      Optional<Counterexample> unmodelled,
      List<PropertyVerdict> properties) {

    public Run {
      bounds = List.copyOf(bounds);
      hidden = List.copyOf(hidden);
      reductions = List.copyOf(reductions);
      properties = List.copyOf(properties);
    }

    /** Whether everything reachable under the bounds was explored, or all was decided. */
    public boolean complete() {
      return completion == ExplorationResult.Completion.COMPLETE
          || completion == ExplorationResult.Completion.DECIDED;
    }

    /** The worst verdict: unmodelled, violated, incomplete, vacuous, holds, in this order. */
    public Verdict verdict() {
      if (unmodelled.isPresent()) {
        return Verdict.UNMODELLED;
      }
      for (Verdict worst : List.of(Verdict.VIOLATED, Verdict.INCOMPLETE, Verdict.VACUOUS)) {
        if (properties.stream().anyMatch(p -> p.verdict() == worst)) {
          return worst;
        }
      }
      return complete() ? Verdict.HOLDS : Verdict.INCOMPLETE;
    }
  }

  /**
   * What kept the exploration from going on, and how often.
   *
   * @param name in words
   * @param ending whether it is a property whose violation ends paths, not a bound on events
   * @param cuts how often, at least once
   */
  public record Bound(String name, boolean ending, long cuts) {}

  /**
   * The verdict on one property.
   *
   * @param trace of a violation
   */
  public record PropertyVerdict(
      String id, Verdict verdict, Verdict expected, Optional<Counterexample> trace) {

    public boolean asExpected() {
      return verdict == expected;
    }
  }
}
