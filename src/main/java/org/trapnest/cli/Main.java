package org.trapnest.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.trapnest.report.Version;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The entry point: runs one command and ends the process with its status. */
public final class Main {

  /** The command without a subcommand. */
  @Command(
      name = "trapnest",
      mixinStandardHelpOptions = true,
      versionProvider = PrintedVersion.class,
      subcommands = {AutoComplete.GenerateCompletion.class},
      description = "An explicit-state model checker for nested exception entry on x86-64.",
      footer = {"", "Example: trapnest verify models"})
  private static final class Root {}

  private static final class PrintedVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"trapnest " + Version.current()};
    }
  }

  private static final long MOST_SECONDS_TO_REPORT = 60;

  private Main() {}

  public static void main(String[] arguments) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    AtomicBoolean interrupted = new AtomicBoolean();
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interrupt(interrupted, finished), "interruption"));
    int status = run(new Terminal(out, err, interrupted), arguments);
    out.flush();
    err.flush();
    finished.countDown();
    System.exit(status);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /**
   * Runs when the process is told to end: asks the exploration to stop and waits until what was
   * found is printed. The process then ends with the status of the signal, 130 for an interruption.
   */
  private static void interrupt(AtomicBoolean interrupted, CountDownLatch finished) {
    interrupted.set(true);
    try {
      finished.await(MOST_SECONDS_TO_REPORT, TimeUnit.SECONDS);
    } catch (InterruptedException again) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a command line and returns the exit status. */
  static int run(Terminal terminal, String... arguments) {
    CommandLine line = new CommandLine(new Root());
    line.addSubcommand(new VerifyCommand(terminal));
    line.addSubcommand(new GateCommand(terminal));
    line.addSubcommand(new ListCommand(terminal));
    line.addSubcommand(new LintCommand(terminal));
    line.addSubcommand(new SimulateCommand(terminal));
    line.addSubcommand(new ReplayCommand(terminal));
    line.addSubcommand(new GapsCommand(terminal));
    line.addSubcommand(new CoverageCommand(terminal));
    line.addSubcommand(new SlipsCommand(terminal));
    line.addSubcommand(
        new CommandLine(new BenchCommand(terminal))
            .addSubcommand(new BenchNestCommand(terminal))
            .addSubcommand(new BenchModelCommand(terminal)));
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setExecutionExceptionHandler(
        (failure, command, result) -> failed(terminal, failure, arguments));
    if (arguments.length == 0) {
      line.usage(terminal.out());
      return ExitStatus.USAGE.code();
    }
    return line.execute(arguments);
  }

  private static int failed(Terminal terminal, Exception failure, String... arguments) {
    if (failure instanceof Rejection rejection) {
      terminal.err().println("trapnest: " + rejection.getMessage());
      return rejection.status().code();
    }
    StackTraceElement place =
        failure.getStackTrace().length > 0
            ? failure.getStackTrace()[0]
            : new StackTraceElement("", "", "", 0);
    terminal.err().println("trapnest: internal error: " + failure);
    terminal.err().println("  at " + place);
    terminal.err().println("  reproduce with: trapnest " + String.join(" ", arguments));
    return ExitStatus.INTERNAL.code();
  }
}
