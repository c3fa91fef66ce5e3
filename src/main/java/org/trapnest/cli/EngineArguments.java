package org.trapnest.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.Limits;
import picocli.CommandLine.Option;

/** How to explore: the options that reach the engine, and how progress is shown. */
final class EngineArguments {
  @Option(names = "--search", paramLabel = "ORDER", description = "bfs (default) or dfs.")
  private String search = "bfs";

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description = "tree (default) and flat are exact; hash128 is probabilistic.")
  private String store = "tree";

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = {
        "Threads, by default one a processor: for as many configurations at a time, or all for",
        "one. The result is the same for any number."
      })
  private int workers = Runtime.getRuntime().availableProcessors();

  @Option(names = "--max-states", paramLabel = "N", description = "Stop after N states.")
  private long maxStates = Long.MAX_VALUE;

  @Option(names = "--max-depth", paramLabel = "N", description = "Stop at N transitions.")
  private int maxDepth = Integer.MAX_VALUE;

  @Option(names = "--max-memory", paramLabel = "SIZE", description = "Such as 16m or 4g.")
  private Optional<String> maxMemory = Optional.empty();

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      description = "For each exploration, such as 60s or 5m.")
  private Optional<String> timeLimit = Optional.empty();

  @Option(
      names = "--progress",
      paramLabel = "HOW",
      description = "auto (default), plain or none; progress goes to standard error.")
  private String progress = "auto";

  String storeName() {
    return store;
  }

  String progress() {
    require(
        List.of("auto", "plain", "none").contains(progress),
        "--progress takes auto, plain or none, not '" + progress + "'");
    return progress;
  }

  /**
   * The options of the engine.
   *
   * @param continueAfterViolations explore everything even when every check is decided
   * @throws Rejection if an option is out of its range
   */
  ExplorationOptions options(boolean continueAfterViolations) {
    require(workers >= 1, "--workers takes at least 1");
    require(maxStates >= 1, "--max-states takes at least 1");
    require(maxDepth >= 1, "--max-depth takes at least 1");
    Limits limits =
        new Limits(
            maxStates,
            maxMemory.map(EngineArguments::bytes).orElse(Long.MAX_VALUE),
            timeLimit.map(time -> nanoseconds("--time-limit", time)).orElse(Long.MAX_VALUE),
            maxDepth);
    return new ExplorationOptions(
        choice(ExplorationOptions.Search.class, search, "--search"),
        choice(ExplorationOptions.StoreKind.class, store, "--store"),
        workers,
        limits,
        continueAfterViolations);
  }

  /** The constant of an enum that an option names in lower case. */
  static <E extends Enum<E>> E choice(Class<E> type, String name, String option) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
        return constant;
      }
    }
    throw new Rejection(ExitStatus.USAGE, option + " does not know '" + name + "'");
  }

  /** Rejects the command line if a condition is not met. */
  static void require(boolean met, String message) {
    if (!met) {
      throw new Rejection(ExitStatus.USAGE, message);
    }
  }

  private static long bytes(String size) {
    require(size.matches("[1-9][0-9]{0,9}[kmg]?"), "--max-memory takes a size such as 16m");
    char unit = size.charAt(size.length() - 1);
    long number = Long.parseLong(size.replaceAll("[kmg]", ""));
    return switch (unit) {
      case 'k' -> number << 10;
      case 'm' -> number << 20;
      case 'g' -> number << 30;
      default -> number;
    };
  }

  /** The time that an option gives. */
  static long nanoseconds(String option, String time) {
    require(time.matches("[1-9][0-9]{0,6}(ms|s|m|h)"), option + " takes a time such as 60s");
    long number = Long.parseLong(time.replaceAll("[a-z]", ""));
    if (time.endsWith("ms")) {
      return TimeUnit.MILLISECONDS.toNanos(number);
    }
    return switch (time.charAt(time.length() - 1)) {
      case 's' -> TimeUnit.SECONDS.toNanos(number);
      case 'm' -> TimeUnit.MINUTES.toNanos(number);
      default -> TimeUnit.HOURS.toNanos(number);
    };
  }
}
