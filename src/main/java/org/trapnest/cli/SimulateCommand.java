package org.trapnest.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.trapnest.explore.Simulation;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.report.TraceJson;
import org.trapnest.report.TraceText;
import org.trapnest.trace.Counterexample;
import org.trapnest.trace.PlainInterpreter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trapnest simulate}. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Prints one random run of a model as a trace.",
    footer = {"", "Example: trapnest simulate models/ibrs/nmi-sets-always.S --seed 7 --steps 40"})
final class SimulateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model file.")
  private Path model = Path.of("");

  @Option(names = "--seed", paramLabel = "N", description = "Equal seeds give equal runs.")
  private long seed = 1;

  @Option(names = "--steps", paramLabel = "N", description = "The most steps; by default 100.")
  private int steps = 100;

  @Option(names = "--config", paramLabel = "NAME=VALUE", description = "A switch's value.")
  private Map<String, Long> config = new LinkedHashMap<>();

  @Option(names = "--ablation", paramLabel = "NAME", description = "The defence to leave out.")
  private Optional<String> ablation = Optional.empty();

  @Option(names = "--properties", paramLabel = "DIR", description = "The properties' folder.")
  private Path properties = Path.of("properties");

  @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json.")
  private String format = "text";

  private final Terminal terminal;

  SimulateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (steps < 0 || !List.of("text", "json").contains(format)) {
      throw new Rejection(ExitStatus.USAGE, "--steps takes 0 or more, --format text or json");
    }
    ConfiguredModel configured =
        OneModel.load(model, properties, OneModel.wanted(config, ablation), terminal.err());
    List<Integer> path = Simulation.run(configured.transitionSystem(), seed, steps);
    Counterexample run = new PlainInterpreter(configured).follow(Optional.empty(), path).run();
    terminal.out().print(format.equals("json") ? TraceJson.print(run) : TraceText.longForm(run));
    return ExitStatus.AS_EXPECTED.code();
  }
}
