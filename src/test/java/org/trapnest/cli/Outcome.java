package org.trapnest.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a command line that ran inside the test's process printed, and its exit status. */
record Outcome(int status, String out, String err) {

  static Outcome of(String... arguments) {
    return of(new AtomicBoolean(), arguments);
  }

  static Outcome of(AtomicBoolean interrupted, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = Main.run(new Terminal(stream(out), stream(err), interrupted), arguments);
    return new Outcome(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Both streams, the standard output first. */
  String text() {
    return out + err;
  }
}
