package org.trapnest.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.explore.Checkpoints;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.Variant;
import org.trapnest.report.Version;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands that explore have in common. */
final class ExplorationArguments {
  private static final int MOST_STEM = 200;

  @Parameters(
      paramLabel = "PATH",
      description = "Model files (*.S) or folders of them; by default models.")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = "--properties",
      paramLabel = "DIR",
      description = "The folder of *.prop files; by default properties.")
  private Path properties = Path.of("properties");

  @Option(
      names = "--config",
      paramLabel = "NAME=VALUE",
      description = "Only configurations in which a switch has this value; repeatable.")
  private Map<String, Long> config = new LinkedHashMap<>();

  @Option(
      names = "--ablation",
      paramLabel = "NAME",
      description = "Only the run without this defence; 'none': only runs with all of them.")
  private Optional<String> ablation = Optional.empty();

  @Option(
      names = "--deep",
      description = "Also the configurations that their models mark as deep: large ones.")
  private boolean deep;

  @Option(names = "--property", paramLabel = "ID", description = "Only this property; repeatable.")
  private List<String> property = new ArrayList<>();

  @Mixin private EngineArguments engine = new EngineArguments();

  @Option(
      names = "--nesting",
      paramLabel = "N",
      description = "Another bound on live contexts than the model's, 1 to 15.")
  private Optional<Integer> nesting = Optional.empty();

  @Option(
      names = "--no-reduction",
      description = {
        "Latch NMIs and IRQs that arrive masked where they arrive, instead of offering them where",
        "the mask opens, and store every state of deep configurations: the same verdicts from more",
        "states."
      })
  private boolean latches;

  @Option(
      names = "--continue",
      description = "Explore everything even when every property is decided.")
  private boolean continueAfterViolations;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = {
        "Keep each search there, at intervals, at limits and when interrupted,",
        "so that --resume can continue it."
      })
  private Optional<Path> checkpoint = Optional.empty();

  @Option(
      names = "--checkpoint-every",
      paramLabel = "TIME",
      description = "The least time between two checkpoints, by default 5m.")
  private String checkpointEvery = "5m";

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "Continue the searches that are kept there; others begin anew.")
  private Optional<Path> resume = Optional.empty();

  List<Path> paths() {
    return paths.isEmpty() ? List.of(Path.of("models")) : paths;
  }

  Path properties() {
    return properties;
  }

  /** Which configurations run. */
  Selection selection() {
    return new Selection(config, ablation, deep);
  }

  /** Whether searches are kept in files, or continued from there. */
  boolean keepsSearches() {
    return checkpoint.isPresent() || resume.isPresent();
  }

  /** Whether whole models are verified as they are: every configuration, property and bound. */
  boolean unfiltered() {
    return config.isEmpty()
        && ablation.isEmpty()
        && property.isEmpty()
        && variant().equals(Variant.AS_WRITTEN);
  }

  List<String> property() {
    return property;
  }

  /** How the models are explored otherwise than their texts say. */
  Variant variant() {
    nesting.ifPresent(
        n -> EngineArguments.require(n >= 1 && n <= 15, "--nesting takes 1 to 15, not " + n));
    return new Variant(nesting, latches);
  }

  EngineArguments engine() {
    return engine;
  }

  /** The options of the engine. */
  ExplorationOptions options() {
    return engine.options(continueAfterViolations);
  }

  /** Where the search of a configuration is kept, and continued from. */
  Checkpoints checkpoints(ConfiguredModel configured, PrintStream err) {
    String name = configured.model().name() + " " + configured.configuration().name();
    String stem = name.replaceAll("[^A-Za-z0-9.=_-]+", "-");
    String file = stem.substring(0, Math.min(MOST_STEM, stem.length())) + ".checkpoint";
    Map<String, String> identity =
        Map.of(
            "version", Version.current(),
            "model and configuration", name,
            "content", configured.contentHash(),
            "nesting", nesting.map(String::valueOf).orElse("of the model"),
            "reduction", latches ? "off" : "on");
    return new Checkpoints(
        checkpoint.map(folder -> folder.resolve(file)),
        resume.map(folder -> folder.resolve(file)),
        identity,
        EngineArguments.nanoseconds("--checkpoint-every", checkpointEvery),
        reason -> err.println("trapnest: " + reason));
  }

  /** Rejects options that do not go together. */
  void requireConsistency() {
    EngineArguments.require(
        resume.isEmpty() || Files.isDirectory(resume.get()),
        "--resume: there is no folder '" + resume.map(Path::toString).orElse("") + "'");
    EngineArguments.nanoseconds("--checkpoint-every", checkpointEvery);
  }
}
