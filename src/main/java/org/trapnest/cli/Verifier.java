package org.trapnest.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.trapnest.explore.CheckpointRefusal;
import org.trapnest.explore.ChoicePoints;
import org.trapnest.explore.Exploration;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.model.Check;
import org.trapnest.model.Configuration;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.EntryModel;
import org.trapnest.model.Model;
import org.trapnest.model.Verdict;
import org.trapnest.report.VerificationReport;
import org.trapnest.report.VerificationReport.Bound;
import org.trapnest.report.VerificationReport.PropertyVerdict;
import org.trapnest.report.VerificationReport.Skipped;
import org.trapnest.trace.Counterexample;
import org.trapnest.trace.PlainInterpreter;
import org.trapnest.transition.TransitionSystem;

/** Verifies models one after the other and gathers the verdicts. */
final class Verifier {
  private final ExplorationArguments arguments;
  private final PrintStream err;
  private final ExplorationOptions options;
  private final Loading loading;
  private final AtomicBoolean interrupted;
  private final Watch watch;
  private final List<VerificationReport.Run> runs = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private int configurations;

  Verifier(ExplorationArguments arguments, PrintStream err, AtomicBoolean interrupted) {
    this.arguments = arguments;
    this.err = err;
    this.options = arguments.options();
    this.interrupted = interrupted;
    this.watch = new Watch(err, arguments.engine().progress(), interrupted);
    arguments.nesting();
    arguments.requireConsistency();
    this.loading = new Loading(arguments.properties(), err);
    requireKnownProperties();
  }

  private void requireKnownProperties() {
    for (String id : arguments.property()) {
      if (loading.catalogue().stream().noneMatch(p -> p.id().equals(id))) {
        throw new Rejection(ExitStatus.USAGE, "there is no property '" + id + "'");
      }
    }
  }

  /** Whether a model was rejected. */
  boolean rejectedAny() {
    return loading.rejectedAny();
  }

  /** Verifies every model and configuration that the command line names. */
  VerificationReport verify() {
    for (ModelFiles.Found file : ModelFiles.find(arguments.paths())) {
      Optional<Model> model = loading.load(file);
      if (model.isPresent()) {
        verify(model.get());
      }
    }
    if (configurations == 0 && !loading.rejectedAny() && !interrupted.get()) {
      throw new Rejection(
          ExitStatus.USAGE, "no model has a configuration that --config and --ablation ask for");
    }
    return new VerificationReport(runs, skipped);
  }

  private void verify(Model model) {
    for (Configuration configuration : model.configurations()) {
      if (!selected(configuration) || interrupted.get()) {
        continue;
      }
      configurations++;
      Optional<ConfiguredModel> configured = loading.configure(model, configuration);
      if (configured.isEmpty()) {
        return;
      }
      if (skips(model, configuration)) {
        skipped.add(new Skipped(model.name(), configuration, configured.get().contentHash()));
      } else {
        runs.add(run(bounded(configured.get())));
      }
    }
  }

  /**
   * A deep configuration runs when it is asked for: by --deep, or by the values that make it so.
   */
  private boolean skips(Model model, Configuration configuration) {
    boolean named =
        model.deep().stream()
            .filter(configuration::meets)
            .anyMatch(
                when ->
                    when.keySet().stream()
                        .allMatch(
                            name ->
                                arguments.config().containsKey(name)
                                    || arguments.ablation().filter(name::equals).isPresent()));
    return model.isDeep(configuration) && !arguments.deep() && !named;
  }

  private boolean selected(Configuration configuration) {
    for (Map.Entry<String, Long> wanted : arguments.config().entrySet()) {
      if (!wanted.getValue().equals(configuration.values().get(wanted.getKey()))) {
        return false;
      }
    }
    return arguments.ablation().isEmpty()
        || configuration.ablation().orElse("none").equals(arguments.ablation().get());
  }

  private ConfiguredModel bounded(ConfiguredModel configured) {
    return arguments.nesting().map(configured::withNesting).orElse(configured);
  }

  /** All properties are checked, so that no path ends unseen; these are reported. */
  private boolean reported(Check check) {
    return arguments.property().isEmpty() || arguments.property().contains(check.id());
  }

