package org.trapnest.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.trapnest.explore.Exploration;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.report.Measurement;
import org.trapnest.report.MeasurementReport;
import org.trapnest.transition.TransitionSystem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trapnest bench}: what its subcommands share. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures one exploration: states per second and bytes per state.",
    footer = {
      "",
      "Example: trapnest bench nest 4 16 0 --vector fat",
      "Example: trapnest bench model models/ibrs/nmi-saves-restores.S --config DEPTH=3",
      "Exit: 0 complete, 4 a limit, 70 other counts than the reference's."
    })
final class BenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Without a subcommand there is nothing to measure. */
  @Override
  public Integer call() {
    terminal.err().println("trapnest: bench takes 'nest' or 'model'; see trapnest bench --help");
    return ExitStatus.USAGE.code();
  }

  /** How a measurement is made and shown. */
  static final class Arguments {
    @Mixin private EngineArguments engine = new EngineArguments();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text (default) or json.")
    private String format = "text";

    @Option(
        names = "--warm-up",
        description = {
          "Explore once before, unmeasured, so that Java has compiled the search when it is",
          "measured. Without it the measurement begins with code that is interpreted."
        })
    private boolean warmUp;

    /** Whether the same was explored before. */
    boolean warmUp() {
      return warmUp;
    }

    /** The engine's options: everything is explored, whatever is violated. */
    ExplorationOptions options() {
      EngineArguments.require(
          List.of("text", "json").contains(format),
          "--format knows text and json, not '" + format + "'");
      engine.progress();
      return engine.options(true);
    }

    /** Explores a system as the options say. */
    ExplorationResult explore(TransitionSystem system, String title, Terminal terminal) {
      Watch watch = new Watch(terminal.err(), engine.progress(), terminal.interrupted());
      ExplorationResult result = Exploration.run(system, options(), watch.over(title));
      if (warmUp && !terminal.interrupted().get()) {
        result = Exploration.run(system, options(), watch.over(title));
      }
      watch.end();
      return result;
    }

    /** Prints a measurement and returns the exit status that goes with it. */
    int print(Measurement measurement, Terminal terminal) {
      terminal
          .out()
          .print(
              format.equals("json")
                  ? MeasurementReport.json(measurement)
                  : MeasurementReport.text(measurement));
      if (measurement.contradictsReference()) {
        terminal
            .err()
            .println("trapnest: the counts differ from the reference's; this is an internal error");
      }
      return status(measurement).code();
    }

    private static ExitStatus status(Measurement measurement) {
      if (measurement.contradictsReference()) {
        return ExitStatus.INTERNAL;
      }
      return switch (measurement.result().completion()) {
        case COMPLETE -> ExitStatus.AS_EXPECTED;
        case INTERRUPTED -> ExitStatus.INTERRUPTED;
        case DECIDED, STATE_LIMIT, MEMORY_LIMIT, TIME_LIMIT, DEPTH_LIMIT -> ExitStatus.LIMIT;
      };
    }
  }
}
