package org.trapnest.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.trapnest.emulator.EmulatedReplay;
import org.trapnest.emulator.Emulator;
import org.trapnest.emulator.EmulatorFailure;
import org.trapnest.emulator.MissingTool;
import org.trapnest.model.Check;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.report.TraceJson;
import org.trapnest.report.TraceText;
import org.trapnest.trace.Departure;
import org.trapnest.trace.PlainInterpreter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trapnest replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Runs a stored trace again on the current model and says where it departs.",
    footer = {
      "",
      "Example: trapnest replay out/traces/ibrs-nmi-sets-always-….trace.json",
      "Exit: 0 same, 1 not."
    })
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "TRACE.json", description = "A trace as verify writes it.")
  private Path trace = Path.of("");

  @Option(names = "--model", paramLabel = "FILE", description = "Another file than the trace's.")
  private Optional<Path> model = Optional.empty();

  @Option(names = "--properties", paramLabel = "DIR", description = "The properties' folder.")
  private Path properties = Path.of("properties");

  @Option(
      names = "--emulator",
      paramLabel = "qemu",
      description = "Run it on an emulated processor too, and compare all state at each step.")
  private Optional<String> emulator = Optional.empty();

  @Option(names = "--long", description = "Print every step.")
  private boolean longForm;

  private final Terminal terminal;

  ReplayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    emulator
        .filter(name -> !name.equals("qemu"))
        .ifPresent(
            name -> {
              throw new Rejection(ExitStatus.USAGE, "no emulator '" + name + "'; there is qemu");
            });
    TraceJson.Stored stored =
        TraceJson.read(text())
            .orElseThrow(
                () ->
                    new Rejection(
                        ExitStatus.USAGE, "'" + trace + "' is no trace (trapnest/trace/1)"));
    ConfiguredModel configured =
        OneModel.load(
                model.orElse(Path.of(stored.file())),
                properties,
                stored.configuration(),
                terminal.err())
            .as(stored.variant());
    Optional<Check> check =
        stored
            .property()
            .flatMap(id -> configured.checks().stream().filter(c -> c.id().equals(id)).findFirst());
    if (stored.property().isPresent() && check.isEmpty()) {
      throw new Rejection(
          ExitStatus.USAGE, "the model is not checked against " + stored.property().get());
    }
    PlainInterpreter.Replay replay =
        new PlainInterpreter(configured).follow(check, stored.choices());
    terminal
        .out()
        .print(longForm ? TraceText.longForm(replay.run()) : TraceText.oneScreen(replay.run()));
    terminal.out().println();
    terminal.out().println(verdict(replay, stored));
    boolean same = replay.departure().isEmpty() && (replay.violated() || check.isEmpty());
    if (emulator.isPresent()) {
      same &= emulate(configured, stored.choices());
    }
    return (same ? ExitStatus.AS_EXPECTED : ExitStatus.DIFFERS).code();
  }

  /** Runs the trace on the emulator; returns whether it went the same way. */
  private boolean emulate(ConfiguredModel configured, List<Integer> choices) {
    try (Emulator started = Emulator.open()) {
      EmulatedReplay.Result result = new EmulatedReplay(started, configured, choices).run();
      terminal
          .out()
          .println(
              result
                  .departure()
                  .map(d -> started.name() + " departs at " + d)
                  .orElse("reproduced on %s, %d steps".formatted(started.name(), result.steps())));
      result.notes().forEach(note -> terminal.out().println("  " + note));
      return result.departure().isEmpty();
    } catch (MissingTool | EmulatorFailure problem) {
      throw new Rejection(ExitStatus.USAGE, problem.getMessage());
    }
  }

  private String text() {
    try {
      return Files.readString(trace);
    } catch (IOException failure) {
      throw new Rejection(ExitStatus.USAGE, "'" + trace + "' cannot be read");
    }
  }

  private static String verdict(PlainInterpreter.Replay replay, TraceJson.Stored stored) {
    if (replay.departure().isPresent()) {
      Departure departure = replay.departure().get();
      return "departs at step %d: %s is not offered, but %s"
          .formatted(departure.step(), departure.choice(), String.join(", ", departure.offered()));
    }
    String property = stored.property().orElse("unmodelled behaviour");
    return replay.violated()
        ? "replays, and ends as stored: " + property
        : "replays, but does not break " + property;
  }
}
