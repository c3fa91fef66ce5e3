package org.trapnest.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.trapnest.bench.Nest;
import org.trapnest.bench.NestReference;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.report.Measurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trapnest bench nest}. */
@Command(
    name = "nest",
    mixinStandardHelpOptions = true,
    description = {
      "Explores nest(D,L,P), a family of systems whose counts are known from other programs.",
      "D levels of L steps each; with P = 1 events arrive through latches."
    },
    footer = {"", "Example: trapnest bench nest 4 16 0 --vector fat --workers 2 --format json"})
final class BenchNestCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "D", description = "Levels, 1 to 7.")
  private int levels;

  @Parameters(index = "1", paramLabel = "L", description = "Steps of each level, 12 to 64.")
  private int steps;

  @Parameters(index = "2", paramLabel = "P", description = "Latches: 0 or 1.")
  private int latches;

  @Option(
      names = "--vector",
      paramLabel = "VECTOR",
      description = "fat (default): 65 words a state; thin: 2 words, the same graph.")
  private String vector = "fat";

  @Mixin private BenchCommand.Arguments arguments;

  private final Terminal terminal;

  BenchNestCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Nest nest = nest();
    String title = nest.instance() + " " + vector;
    ExplorationResult result = arguments.explore(nest, title, terminal);
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("levels", levels);
    parameters.put("steps", steps);
    parameters.put("latches", latches);
    parameters.put("vector", vector);
    Measurement measurement =
        new Measurement(
            "nest",
            title,
            parameters,
            nest.wordCount(),
            arguments.options(),
            arguments.warmUp(),
            result,
            NestReference.of(nest).map(NestReference::counts));
    return arguments.print(measurement, terminal);
  }

  private Nest nest() {
    EngineArguments.require(latches == 0 || latches == 1, "P is 0 or 1, not " + latches);
    Nest.Vector form = EngineArguments.choice(Nest.Vector.class, vector, "--vector");
    try {
      return Nest.thin(levels, steps, latches).withVector(form);
    } catch (IllegalArgumentException outOfRange) {
      throw new Rejection(ExitStatus.USAGE, outOfRange.getMessage());
    }
  }
}
