package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs models as deep configurations, which do not store every state. */
class DeepRunsTest {
  private static final Path TINY = Path.of("src/test/resources/models/tiny");

  @TempDir private Path folder;

  private static Map<String, String> verdicts(JsonNode run) {
    Map<String, String> verdicts = new TreeMap<>();
    run.get("properties")
        .forEach(p -> verdicts.put(p.get("id").asText(), p.get("verdict").asText()));
    return verdicts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"syscall-nmi.S", "nmi-trusts-saved-cs.S", "shadow-stacks.S", "fred.S"})
  void deepRun_ofTheSameCode_hasTheSameVerdictsAndReplayedTraces(String name) throws IOException {
    String text = Files.readString(TINY.resolve(name));
    int second = text.indexOf("//@", 3);
    String doubled =
        text.substring(0, second)
            + "//@ switch GRAIN = 1 | 2\n//@ deep when GRAIN = 2\n"
            + text.substring(second);
    Path model = Files.writeString(folder.resolve(name), doubled);
    Outcome outcome =
        Outcome.of("verify", model.toString(), "--deep", "--format", "json", "--progress", "none");
    assertEquals(0, outcome.status(), outcome.text());
    Map<String, Map<String, String>> every = new TreeMap<>();
    for (JsonNode run : new ObjectMapper().readTree(outcome.out()).get("runs")) {
      ObjectNode config = run.get("config").deepCopy();
      boolean deep = config.remove("GRAIN").asInt() == 2;
      assertEquals(deep, run.get("statesPassedOver").asLong() > 0);
      if (deep) {
        assertEquals(every.remove(config.toString()), verdicts(run));
      } else if (run.get("ablation").isNull()) {
        every.put(config.toString(), verdicts(run));
      }
    }
    assertEquals(Map.of(), every);
  }
}
