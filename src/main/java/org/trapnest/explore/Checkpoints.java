package org.trapnest.explore;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whether and where a search is kept on the disk, so that it can be continued.
 *
 * @param saveTo the file to write: at intervals, at limits and when interrupted, each time as a
 *     whole in place of the former one; and, with the result alone, when the search is complete
 * @param resumeFrom the file to continue from; the search begins anew when there is none
 * @param identity what the search is of, by name; a file with other values is refused
 * @param intervalNanos the least time between two writings
 * @param complaints receives the reason when a file could not be written; the search goes on
 */
public record Checkpoints(
    Optional<Path> saveTo,
    Optional<Path> resumeFrom,
    Map<String, String> identity,
    long intervalNanos,
    Consumer<String> complaints) {

  /** Nothing is written or read. */
  public static final Checkpoints NONE =
      new Checkpoints(Optional.empty(), Optional.empty(), Map.of(), Long.MAX_VALUE, reason -> {});

  public Checkpoints {
    identity = Map.copyOf(identity);
  }
}
