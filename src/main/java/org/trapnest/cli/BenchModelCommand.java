package org.trapnest.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.EntryModel;
import org.trapnest.report.Measurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trapnest bench model}. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Explores a model in one configuration, with all its properties, to the end.",
    footer = {
      "",
      "Example: trapnest bench model models/ibrs/nmi-saves-restores.S --config DEPTH=3"
    })
final class BenchModelCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model file.")
  private Path model = Path.of("");

  @Option(
      names = "--config",
      paramLabel = "NAME=VALUE",
      description = "A switch's value; repeatable. The first configuration that has them counts.")
  private Map<String, Long> config = new LinkedHashMap<>();

  @Option(names = "--ablation", paramLabel = "NAME", description = "The defence to leave out.")
  private Optional<String> ablation = Optional.empty();

  @Option(names = "--properties", paramLabel = "DIR", description = "The properties' folder.")
  private Path properties = Path.of("properties");

  @Mixin private BenchCommand.Arguments arguments;

  private final Terminal terminal;

  BenchModelCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    arguments.options();
    ConfiguredModel configured =
        OneModel.load(model, properties, OneModel.wanted(config, ablation), terminal.err());
    String title = configured.model().name() + " [" + configured.configuration().name() + "]";
    EntryModel system = configured.transitionSystem();
    ExplorationResult result = arguments.explore(system, title, terminal);
    Measurement measurement =
        new Measurement(
            "model",
            title,
            parameters(configured),
            system.wordCount(),
            arguments.options(),
            arguments.warmUp(),
            result,
            Optional.empty());
    return arguments.print(measurement, terminal);
  }

  private static Map<String, Object> parameters(ConfiguredModel configured) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("model", configured.model().name());
    parameters.put("configuration", configured.configuration().name());
    parameters.putAll(configured.configuration().values());
    return parameters;
  }
}
