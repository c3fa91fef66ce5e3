package org.trapnest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.Limits;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands that explore have in common. */
final class ExplorationArguments {
  @Parameters(
      paramLabel = "PATH",
      description = "Model files (*.S) or folders of them; by default models.")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = "--properties",
      paramLabel = "DIR",
      description = "The folder of *.prop files; by default properties.")
  private Path properties = Path.of("properties");

  @Option(
      names = "--config",
      paramLabel = "NAME=VALUE",
      description = "Only configurations in which a switch has this value; repeatable.")
  private Map<String, Long> config = new LinkedHashMap<>();

  @Option(
      names = "--ablation",
      paramLabel = "NAME",
      description = "Only the run without this defence; 'none': only runs with all of them.")
  private Optional<String> ablation = Optional.empty();

  @Option(names = "--property", paramLabel = "ID", description = "Only this property; repeatable.")
  private List<String> property = new ArrayList<>();

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
      description = "Threads, by default one a processor; the result is the same for any number.")
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
      names = "--nesting",
      paramLabel = "N",
      description = "Another bound on live contexts than the model's, 1 to 15.")
  private Optional<Integer> nesting = Optional.empty();

  @Option(
      names = "--continue",
      description = "Explore everything even when every property is decided.")
  private boolean continueAfterViolations;

  @Option(
      names = "--progress",
      paramLabel = "HOW",
      description = "auto (default), plain or none; progress goes to standard error.")
  private String progress = "auto";

  List<Path> paths() {
    return paths.isEmpty() ? List.of(Path.of("models")) : paths;
  }

  Path properties() {
    return properties;
  }

  Map<String, Long> config() {
    return config;
  }

  Optional<String> ablation() {
    return ablation;
  }

  List<String> property() {
    return property;
  }

  Optional<Integer> nesting() {
    nesting.ifPresent(n -> require(n >= 1 && n <= 15, "--nesting takes 1 to 15, not " + n));
    return nesting;
  }

  String storeName() {
    return store;
  }

  String progress() {
    require(
        List.of("auto", "plain", "none").contains(progress),
        "--progress takes auto, plain or none, not '" + progress + "'");
    return progress;
  }

  /** The options of the engine. */
  ExplorationOptions options() {
    require(workers >= 1, "--workers takes at least 1");
    require(maxStates >= 1, "--max-states takes at least 1");
    require(maxDepth >= 1, "--max-depth takes at least 1");
    Limits limits =
        new Limits(
            maxStates,
            maxMemory.map(ExplorationArguments::bytes).orElse(Long.MAX_VALUE),
            timeLimit.map(ExplorationArguments::nanoseconds).orElse(Long.MAX_VALUE),
            maxDepth);
    return new ExplorationOptions(
        choice(ExplorationOptions.Search.class, search, "--search"),
        choice(ExplorationOptions.StoreKind.class, store, "--store"),
        workers,
        limits,
        continueAfterViolations);
  }

  private static <E extends Enum<E>> E choice(Class<E> type, String name, String option) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
        return constant;
      }
    }
    throw new Rejection(ExitStatus.USAGE, option + " does not know '" + name + "'");
  }

  private static void require(boolean met, String message) {
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

  private static long nanoseconds(String time) {
    require(time.matches("[1-9][0-9]{0,6}(ms|s|m|h)"), "--time-limit takes a time such as 60s");
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
