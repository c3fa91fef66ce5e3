package org.trapnest.explore;

import java.nio.file.Path;

/** A checkpoint that cannot be continued from; the message says why. */
public final class CheckpointRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  CheckpointRefusal(Path file, String reason) {
    super("checkpoint '" + file + "' is refused: " + reason);
  }
}
