package org.trapnest.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.trapnest.report.VerificationReport.PropertyVerdict;
import org.trapnest.report.VerificationReport.Run;

/** A verification as JSON, schema {@code trapnest/verify/1}. */
public final class JsonReport {
  /** The resource that holds the JSON Schema. */
  public static final String SCHEMA_RESOURCE = "/org/trapnest/report/verify-1.schema.json";

  private JsonReport() {}

  /**
   * Prints the document.
   *
   * @param exit the exit status that goes with it
   */
  public static String print(VerificationReport report, int exit) {
    ObjectNode document = JsonText.MAPPER.createObjectNode();
    document.put("schema", "trapnest/verify/1");
    ObjectNode tool = document.putObject("tool");
    tool.put("name", "trapnest");
    tool.put("version", Version.current());
    document.put("exit", exit);
    ArrayNode runs = document.putArray("runs");
    report.runs().forEach(r -> runs.add(run(r)));
    return JsonText.print(document);
  }

  private static ObjectNode run(Run run) {
    ObjectNode node = JsonText.MAPPER.createObjectNode();
    node.put("model", run.model());
    node.put("file", run.file());
    node.set("config", TraceJson.config(run.configuration()));
    node.put("ablation", run.configuration().ablation().orElse(null));
    node.put("verdict", run.verdict().printed());
    node.put("complete", run.complete());
    node.put("completion", run.completion().name().toLowerCase(java.util.Locale.ROOT));
    node.put("states", run.statistics().states());
    node.put("transitions", run.statistics().transitions());
    node.put("depth", run.statistics().depth());
    node.put("digest", run.digest());
    ObjectNode bound = node.putObject("bound");
    run.bounds().forEach(b -> bound.put(b.name(), b.cuts()));
    ArrayNode hidden = node.putArray("hidden");
    run.hidden().forEach(hidden::add);
    ArrayNode reductions = node.putArray("reductions");
    run.reductions().forEach(reductions::add);
    node.put("store", run.store());
    node.put("statesPassedOver", run.passedOver());
    node.put("seconds", run.statistics().seconds());
    node.put("statesPerSecond", Math.round(run.statistics().statesPerSecond()));
    node.put("bytesPerState", run.statistics().bytesPerState());
    ArrayNode properties = node.putArray("properties");
    run.properties().forEach(p -> properties.add(property(p)));
    run.unmodelled().ifPresent(t -> node.set("unmodelled", TraceJson.tree(t)));
    return node;
  }

  private static ObjectNode property(PropertyVerdict property) {
    ObjectNode node = JsonText.MAPPER.createObjectNode();
    node.put("id", property.id());
    node.put("verdict", property.verdict().printed());
    node.put("expected", property.expected().printed());
    node.put("asExpected", property.asExpected());
    property.trace().ifPresent(t -> node.set("trace", TraceJson.tree(t)));
    return node;
  }
}
