package org.trapnest.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.trapnest.bench.NestReference;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.Statistics;

/** A measurement as text and as JSON, schema {@code trapnest/bench/1}. */
public final class MeasurementReport {
  /** The resource that holds the JSON Schema. */
  public static final String SCHEMA_RESOURCE = "/org/trapnest/report/bench-1.schema.json";

  private MeasurementReport() {}

  /** Prints a few lines for people. */
  public static String text(Measurement measurement) {
    Statistics found = measurement.result().statistics();
    ExplorationOptions options = measurement.options();
    return String.format(
        Locale.ROOT,
        """
        %s: %s
          %s, %s store, %d %s, %d words a state
          %,d states, %,d transitions, depth %,d%s
          %.3f s%s, %,d states/s, %.1f bytes a state
          digest %s
        """,
        measurement.title(),
        words(measurement.result().completion()),
        lower(options.search()),
        lower(options.store()),
        options.workers(),
        options.workers() == 1 ? "worker" : "workers",
        measurement.wordCount(),
        found.states(),
        found.transitions(),
        found.depth(),
        comparison(measurement),
        found.seconds(),
        measurement.warm() ? " when warmed up" : "",
        Math.round(found.statesPerSecond()),
        found.bytesPerState(),
        measurement.result().digest());
  }

  private static String comparison(Measurement measurement) {
    if (measurement.reference().isEmpty()
        || measurement.result().completion() != Completion.COMPLETE) {
      return "";
    }
    NestReference.Counts counts = measurement.reference().get();
    return measurement.contradictsReference()
        ? String.format(
            Locale.ROOT,
            "%n  WRONG: the reference has %,d states, %,d transitions, depth %,d",
            counts.states(),
            counts.transitions(),
            counts.depth())
        : ", as the reference";
  }

  /** Prints the JSON document. */
  public static String json(Measurement measurement) {
    ObjectNode document = JsonText.MAPPER.createObjectNode();
    document.put("schema", "trapnest/bench/1");
    ObjectNode tool = document.putObject("tool");
    tool.put("name", "trapnest");
    tool.put("version", Version.current());
    document.put("workload", measurement.workload());
    ObjectNode parameters = document.putObject("parameters");
    measurement.parameters().forEach(parameters::putPOJO);
    ExplorationOptions options = measurement.options();
    document.put("search", lower(options.search()));
    document.put("store", lower(options.store()));
    document.put("workers", options.workers());
    document.put("warm", measurement.warm());
    document.put("wordsPerState", measurement.wordCount());
    document.put("completion", lower(measurement.result().completion()));
    Statistics found = measurement.result().statistics();
    document.put("states", found.states());
    document.put("transitions", found.transitions());
    document.put("depth", found.depth());
    document.put("seconds", found.seconds());
    document.put("statesPerSecond", Math.round(found.statesPerSecond()));
    document.put("bytesPerState", found.bytesPerState());
    document.put("digest", measurement.result().digest());
    measurement
        .reference()
        .ifPresent(
            counts -> {
              ObjectNode reference = document.putObject("reference");
              reference.put("states", counts.states());
              reference.put("transitions", counts.transitions());
              reference.put("depth", counts.depth());
            });
    document.put("contradictsReference", measurement.contradictsReference());
    return JsonText.print(document);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String words(Completion completion) {
    return lower(completion).replace('_', ' ');
  }
}
