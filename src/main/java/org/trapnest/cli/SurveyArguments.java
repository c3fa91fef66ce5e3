package org.trapnest.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.coverage.Survey;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.model.ConfiguredModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that look at every boundary of a model have in common. */
final class SurveyArguments {
  @Option(
      names = "--config",
      paramLabel = "NAME=VALUE",
      description = "A switch's value; repeatable. The first configuration that has them counts.")
  private Map<String, Long> config = new LinkedHashMap<>();

  @Option(names = "--ablation", paramLabel = "NAME", description = "The defence to leave out.")
  private Optional<String> ablation = Optional.empty();

  @Option(names = "--properties", paramLabel = "DIR", description = "The properties' folder.")
  private Path properties = Path.of("properties");

  @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json.")
  private String format = "text";

  @Mixin private EngineArguments engine = new EngineArguments();

  boolean json() {
    EngineArguments.require(
        List.of("text", "json").contains(format), "--format takes text or json");
    return format.equals("json");
  }

  /** Explores a model in the configuration that is asked for. */
  Survey survey(Path model, Terminal terminal) {
    json();
    ConfiguredModel configured =
        OneModel.load(model, properties, OneModel.wanted(config, ablation), terminal.err());
    Watch watch = new Watch(terminal.err(), engine.progress(), terminal.interrupted());
    Survey survey =
        Survey.of(configured, engine.options(true), watch.over(configured.model().name()));
    watch.end();
    return survey;
  }

  /** The status of a report: whether everything reachable is in it. */
  static ExitStatus status(Survey survey) {
    if (survey.result().completion() == Completion.INTERRUPTED) {
      return ExitStatus.INTERRUPTED;
    }
    return survey.complete() ? ExitStatus.AS_EXPECTED : ExitStatus.LIMIT;
  }
}
