package org.trapnest.explore;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.trapnest.transition.TransitionSystem;

/** When a search is kept on the disk, and where. */
final class CheckpointSchedule {
  /** Writing takes at most about one part in so many of the time. */
  private static final int WRITING_PART = 10;

  private final Checkpoints checkpoints;
  private final LongSupplier clock;
  private final Map<String, String> identity;
  private long lastEnd;
  private long wait;

  CheckpointSchedule(Setting setting) {
    this.checkpoints = setting.checkpoints();
    this.clock = setting.clock();
    this.identity = identity(setting);
    this.wait = checkpoints.intervalNanos();
    if (checkpoints.saveTo().isPresent()) {
      lastEnd = clock.getAsLong();
    }
  }

  /** What the caller says of the search, and what this package knows of it. */
  private static Map<String, String> identity(Setting setting) {
    Map<String, String> identity = new TreeMap<>(setting.checkpoints().identity());
    TransitionSystem system = setting.system();
    ExplorationOptions options = setting.options();
    identity.put("search", options.search().toString());
    if (options.search() == ExplorationOptions.Search.DFS) {
      // What lies below the greatest depth is not looked at when a shorter way leads there.
      identity.put("greatest depth", String.valueOf(options.limits().maxDepth()));
    }
    identity.put("store", options.store().toString());
    identity.put("continuation", String.valueOf(options.continueAfterViolations()));
    identity.put("words", String.valueOf(system.wordCount()));
    identity.put("checks", String.valueOf(system.checkCount()));
    identity.put("bounds", String.valueOf(system.boundCount()));
    return identity;
  }

  /** The file to continue from, if there is one. */
  Optional<CheckpointFile> source() {
    return checkpoints
        .resumeFrom()
        .map(file -> new CheckpointFile(file, identity))
        .filter(CheckpointFile::exists);
  }

  /** Whether it is time to save. */
  boolean isDue() {
    return checkpoints.saveTo().isPresent() && clock.getAsLong() - lastEnd >= wait;
  }

  /** Saves, if there is a place to save to; complains if that fails. */
  void save(CheckpointFile.Writing body) {
    if (checkpoints.saveTo().isEmpty()) {
      return;
    }
    long start = clock.getAsLong();
    try {
      new CheckpointFile(checkpoints.saveTo().get(), identity).write(body);
    } catch (IOException failure) {
      checkpoints.complaints().accept("checkpoint not written: " + failure.getMessage());
    }
    lastEnd = clock.getAsLong();
    wait = Math.max(checkpoints.intervalNanos(), WRITING_PART * (lastEnd - start));
  }
}
