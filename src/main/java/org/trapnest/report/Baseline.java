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
import java.util.Set;
import org.trapnest.report.VerificationReport.Run;

/**
 * What a verification is compared with: verdicts, counts and digests, one entry a run.
 *
 * @param entries in the order of the runs
 */
public record Baseline(List<Entry> entries) {
  private static final String SCHEMA = "trapnest/baseline/1";

  public Baseline {
    entries = List.copyOf(entries);
  }

  /**
   * One run.
   *
   * @param deep whether it is only verified when deep configurations are asked for
   * @param verdicts by property, in the order of the checks
   */
  public record Entry(
      String model,
      String configuration,
      boolean deep,
      String contentHash,
      long states,
      long transitions,
      int depth,
      String digest,
      Map<String, String> verdicts) {

    public Entry {
      verdicts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
    }

    /** The model and configuration, as tables write it. */
    public String title() {
      return model + " [" + configuration + "]";
    }
  }

  /** The baseline that a report would be. */
  public static Baseline of(VerificationReport report) {
    List<Entry> entries = new ArrayList<>();
    for (Run run : report.runs()) {
      Map<String, String> verdicts = new LinkedHashMap<>();
      run.properties().forEach(p -> verdicts.put(p.id(), p.verdict().printed()));
      run.unmodelled().ifPresent(t -> verdicts.put("unmodelled", "violated"));
      entries.add(
          new Entry(
              run.model(),
              run.configuration().name(),
              run.deep(),
              run.contentHash(),
              run.statistics().states(),
              run.statistics().transitions(),
              run.statistics().depth(),
              run.digest(),
              verdicts));
    }
    return new Baseline(entries);
  }

  /**
   * This baseline, with the entries of another for the configurations that were skipped here.
   *
   * @param skipped the titles of what was not verified
   */
  public Baseline withSkipped(Baseline earlier, Set<String> skipped) {
    List<Entry> all = new ArrayList<>(entries);
    earlier.entries().stream().filter(e -> skipped.contains(e.title())).forEach(all::add);
    return new Baseline(all);
  }

  /** The document that {@link #read} reads. */
  public String print() {
    ObjectNode document = JsonText.MAPPER.createObjectNode();
    document.put("schema", SCHEMA);
    ArrayNode runs = document.putArray("runs");
    for (Entry entry : entries) {
      ObjectNode node = runs.addObject();
      node.put("model", entry.model());
      node.put("configuration", entry.configuration());
      if (entry.deep()) {
        node.put("deep", true);
      }
      node.put("contentHash", entry.contentHash());
      node.put("states", entry.states());
      node.put("transitions", entry.transitions());
      node.put("depth", entry.depth());
      node.put("digest", entry.digest());
      ObjectNode verdicts = node.putObject("verdicts");
      entry.verdicts().forEach(verdicts::put);
    }
    return JsonText.print(document);
  }

  /** Reads a document; empty when the text is none. */
  public static Optional<Baseline> read(String text) {
    JsonNode document;
    try {
      document = JsonText.MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
    if (document == null || !document.path("schema").asText().equals(SCHEMA)) {
      return Optional.empty();
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode node : document.path("runs")) {
      Map<String, String> verdicts = new LinkedHashMap<>();
      node.path("verdicts")
          .fields()
          .forEachRemaining(e -> verdicts.put(e.getKey(), e.getValue().asText()));
      entries.add(
          new Entry(
              node.path("model").asText(),
              node.path("configuration").asText(),
              node.path("deep").asBoolean(),
              node.path("contentHash").asText(),
              node.path("states").asLong(),
              node.path("transitions").asLong(),
              node.path("depth").asInt(),
              node.path("digest").asText(),
              verdicts));
    }
    return Optional.of(new Baseline(entries));
  }
}
