package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds two small models against a baseline in a folder of their own. */
class GateTest {
  private static final Path TINY = Path.of("src/test/resources/models/tiny");

  @TempDir private Path folder;
  private Path good;
  private Path bad;

  @BeforeEach
  void copyModels() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models/tiny"));
    good = Files.copy(TINY.resolve("syscall-nmi.S"), models.resolve("syscall-nmi.S"));
    bad = Files.copy(TINY.resolve("nmi-trusts-saved-cs.S"), models.resolve("trusts.S"));
  }

  private Outcome gate(Path models, String... more) {
    List<String> words = new ArrayList<>(List.of("gate", models.toString(), "--progress", "none"));
    words.addAll(List.of("--reports", folder.resolve("reports").toString()));
    words.addAll(List.of(more));
    return Outcome.of(words.toArray(String[]::new));
  }

  private Path all() {
    return folder.resolve("models");
  }

  private void edit(Path model, String from, String to) throws IOException {
    String text = Files.readString(model);
    assertTrue(text.contains(from), from);
    Files.writeString(model, text.replace(from, to));
  }

  private List<String> traces() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("reports/traces"))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void gate_withoutBaseline_saysHowToMakeOneBeforeItExplores() {
    Outcome outcome = gate(all());
    assertEquals(2, outcome.status());
    assertTrue(outcome.text().contains("make a baseline with: trapnest gate --update"));
    assertFalse(outcome.text().contains("states"));
  }

  @Test
  void gate_brokenBaseline_isRefused() throws IOException {
    Files.createDirectories(folder.resolve("reports"));
    Files.writeString(folder.resolve("reports/baseline.json"), "{\"schema\": ");
    Outcome outcome = gate(all());
    assertEquals(2, outcome.status());
    assertTrue(outcome.text().contains("is no baseline"), outcome.text());
  }

  @Test
  void gate_unchangedModels_doNotDrift() throws IOException {
    assertEquals(0, gate(all(), "--update").status());
    assertEquals(
        List.of("tiny-trusts-default-gs-matches-privilege.trace.txt"),
        traces().stream().filter(t -> t.contains("gs-matches")).toList());
    Outcome outcome = gate(all());
    assertEquals(0, outcome.status(), outcome.text());
    assertTrue(outcome.text().contains("no drift from the baseline"));
  }

  @Test
  void gate_defencePutOut_saysWhatChanged() throws IOException {
    gate(all(), "--update");
    edit(good, "\tpush\t%rbx", "\tpush\t%rbp");
    Outcome outcome = gate(all());
    assertEquals(1, outcome.status(), outcome.text());
    assertTrue(
        outcome.text().contains("tiny/syscall-nmi [default]: property resumes-exactly: holds →"),
        outcome.text());
    assertTrue(outcome.text().contains("accept it with: trapnest gate --update"));
  }

  @Test
  void gate_harmlessChange_isADriftOfCounts() throws IOException {
    gate(all(), "--update");
    edit(good, "\tpush\t%rbx", "\tnop\n\tpush\t%rbx");
    Outcome outcome = gate(all());
    assertEquals(6, outcome.status(), outcome.text());
    assertTrue(outcome.text().matches("(?s).*syscall-nmi \\[default\\]: states \\S+ → \\S+; .*"));
    assertFalse(outcome.text().contains("trusts [default]: "), outcome.text());
    assertFalse(outcome.text().contains("delivery: "), "an NMI handler blocks NMIs");
  }

  @Test
  void gate_placeForAnEventMore_isNamed() throws IOException {
    gate(all(), "--update");
    edit(good, "\tmov\t%gs:top_of_stack, %rsp", "\tnop\n\tmov\t%gs:top_of_stack, %rsp");
    String added = gate(all()).text();
    assertTrue(added.contains("; first new delivery: NMI at entry_SYSCALL_64+"), added);
    gate(all(), "--update");
    edit(good, "\tnop\n", "");
    String removed = gate(all()).text();
    assertTrue(removed.contains("; first lost delivery: NMI at entry_SYSCALL_64+"), removed);
  }

  @Test
  void gate_changedTrace_isADrift() throws IOException {
    gate(all(), "--update");
    String name = traces().get(0);
    Path trace = folder.resolve("reports/traces").resolve(name);
    Files.writeString(trace, Files.readString(trace) + "and more\n");
    Outcome outcome = gate(all());
    assertEquals(6, outcome.status());
    assertTrue(outcome.text().contains("the trace differs from"), outcome.text());
    Files.delete(trace);
    assertTrue(gate(all()).text().contains("there is no committed trace"));
  }

  @Test
  void update_ofOneModel_keepsTheOthersAndDropsItsOldTraces() throws IOException {
    gate(all(), "--update");
    edit(good, "\tpush\t%rbx", "\tnop\n\tpush\t%rbx");
    edit(bad, "//@ stack thread", "//@ switch ROUND = 1\n//@ stack thread");
    assertEquals(0, gate(bad, "--update").status());
    assertTrue(traces().stream().allMatch(t -> t.contains("ROUND=1")), traces().toString());
    Outcome outcome = gate(all());
    assertEquals(6, outcome.status());
    assertTrue(outcome.text().contains("syscall-nmi [default]: states"), outcome.text());
    String summary = Files.readString(folder.resolve("reports/summary.md"));
    assertTrue(summary.contains("| tiny/trusts | ROUND=1 | violated: "), summary);
    assertTrue(summary.contains("| tiny/syscall-nmi | default | holds |"), summary);
  }

  @Test
  void update_ofPartOfAModel_isRefused() {
    Outcome outcome = gate(all(), "--update", "--property", "resumes-exactly");
    assertEquals(2, outcome.status());
    assertTrue(outcome.text().contains("--update takes whole models"), outcome.text());
    Outcome limited = gate(all(), "--update", "--max-states", "3");
    assertEquals(2, limited.status());
    assertFalse(Files.exists(folder.resolve("reports/baseline.json")));
  }

  @Test
  void deepConfiguration_staysInTheBaselineAndDriftsWithItsText() throws IOException {
    String deep = "//@ switch DEPTH = 1 | 2\n//@ deep when DEPTH = 2\n//@ stack thread";
    edit(good, "//@ stack thread", deep);
    gate(all(), "--update", "--deep");
    Outcome skipped = gate(all());
    assertEquals(0, skipped.status(), skipped.text());
    gate(all(), "--update");
    assertEquals(0, gate(all(), "--deep").status());
    edit(good, "\tpush\t%rbx", "\tnop\n\tpush\t%rbx");
    assertTrue(
        gate(all()).text().contains("[DEPTH=2]: its text changed and it is deep"),
        "the text of the deep configuration changed");
    gate(all(), "--update");
    assertEquals(0, gate(all()).status());
    assertEquals(6, gate(all(), "--deep").status());
  }
}
