package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rule that is broken on purpose is caught by the comparison with a processor. */
class BrokenRulesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  @Tag("conformance")
  void brokenRule_besideTheEmulator_isCaught(BrokenRule broken) throws IOException {
    String caught = BrokenMachine.failingRule(broken.source(), BrokenMachine.Checker.class, folder);
    assertNotEquals("", caught, broken + " is not caught");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("conformance")
  void brokenShadowRule_besideBochs_isCaught(BrokenShadowRule broken) throws IOException {
    String caught =
        BrokenMachine.failingRule(broken.source(), BrokenMachine.ShadowChecker.class, folder);
    assertNotEquals("", caught, broken + " is not caught");
  }

  @ParameterizedTest
  @EnumSource
  void brokenRule_inTheSource_changesItOnce(BrokenRule broken) throws IOException {
    checkSource(broken.source());
  }

  @ParameterizedTest
  @EnumSource
  void brokenShadowRule_inTheSource_changesItOnce(BrokenShadowRule broken) throws IOException {
    checkSource(broken.source());
  }

  private static void checkSource(BrokenSource broken) throws IOException {
    Path source = Path.of("src/main/java/org/trapnest/machine", broken.type() + ".java");
    String text = Files.readString(source);
    assertNotEquals(text, broken.breakIn(text));
    assertEquals(text, Files.readString(source));
  }

  @Test
  void brokenRules_inTheReadme_areCounted() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertTrue(readme.contains(BrokenRule.values().length + " rules broken on purpose"));
    int shadow = BrokenShadowRule.values().length;
    assertTrue(readme.contains(shadow + " rules of shadow stacks broken on purpose"));
  }
}
