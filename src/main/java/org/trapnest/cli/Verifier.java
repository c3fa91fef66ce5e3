package org.trapnest.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.trapnest.explore.CheckpointRefusal;
import org.trapnest.explore.Exploration;
import org.trapnest.explore.ExplorationMonitor;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.model.Configuration;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.Model;
import org.trapnest.model.Verdict;
import org.trapnest.report.VerificationReport;
import org.trapnest.report.VerificationReport.PropertyVerdict;
import org.trapnest.report.VerificationReport.Run;
import org.trapnest.report.VerificationReport.Skipped;

/** Verifies models, several configurations at a time, and gathers the verdicts in their order. */
final class Verifier {
  private final ExplorationArguments arguments;
  private final PrintStream err;
  private final ExplorationOptions options;
  private final Selection selection;
  private final Loading loading;
  private final AtomicBoolean interrupted;
  private final Watch watch;

  Verifier(ExplorationArguments arguments, PrintStream err, AtomicBoolean interrupted) {
    this.arguments = arguments;
    this.err = err;
    this.options = arguments.options();
    this.selection = arguments.selection();
    this.interrupted = interrupted;
    this.watch = new Watch(err, arguments.engine().progress(), interrupted);
    arguments.variant();
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
    List<Model> models =
        ModelFiles.find(arguments.paths()).stream()
            .map(loading::load)
            .flatMap(Optional::stream)
            .toList();
    int asked = models.stream().mapToInt(m -> selection.of(m).size()).sum();
    if (asked == 0 && !loading.rejectedAny() && !interrupted.get()) {
      throw new Rejection(
          ExitStatus.USAGE, "no model has a configuration that --config and --ablation ask for");
    }
    List<Skipped> skipped = new ArrayList<>();
    List<Started> started = new ArrayList<>();
    try (Batch batch = new Batch(options.workers())) {
      boolean besideOthers = asked > 1 && !arguments.keepsSearches();
      for (Model model : models) {
        start(model, besideOthers, batch, started, skipped);
      }
      List<Run> runs = new ArrayList<>();
      for (Started run : started) {
        runs.add(finished(run, batch));
      }
      return new VerificationReport(runs, skipped);
    } finally {
      watch.end();
    }
  }

  /** A configuration whose exploration has begun, beside others or alone. */
  private record Started(ConfiguredModel configured, boolean beside, Future<Run> run) {}

  private void start(
      Model model,
      boolean besideOthers,
      Batch batch,
      List<Started> started,
      List<Skipped> skipped) {
    for (Configuration configuration : selection.of(model)) {
      if (interrupted.get()) {
        return;
      }
      Optional<ConfiguredModel> linked = loading.configure(model, configuration);
      if (linked.isEmpty()) {
        return;
      }
      if (selection.passesOver(model, configuration)) {
        skipped.add(new Skipped(model.name(), configuration, linked.get().contentHash()));
      } else {
        ConfiguredModel configured = linked.get().as(arguments.variant());
        boolean beside = besideOthers && !model.isDeep(configuration);
        ExplorationOptions how = beside ? options.besideOthers(options.workers()) : options;
        Supplier<Run> job = () -> run(configured, how);
        started.add(new Started(configured, beside, beside ? batch.beside(job) : batch.alone(job)));
      }
    }
  }

  /** The result of a run; one that a share of the memory was too small for runs again, alone. */
  private Run finished(Started started, Batch batch) {
    Run run = Batch.result(started.run());
    return started.beside() && run.completion() == Completion.MEMORY_LIMIT
        ? Batch.result(batch.alone(() -> run(started.configured(), options)))
        : run;
  }

  private Run run(ConfiguredModel configured, ExplorationOptions how) {
    OneRun run = new OneRun(configured);
    ExplorationMonitor monitor = watch.over(OneRun.title(configured));
    try {
      ExplorationResult result =
          Exploration.run(run.system(), how, monitor, arguments.checkpoints(configured, err));
      watch.end();
      return run.report(result, arguments.property(), arguments.engine().storeName());
    } catch (CheckpointRefusal refusal) {
      throw new Rejection(ExitStatus.USAGE, refusal.getMessage());
    }
  }

  /** The exit status of a report, by the ranking of a batch. */
  ExitStatus status(VerificationReport report, boolean strict) {
    ExitStatus status = ExitStatus.AS_EXPECTED;
    for (Run run : report.runs()) {
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
