package org.trapnest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.model.Check;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.EntryModel;
import org.trapnest.report.VerificationReport.Bound;
import org.trapnest.report.VerificationReport.PropertyVerdict;
import org.trapnest.report.VerificationReport.Run;
import org.trapnest.trace.Counterexample;
import org.trapnest.trace.PlainInterpreter;

/** The verdicts on one model in one configuration, with their traces. */
final class OneRun {
  private final ConfiguredModel configured;
  private final PlainInterpreter interpreter;
  private final EntryModel system;
  private final boolean reduced;

  OneRun(ConfiguredModel configured) {
    this.configured = configured;
    this.interpreter = new PlainInterpreter(configured);
    this.reduced = isDeep() && !configured.variant().latches();
    EntryModel every = configured.transitionSystem();
    this.system = reduced ? every.withoutForcedStates() : every;
  }

  private boolean isDeep() {
    return configured.model().isDeep(configured.configuration());
  }

  /** The model and configuration, as tables write it. */
  static String title(ConfiguredModel configured) {
    return configured.model().name() + " [" + configured.configuration().name() + "]";
  }

  /** What is to be explored: of a deep configuration the states with a choice. */
  EntryModel system() {
    return system;
  }

  /**
   * Confirms each violation and words each verdict.
   *
   * @param reported the properties that are asked for; all where it is empty
   */
  Run report(ExplorationResult found, List<String> reported, String store) {
    ExplorationResult result = found.withPaths(system::unrolled);
    Optional<Counterexample> unmodelled =
        result
            .violation(EntryModel.UNMODELLED_CHECK)
            .map(v -> interpreter.confirm(Optional.empty(), v.path()));
    List<PropertyVerdict> verdicts = new ArrayList<>();
    for (int i = 0; i < configured.checks().size(); i++) {
      Check check = configured.checks().get(i);
      if (reported.isEmpty() || reported.contains(check.id())) {
        verdicts.add(verdict(check, i + 1, result));
      }
    }
    return new Run(
        configured.model().name(),
        configured.model().file().path(),
        configured.configuration(),
        isDeep(),
        configured.contentHash(),
        result.completion(),
        result.statistics(),
        system.passedOver(),
        result.digest(),
        bounds(result),
        configured.machine().marks().hiddenReasons(),
        reductions(),
        system.deliveries(),
        store,
        unmodelled,
        verdicts);
  }

  private List<String> reductions() {
    List<String> reductions = new ArrayList<>(configured.machine().reductions());
    if (reduced) {
      reductions.add("forced steps");
    }
    return reductions;
  }

  private PropertyVerdict verdict(Check check, int engineCheck, ExplorationResult result) {
    Optional<Counterexample> trace =
        result.violation(engineCheck).map(v -> interpreter.confirm(Optional.of(check), v.path()));
    return new PropertyVerdict(
        check.id(), check.verdict(engineCheck, result), check.expected(), trace);
  }

  private List<Bound> bounds(ExplorationResult result) {
    List<String> names = system.boundNames();
    int machineBounds = system.machine().boundNames().size();
    List<Bound> bounds = new ArrayList<>();
    for (int i = 0; i < result.cuts().size(); i++) {
      if (result.cuts().get(i) > 0) {
        boolean ending = i >= machineBounds;
        bounds.add(new Bound(names.get(i), ending, result.cuts().get(i)));
      }
    }
    return bounds;
  }
}
