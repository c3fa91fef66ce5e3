package org.trapnest.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.model.Configuration;
import org.trapnest.model.Variant;
import org.trapnest.trace.Change;
import org.trapnest.trace.Counterexample;
import org.trapnest.trace.TraceStep;

/** Traces as JSON: what {@code replay} reads back, and what other tools may use. */
public final class TraceJson {
  private static final String SCHEMA = "trapnest/trace/1";

  private TraceJson() {}

  /**
   * What is needed to run a trace again.
   *
   * @param property empty for unmodelled behaviour or a simulated run
   */
  public record Stored(
      String file,
      Configuration configuration,
      Variant variant,
      Optional<String> property,
      List<Integer> choices) {
    public Stored {
      choices = List.copyOf(choices);
    }
  }

  /** A whole document. */
  public static String print(Counterexample trace) {
    ObjectNode document = JsonText.MAPPER.createObjectNode();
    document.put("schema", SCHEMA);
    document.setAll(tree(trace));
    return JsonText.print(document);
  }

  /** The trace as a tree, without the schema's name. */
  static ObjectNode tree(Counterexample trace) {
    ObjectNode node = JsonText.MAPPER.createObjectNode();
    node.put("model", trace.model());
    node.put("file", trace.file());
    node.set("config", config(trace.configuration()));
    node.put("ablation", trace.configuration().ablation().orElse(null));
    trace.variant().nesting().ifPresent(n -> node.put("nesting", n));
    if (trace.variant().latches()) {
      node.put("reduction", false);
    }
    node.put("property", trace.property().orElse(null));
    node.put("length", trace.length());
    ArrayNode choices = node.putArray("choices");
    trace.choices().forEach(choices::add);
    ArrayNode because = node.putArray("because");
    trace.explanation().because().forEach(because::add);
    ArrayNode steps = node.putArray("steps");
    trace.steps().forEach(s -> steps.add(step(s)));
    return node;
  }

  static ObjectNode config(Configuration configuration) {
    ObjectNode config = JsonText.MAPPER.createObjectNode();
    configuration.values().forEach(config::put);
    return config;
  }

  private static ObjectNode step(TraceStep step) {
    ObjectNode node = JsonText.MAPPER.createObjectNode();
    node.put("number", step.number());
    node.put("depth", step.depth());
    node.put("context", step.context());
    step.place()
        .ifPresent(
            p -> {
              node.put("file", p.file());
              node.put("line", p.line());
              node.put("label", p.label());
              node.put("instruction", p.text());
            });
    step.delivery()
        .ifPresent(
            d -> {
              ObjectNode delivery = node.putObject("delivery");
              delivery.put("event", d.event());
              delivery.put("from", d.from());
              delivery.put("to", d.handler());
              delivery.put("stack", d.stack().orElse(null));
            });
    step.returned()
        .ifPresent(
            r -> {
              ObjectNode returned = node.putObject("return");
              returned.put("event", r.event());
              returned.put("to", r.to());
              ArrayNode differences = returned.putArray("differences");
              r.differences().forEach(differences::add);
            });
    ArrayNode changes = node.putArray("changes");
    for (Change change : step.changes()) {
      ObjectNode one = changes.addObject();
      one.put("name", change.name());
      one.put("before", change.before());
      one.put("after", change.after());
    }
    ArrayNode findings = node.putArray("findings");
    step.findings().forEach(findings::add);
    return node;
  }

  /** Reads what {@link #print} wrote; empty when the text is no such document. */
  public static Optional<Stored> read(String text) {
    JsonNode document;
    try {
      document = JsonText.MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
    boolean known = document != null && document.path("schema").asText().equals(SCHEMA);
    if (!known || !document.path("file").isTextual() || !document.path("choices").isArray()) {
      return Optional.empty();
    }
    Map<String, Long> values = new LinkedHashMap<>();
    document
        .path("config")
        .fields()
        .forEachRemaining(e -> values.put(e.getKey(), e.getValue().asLong()));
    List<Integer> choices = new ArrayList<>();
    document.path("choices").forEach(c -> choices.add(c.asInt()));
    return Optional.of(
        new Stored(
            document.path("file").asText(),
            new Configuration(values, text(document.path("ablation"))),
            variant(document),
            text(document.path("property")),
            choices));
  }

  private static Variant variant(JsonNode document) {
    JsonNode nesting = document.path("nesting");
    Optional<Integer> bound = nesting.isInt() ? Optional.of(nesting.asInt()) : Optional.empty();
    return new Variant(bound, !document.path("reduction").asBoolean(true));
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }
}
