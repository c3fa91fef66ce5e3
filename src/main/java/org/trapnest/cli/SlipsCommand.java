package org.trapnest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.trapnest.asm.FileSources;
import org.trapnest.coverage.CoverageFinder;
import org.trapnest.coverage.Survey;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.report.SlipText;
import org.trapnest.slip.Slip;
import org.trapnest.slip.SlipFinder;
import org.trapnest.slip.SlipResult;
import org.trapnest.slip.SlipResult.Outcome;
import org.trapnest.slip.SlipTrial;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trapnest slips}. */
@Command(
    name = "slips",
    mixinStandardHelpOptions = true,
    description = {
      "Drops, doubles or exchanges lines of a model's code, one at a time, and verifies: a slip that",
      "changes no verdict is in a line that is not needed, or the model does not say why it is.",
      "Lines that no run reaches are left out; coverage lists them."
    },
    footer = {
      "",
      "Example: trapnest slips models/nmi2010/corrected.S --sample 20 --seed 7",
      "Exit: 0 each was decided, 4 a limit was hit by some."
    })
final class SlipsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model file.")
  private Path model = Path.of("");

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description = "Of drop, double and swap; by default all.")
  private List<String> kinds = List.of("drop", "double", "swap");

  @Option(names = "--sample", paramLabel = "N", description = "Only N of them, by lot.")
  private Optional<Integer> sample = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Equal seeds draw equal samples.")
  private long seed = 1;

  @Option(
      names = "--config",
      paramLabel = "NAME=VALUE",
      description = "A switch's value; repeatable. The first configuration that has them counts.")
  private Map<String, Long> config = new LinkedHashMap<>();

  @Option(names = "--properties", paramLabel = "DIR", description = "The properties' folder.")
  private Path properties = Path.of("properties");

  @Mixin private EngineArguments engine = new EngineArguments();

  private final Terminal terminal;

  SlipsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ExplorationOptions options = engine.options(false);
    engine.progress();
    Set<Slip.Kind> wanted = EnumSet.noneOf(Slip.Kind.class);
    kinds.forEach(kind -> wanted.add(EngineArguments.choice(Slip.Kind.class, kind, "--kinds")));
    sample.ifPresent(n -> EngineArguments.require(n >= 1, "--sample takes at least 1"));
    ConfiguredModel configured =
        OneModel.load(
            model, properties, OneModel.wanted(config, Optional.of("none")), terminal.err());
    BitSet reached = reached(configured, options);
    List<Slip> slips = sampled(SlipFinder.find(configured, wanted, reached));
    Loading loading = new Loading(properties, terminal.err());
    SlipTrial trial =
        new SlipTrial(
            configured,
            new FileSources(),
            loading.catalogue(),
            options.besideOthers(options.workers()));
    List<SlipResult> results = results(slips, trial, options.workers());
    terminal.out().print(SlipText.print(OneRun.title(configured), slips.size(), results));
    if (terminal.interrupted().get()) {
      return ExitStatus.INTERRUPTED.code();
    }
    boolean decided = results.stream().noneMatch(r -> r.outcome() == Outcome.UNDECIDED);
    return (decided ? ExitStatus.AS_EXPECTED : ExitStatus.LIMIT).code();
  }

  /**
   * The instructions that some run reaches.
   *
   * @throws Rejection if a limit ends the exploration
   */
  private BitSet reached(ConfiguredModel configured, ExplorationOptions options) {
    Watch watch = new Watch(terminal.err(), engine.progress(), terminal.interrupted());
    Survey survey = Survey.of(configured, options, watch.over(OneRun.title(configured)));
    watch.end();
    if (!survey.complete()) {
      throw new Rejection(
          SurveyArguments.status(survey),
          "the model as it is was not explored to the end: "
              + survey.result().completion().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    BitSet reached = new BitSet();
    CoverageFinder.report(survey).rows().stream()
        .filter(row -> row.index() >= 0)
        .forEach(row -> reached.set(row.index()));
    return reached;
  }

  /** A part of the slips, in their order. */
  private List<Slip> sampled(List<Slip> all) {
    if (sample.isEmpty() || sample.get() >= all.size()) {
      return all;
    }
    List<Slip> drawn = new ArrayList<>(all);
    Collections.shuffle(drawn, new Random(seed));
    return drawn.subList(0, sample.get()).stream()
        .sorted(Comparator.comparingInt(all::indexOf))
        .toList();
  }

  private List<SlipResult> results(List<Slip> slips, SlipTrial trial, int workers) {
    List<Future<SlipResult>> started = new ArrayList<>();
    try (Batch batch = new Batch(workers)) {
      for (Slip slip : slips) {
        if (terminal.interrupted().get()) {
          break;
        }
        started.add(batch.beside(() -> trial.run(slip, terminal.interrupted()::get)));
        if (engine.progress().equals("plain") && started.size() % 10 == 0) {
          terminal.err().println(started.size() + " of " + slips.size() + " slips");
        }
      }
      return started.stream().map(Batch::result).toList();
    }
  }
}
