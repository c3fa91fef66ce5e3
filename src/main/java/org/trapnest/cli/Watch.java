package org.trapnest.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.trapnest.explore.ExplorationMonitor;
import org.trapnest.explore.Statistics;

/**
 * Shows progress on standard error and passes on an interruption. Safe for explorations that run
 * beside one another, which take turns on one line.
 */
final class Watch {
  private static final long LINE_NANOS = 10_000_000_000L;
  private static final long LIVE_NANOS = 200_000_000L;

  private final PrintStream err;
  private final boolean silent;
  private final boolean terminal;
  private final AtomicBoolean interrupted;
  private long last = System.nanoTime();
  private boolean liveLine;

  Watch(PrintStream err, String how, AtomicBoolean interrupted) {
    this.err = err;
    this.silent = how.equals("none");
    this.terminal = how.equals("auto") && System.console() != null;
    this.interrupted = interrupted;
  }

  /** The monitor of an exploration that begins now. */
  ExplorationMonitor over(String title) {
    long start = System.nanoTime();
    return new ExplorationMonitor() {
      @Override
      public void progress(Statistics soFar) {
        show(title, start, soFar);
      }

      @Override
      public boolean interrupted() {
        return interrupted.get();
      }
    };
  }

  private synchronized void show(String title, long start, Statistics soFar) {
    long now = System.nanoTime();
    if (silent || now - Math.max(last, start) < (terminal ? LIVE_NANOS : LINE_NANOS)) {
      return;
    }
    last = now;
    String line =
        String.format(
            Locale.ROOT,
            "%s: %,d states, %,d waiting, depth %d, %,.0f states/s",
            title,
            soFar.states(),
            soFar.waiting(),
            soFar.depth(),
            soFar.statesPerSecond());
    if (terminal) {
      err.print("\r\u001b[K" + line);
      err.flush();
      liveLine = true;
    } else {
      err.println(line);
    }
  }

  /** Takes a live line away. */
  synchronized void end() {
    if (liveLine) {
      err.print("\r\u001b[K");
      err.flush();
      liveLine = false;
    }
  }
}
