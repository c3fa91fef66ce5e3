package org.trapnest.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.trapnest.property.PropertyDeclaration;
import org.trapnest.property.ShippedCatalogue;

/** What the committed baseline says of the catalogue; {@code gate} says that it is true. */
class CommittedVerdictsTest {

  /** The properties with a verdict in some run, by verdict. */
  private static Map<String, Set<String>> byVerdict() throws IOException {
    Map<String, Set<String>> found = new TreeMap<>();
    JsonNode baseline = new ObjectMapper().readTree(Path.of("reports/baseline.json").toFile());
    for (JsonNode run : baseline.get("runs")) {
      run.get("verdicts")
          .fields()
          .forEachRemaining(
              v ->
                  found
                      .computeIfAbsent(v.getValue().asText(), k -> new TreeSet<>())
                      .add(v.getKey()));
    }
    return found;
  }

  @Test
  void everyProperty_isViolatedBySomeModelAndHoldsInAnother() throws IOException {
    Set<String> neverHeld = new TreeSet<>();
    Set<String> neverViolated = new TreeSet<>();
    Map<String, Set<String>> verdicts = byVerdict();
    for (PropertyDeclaration property : ShippedCatalogue.read().properties()) {
      if (!verdicts.get("holds").contains(property.id())) {
        neverHeld.add(property.id());
      }
      // What must be reached is not a demand on entry code, but a check on the model.
      if (!property.mustBeReached() && !verdicts.get("violated").contains(property.id())) {
        neverViolated.add(property.id());
      }
    }
    assertFalse(ShippedCatalogue.read().properties().isEmpty());
    assertEquals(Set.of(), neverHeld);
    assertEquals(Set.of(), neverViolated);
  }
}
