package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each rule of the machine that the emulator models holds on both sides. */
@Tag("conformance")
class RulesTest {
  @Test
  void everyRule_onBothSides_isTheSame() throws IOException {
    try (Emulator emulator = Emulator.open()) {
      Rules rules = new Rules(emulator);
      String failures =
          rules.failures().entrySet().stream()
              .map(failure -> failure.getKey() + ": " + failure.getValue())
              .collect(Collectors.joining("\n"));
      assertEquals("", failures);
      assertTrue(
          Files.readString(Path.of("README.md")).contains(" " + rules.names().size() + " rules"),
          "the README does not say that there are " + rules.names().size() + " rules");
      assertTrue(rules.steps() > 100, "steps: " + rules.steps());
    }
  }
}