  private ExplorationResult explore(ConfiguredModel configured, TransitionSystem system) {
    try {
      return Exploration.run(system, options, watch, arguments.checkpoints(configured, err));
    } catch (CheckpointRefusal refusal) {
      watch.end();
      throw new Rejection(ExitStatus.USAGE, refusal.getMessage());
    }
  }

  private VerificationReport.Run run(ConfiguredModel configured) {
    String title = configured.model().name() + " [" + configured.configuration().name() + "]";
    watch.begin(title);
    EntryModel system = configured.transitionSystem();
    boolean deep = configured.model().isDeep(configured.configuration());
    Optional<ChoicePoints> choicePoints =
        deep ? Optional.of(new ChoicePoints(system)) : Optional.empty();
    ExplorationResult found = explore(configured, deep ? choicePoints.get() : system);
    long passedOver = choicePoints.map(ChoicePoints::passedOver).orElse(0L);
    ExplorationResult result = choicePoints.map(c -> found.withPaths(c::unrolled)).orElse(found);
    watch.end();
    PlainInterpreter interpreter = new PlainInterpreter(configured);
    Optional<Counterexample> unmodelled =
        result
            .violation(EntryModel.UNMODELLED_CHECK)
            .map(v -> interpreter.confirm(Optional.empty(), v.path()));
    List<PropertyVerdict> verdicts = new ArrayList<>();
    for (int i = 0; i < configured.checks().size(); i++) {
      if (reported(configured.checks().get(i))) {
        verdicts.add(verdict(configured.checks().get(i), i + 1, result, interpreter));
      }
    }
    return new VerificationReport.Run(
        configured.model().name(),
        configured.model().file().path(),
        configured.configuration(),
        deep,
        configured.contentHash(),
        result.completion(),
        result.statistics(),
        passedOver,
        result.digest(),
        bounds(system, result),
        configured.machine().marks().hiddenReasons(),
        system.deliveries(),
        arguments.engine().storeName(),
        unmodelled,
        verdicts);
  }

  private static PropertyVerdict verdict(
      Check check, int engineCheck, ExplorationResult result, PlainInterpreter interpreter) {
    Optional<Counterexample> trace =
        result.violation(engineCheck).map(v -> interpreter.confirm(Optional.of(check), v.path()));
    boolean reached = (result.reached() >>> engineCheck & 1) != 0;
    boolean complete =
        result.completion() == ExplorationResult.Completion.COMPLETE
            && (result.undecided() >>> engineCheck & 1) == 0;
    Verdict verdict;
    if (trace.isPresent()) {
      verdict = Verdict.VIOLATED;
    } else if (!complete) {
      verdict = Verdict.INCOMPLETE;
    } else if (reached) {
      verdict = Verdict.HOLDS;
    } else {
      boolean mustBeReached = check.property().declaration().mustBeReached();
      verdict = mustBeReached ? Verdict.VIOLATED : Verdict.VACUOUS;
    }
    return new PropertyVerdict(check.id(), verdict, check.expected(), trace);
  }

  private static List<Bound> bounds(EntryModel system, ExplorationResult result) {
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

  /** The exit status of a report, by the ranking of a batch. */
  ExitStatus status(VerificationReport report, boolean strict) {
    ExitStatus status = ExitStatus.AS_EXPECTED;
    for (VerificationReport.Run run : report.runs()) {
      if (run.unmodelled().isPresent()) {
        status = status.worse(ExitStatus.UNMODELLED);
      }
      for (PropertyVerdict property : run.properties()) {
        status = status.worse(status(property, strict));
      }
      if (!run.complete()) {
        status = status.worse(ExitStatus.LIMIT);
      }
    }
    if (loading.rejectedAny()) {
      status = status.worse(ExitStatus.REJECTED);
    }
    return interrupted.get() ? ExitStatus.INTERRUPTED : status;
  }

  private static ExitStatus status(PropertyVerdict property, boolean strict) {
    if (property.verdict() == Verdict.INCOMPLETE) {
      return ExitStatus.LIMIT;
    }
    boolean fine = strict ? property.verdict() == Verdict.HOLDS : property.asExpected();
    return fine ? ExitStatus.AS_EXPECTED : ExitStatus.DIFFERS;
  }
}
