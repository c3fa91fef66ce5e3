package org.trapnest.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An emulator's process, reached through its standard input and output alone. It ends with {@link
 * #close}, with this process, or when it does not answer within {@link #LIMIT_SECONDS}.
 */
final class WatchedProcess implements AutoCloseable {
  /** How long an answer may take. */
  static final long LIMIT_SECONDS = 20;

  private final Process process;
  private final Thread killer;
  private volatile long askedNanos;
  private boolean ended;

  private WatchedProcess(Process process) {
    this.process = process;
    this.killer = new Thread(process::destroyForcibly);
    try {
      Runtime.getRuntime().addShutdownHook(killer);
    } catch (IllegalStateException shuttingDown) {
      process.destroyForcibly();
      throw new EmulatorFailure("no emulator can be started any more", shuttingDown);
    }
    Thread watch = new Thread(this::watch, "emulator-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** Starts a program; what it writes to standard error is lost. */
  static WatchedProcess start(List<String> command) {
    try {
      return new WatchedProcess(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    } catch (IOException failure) {
      throw new EmulatorFailure("'" + command.get(0) + "' cannot be started", failure);
    }
  }

  private void watch() {
    while (process.isAlive()) {
      long asked = askedNanos;
      if (asked != 0 && System.nanoTime() - asked > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
        process.destroyForcibly();
      }
      try {
        process.waitFor(1, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  /** What the process prints. */
  InputStream output() {
    return process.getInputStream();
  }

  /** What the process reads. */
  OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Holds a conversation within the time limit.
   *
   * @throws Ended if the process has ended
   */
  <T> T timed(Supplier<T> conversation) {
    askedNanos = System.nanoTime() | 1;
    try {
      return conversation.get();
    } catch (Ended end) {
      ended = true;
      throw end;
    } finally {
      askedNanos = 0;
    }
  }

  /** Whether the process runs, and its last conversation did not find it ended. */
  boolean isAlive() {
    return !ended && process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already.
      return;
    }
  }
}
