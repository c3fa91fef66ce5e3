package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.emulator.KnownDifference.Treatment;

/** Each rule of supervisor shadow stacks holds on the machine and on Bochs. */
class ShadowRulesTest {
  @Test
  @Tag("conformance")
  void everyShadowRule_onBothSides_isTheSame() throws IOException {
    EnumSet<BochsDifference> tolerated = EnumSet.noneOf(BochsDifference.class);
    for (BochsDifference difference : BochsDifference.values()) {
      if (difference.treatment() == Treatment.TOLERATED) {
        tolerated.add(difference);
      }
    }
    try (BochsEmulator emulator = BochsEmulator.open()) {
      ShadowRules rules = new ShadowRules(emulator);
      String failures =
          rules.failures().entrySet().stream()
              .map(failure -> failure.getKey() + ": " + failure.getValue())
              .collect(Collectors.joining("\n"));
      assertEquals("", failures);
      assertEquals(tolerated, rules.met());
      int count = rules.names().size();
      assertTrue(
          Files.readString(Path.of("README.md")).contains(" " + count + " rules of shadow stacks"),
          "the README does not say that there are " + count + " rules of shadow stacks");
      assertTrue(rules.steps() > 300, "steps: " + rules.steps());
    }
  }

  @Test
  @Tag("conformance")
  void differencesThatAreNotTaken_onBochs_areThere() {
    try (BochsEmulator emulator = BochsEmulator.open()) {
      ShadowRules rules = new ShadowRules(emulator);
      for (BochsDifference difference : BochsDifference.values()) {
        boolean taken = difference.treatment() == Treatment.TOLERATED;
        assertTrue(taken || rules.isThere(difference), difference.emulator());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bochsDifference_standsInTheReadme(BochsDifference difference) throws IOException {
    String readme = Files.readString(Path.of("README.md")).replaceAll("\\s+", " ");
    String sentence = difference.emulator() + ". " + difference.manual();
    assertTrue(readme.contains(sentence), sentence);
  }
}
