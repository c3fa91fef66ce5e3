package org.trapnest.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.model.Verdict;
import org.trapnest.report.VerificationReport.Run;
import org.trapnest.trace.Counterexample;

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
   * @param ablation the defence that was taken out
   * @param deep whether it is only verified when deep configurations are asked for
   * @param scope for which runs of the machine the verdicts speak
   * @param verdicts by property, in the order of the checks
   * @param deliveries where each event was delivered; empty for runs without a defence
   */
  public record Entry(
      String model,
      String configuration,
      Optional<String> ablation,
      boolean deep,
      String contentHash,
      long states,
      long transitions,
      int depth,
      String digest,
      String scope,
      Map<String, String> verdicts,
      Map<String, List<String>> deliveries) {

    public Entry {
      verdicts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
    }

    /** The model and configuration, as tables write it. */
    public String title() {
      return model + " [" + configuration + "]";
    }

    /** The stems of the files that hold the traces of its violations. */
    public List<String> traceStems() {
      return verdicts.entrySet().stream()
          .filter(e -> e.getValue().equals(Verdict.VIOLATED.printed()))
          .filter(e -> !e.getKey().equals("unmodelled"))
          .map(e -> Counterexample.fileStem(model, configuration, e.getKey()))
          .toList();
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
              run.configuration().ablation(),
              run.deep(),
              run.contentHash(),
              run.statistics().states(),
              run.statistics().transitions(),
              run.statistics().depth(),
              run.digest(),
              TextReport.scope(run),
              verdicts,
              run.configuration().ablation().isEmpty() ? run.deliveries() : Map.of()));
    }
    return new Baseline(entries);
  }

  /**
   * The baseline after part of the models was verified again: what was verified replaces what was
   * there of the same models, except for configurations that were skipped.
   *
   * @param now what was verified
   * @param skipped the titles of what was skipped
   */
  public Baseline updatedBy(Baseline now, Set<String> skipped) {
    Set<String> models = new HashSet<>();
    now.entries().forEach(e -> models.add(e.model()));
    List<Entry> all = new ArrayList<>(now.entries());
    entries.stream()
        .filter(e -> skipped.contains(e.title()) || !models.contains(e.model()))
        .forEach(all::add);
    all.sort(Comparator.comparing(Entry::model).thenComparing(e -> e.ablation().isPresent()));
    return new Baseline(all);
  }

  /** Whether there is an entry with a title for a text with this hash. */
  public boolean has(String title, String contentHash) {
    return entries.stream()
        .anyMatch(e -> e.title().equals(title) && e.contentHash().equals(contentHash));
  }

  /** The entries with these titles. */
  public Baseline only(Set<String> titles) {
    return new Baseline(entries.stream().filter(e -> titles.contains(e.title())).toList());
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
      entry.ablation().ifPresent(a -> node.put("ablation", a));
      if (entry.deep()) {
        node.put("deep", true);
      }
      node.put("contentHash", entry.contentHash());
      node.put("states", entry.states());
      node.put("transitions", entry.transitions());
      node.put("depth", entry.depth());
      node.put("digest", entry.digest());
      node.put("scope", entry.scope());
      ObjectNode verdicts = node.putObject("verdicts");
      entry.verdicts().forEach(verdicts::put);
      ObjectNode deliveries = node.putObject("deliveries");
      entry
          .deliveries()
          .forEach((event, places) -> deliveries.put(event, String.join(" ", places)));
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
              Optional.ofNullable(node.path("ablation").textValue()),
              node.path("deep").asBoolean(),
              node.path("contentHash").asText(),
              node.path("states").asLong(),
              node.path("transitions").asLong(),
              node.path("depth").asInt(),
              node.path("digest").asText(),
              node.path("scope").asText(),
              verdicts,
              deliveries(node.path("deliveries"))));
    }
    return Optional.of(new Baseline(entries));
  }

  private static Map<String, List<String>> deliveries(JsonNode node) {
    Map<String, List<String>> deliveries = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            e -> deliveries.put(e.getKey(), List.of(e.getValue().asText().split(" "))));
    return deliveries;
  }
}
