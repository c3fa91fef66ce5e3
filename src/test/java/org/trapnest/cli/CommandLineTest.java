package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.trapnest.report.JsonReport;
import org.trapnest.report.MeasurementReport;
import org.trapnest.report.SurveyJson;

/** Runs whole command lines inside the test's process. */
class CommandLineTest {
  private static final Path TINY = Path.of("src/test/resources/models/tiny");
  private static final String GOOD = TINY.resolve("syscall-nmi.S").toString();
  private static final String BAD = TINY.resolve("nmi-trusts-saved-cs.S").toString();

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** A model as small as possible, with its annotations and code replaced in part. */
  private Path model(String from, String to) throws IOException {
    String text = Files.readString(Path.of(GOOD));
    assertTrue(text.contains(from), from);
    return write("model.S", text.replace(from, to));
  }

  @Test
  void verify_modelsAsExpected_exitsZeroAndSaysComplete() {
    Outcome outcome = Outcome.of("verify", GOOD, BAD, "--progress", "none");
    assertEquals(0, outcome.status(), outcome.out() + outcome.err());
    assertTrue(outcome.out().contains("2 runs, 2 complete and as expected"));
    assertTrue(outcome.out().contains("gs-matches-privilege: violated in 14 steps"));
    assertEquals("", outcome.err());
  }

  @Test
  void gapsAndCoverage_asJson_nameTheirSchemaAndTheModel() throws IOException {
    Outcome gaps = Outcome.of("gaps", GOOD, BAD, "--format", "json", "--progress", "none");
    assertEquals(0, gaps.status(), gaps.err());
    JsonNode tree = new ObjectMapper().readTree(gaps.out());
    assertEquals("trapnest/gaps/1", tree.get("schema").asText());
    assertEquals("tiny/nmi-trusts-saved-cs", tree.get("models").get(1).get("model").asText());
    assertEquals(8, tree.get("models").get(0).get("gaps").size());
    Outcome coverage = Outcome.of("coverage", GOOD, "--format", "json", "--progress", "none");
    assertEquals(0, coverage.status(), coverage.err());
    JsonNode covered = new ObjectMapper().readTree(coverage.out());
    assertEquals("trapnest/coverage/1", covered.get("schema").asText());
    assertTrue(covered.get("complete").asBoolean());
    assertEquals(List.of(), faults(tree, SurveyJson.GAPS_SCHEMA));
    assertEquals(List.of(), faults(covered, SurveyJson.COVERAGE_SCHEMA));
  }

  private static List<Object> faults(JsonNode document, String resource) throws IOException {
    try (InputStream schema = JsonReport.class.getResourceAsStream(resource)) {
      return List.copyOf(
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
              .getSchema(schema)
              .validate(document));
    }
  }

  @Test
  void gapsAndCoverage_asText_standSideBySideAndSayWhatIsUnreached() {
    String gaps = Outcome.of("gaps", GOOD, BAD, "--progress", "none").out();
    assertTrue(gaps.contains("    SYSCALL from user mode, entry           3: NMI "), gaps);
    assertTrue(gaps.contains("      closed by sysretq (syscall-nmi.S:31)"), gaps);
    String coverage = Outcome.of("coverage", GOOD, "--progress", "none").out();
    assertTrue(coverage.contains("0 of 66 instructions are never reached"), coverage);
    assertEquals(
        4, Outcome.of("coverage", GOOD, "--max-states", "9", "--progress", "none").status());
    assertEquals(2, Outcome.of("gaps", GOOD, "--format", "xml").status());
  }

  @Test
  void gaps_whereAnEventHitsTheFrameOfItsOwnKind_sayIt() {
    String broken = "src/test/resources/models/tiny/nmi-breakpoint-unmasks.S";
    String gaps = Outcome.of("gaps", broken, "--progress", "none").out();
    assertTrue(gaps.contains("    NMI from user mode, body                3: NMI onto the "), gaps);
    assertTrue(gaps.contains("      arrives: NMI (asm_exc_nmi on IST 2, onto the live f"), gaps);
  }

  @Test
  void gaps_ofPathsThatFareAlike_arePrintedOnce() throws IOException {
    String text =
        """
        //@ model "Two events with one handler."
        //@ stack thread words 24
        //@ tss sp0 = thread_stack_top
        //@ gate NMI -> start
        //@ gate MC -> start
        //@ event NMI user
        //@ event MC user
        //@ c work preserves-registers
        //@ check stack-in-bounds
        start:
        	swapgs
        	call work
        	swapgs
        	iretq
        """;
    Path model = Files.writeString(folder.resolve("alike.S"), text);
    String gaps = Outcome.of("gaps", model.toString(), "--progress", "none").out();
    assertTrue(gaps.contains("\n    NMI, #MC from user mode, entry          1: nothing"), gaps);
    assertTrue(gaps.contains("\n  NMI, #MC from user mode, entry\n    start (alike.S:11)\n"), gaps);
    assertTrue(gaps.contains("\n      held off: NMI (not declared here), #MC (not decl"), gaps);
  }

  @ParameterizedTest
  @CsvSource({
    "fred.S, user-runs-with-nmi-open: violated",
    "shadow-stacks.S, shadow-token-free: violated in 39 steps"
  })
  void verify_modelOfAnExtension_isAsExpected(String file, String expected) {
    Outcome outcome = Outcome.of("verify", TINY.resolve(file).toString(), "--progress", "none");
    assertEquals(0, outcome.status(), outcome.out() + outcome.err());
    assertTrue(outcome.out().contains(expected), outcome.out());
  }

  @Test
  void verify_strict_reportsTheExpectedViolationWithItsTrace() {
    Outcome outcome = Outcome.of("verify", BAD, "--strict", "--progress", "none");
    assertEquals(1, outcome.status());
    assertTrue(outcome.out().contains(">>> NMI from entry_SYSCALL_64"), outcome.out());
    assertTrue(outcome.out().contains("Demanded:"));
  }

  @Test
  void verify_defectPutInByHand_exitsOneWithATrace() throws IOException {
    Path broken = model("js\t1f", "jns\t1f");
    Outcome outcome = Outcome.of("verify", broken.toString(), "--progress", "none");
    assertEquals(1, outcome.status(), outcome.out() + outcome.err());
    assertTrue(outcome.out().contains("UNEXPECTED"));
  }

  @ParameterizedTest
  @CsvSource({
    "bfs,tree,1",
    "bfs,flat,1",
    "bfs,hash128,1",
    "dfs,tree,1",
    "dfs,flat,1",
    "bfs,tree,8"
  })
  void verify_everySearchStoreAndWorkerCount_findsTheSameStates(
      String search, String store, String workers) throws IOException {
    List<String> digests = new ArrayList<>();
    for (String[] how : new String[][] {{"bfs", "flat", "1"}, {search, store, workers}}) {
      Outcome outcome =
          Outcome.of(
              "verify",
              GOOD,
              BAD,
              "--format",
              "json",
              "--progress",
              "none",
              "--continue",
              "--search",
              how[0],
              "--store",
              how[1],
              "--workers",
              how[2]);
      StringBuilder found = new StringBuilder();
      for (JsonNode run : new ObjectMapper().readTree(outcome.out()).path("runs")) {
        found.append(run.path("states")).append(' ').append(run.path("transitions"));
        found.append(' ').append(run.path("digest")).append(' ').append(run.path("verdict"));
      }
      digests.add(found.toString());
    }
    assertEquals(digests.get(0), digests.get(1));
    assertTrue(digests.get(0).contains("violated"));
  }

  @Test
  void verify_json_isWhatTheSchemaSays() throws IOException {
    Outcome outcome = Outcome.of("verify", GOOD, BAD, "--format", "json", "--progress", "none");
    try (InputStream schema = JsonReport.class.getResourceAsStream(JsonReport.SCHEMA_RESOURCE)) {
      JsonSchema compiled =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
      JsonNode document = new ObjectMapper().readTree(outcome.out());
      assertEquals(2, document.path("runs").size());
      assertEquals(List.of(), List.copyOf(compiled.validate(document)));
    }
  }

  @Test
  void replay_storedTrace_endsAsStored_andDepartsOnAnotherModel() throws IOException {
    Path reports = folder.resolve("out");
    assertEquals(0, Outcome.of("verify", BAD, "--report-dir", reports.toString()).status());
    Path trace;
    try (Stream<Path> files = Files.list(reports.resolve("traces"))) {
      trace = files.filter(f -> f.toString().endsWith(".json")).findFirst().orElseThrow();
    }
    Outcome same = Outcome.of("replay", trace.toString());
    assertEquals(0, same.status(), same.out() + same.err());
    assertTrue(same.out().contains("ends as stored: gs-matches-privilege"));
    Outcome other = Outcome.of("replay", trace.toString(), "--model", GOOD);
    assertEquals(1, other.status());
  }

  @Test
  void simulate_equalSeeds_giveEqualRuns() {
    Outcome first = Outcome.of("simulate", GOOD, "--seed", "5", "--steps", "30");
    Outcome second = Outcome.of("simulate", GOOD, "--seed", "5", "--steps", "30");
    assertEquals(0, first.status());
    assertEquals(first.out(), second.out());
    long different =
        Stream.of("1", "2", "3", "4", "6", "7", "8", "9")
            .map(seed -> Outcome.of("simulate", GOOD, "--seed", seed, "--steps", "90").out())
            .distinct()
            .count();
    assertTrue(different > 1);
  }

  @Test
  void verify_interrupted_exits130() {
    Outcome outcome = Outcome.of(new AtomicBoolean(true), "verify", GOOD, "--progress", "none");
    assertEquals(130, outcome.status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--max-states 10 | state limit",
        "--max-depth 5 | depth limit",
        "--max-memory 1k | memory limit"
      })
  void verify_limit_isIncompleteAndExitsFour(String options, String words) {
    List<String> line = new ArrayList<>(List.of("verify", GOOD, "--progress", "none"));
    line.addAll(List.of(options.split(" ")));
    Outcome outcome = Outcome.of(line.toArray(String[]::new));
    assertEquals(4, outcome.status(), outcome.out());
    assertTrue(outcome.out().contains(words), outcome.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "verify nowhere | there is no file or folder",
        "verify --store best | does not know 'best'",
        "verify --workers 0 | at least 1",
        "verify --nesting 99 | 1 to 15",
        "verify --time-limit soon | such as 60s",
        "verify --format pdf | text and json",
        "verify --property none-such | there is no property",
        "verify --properties nowhere | with properties",
        "replay nowhere | cannot be read",
        "bench | takes 'nest' or 'model'",
        "bench nest 0 12 0 | D is 1 to 7, not 0",
        "bench nest 8 12 0 | D is 1 to 7, not 8",
        "bench nest 2 11 0 | L is 12 to 64, not 11",
        "bench nest 2 12 2 | P is 0 or 1, not 2",
        "bench nest 2 12 x | 'x' is not an int",
        "bench nest 2 12 | Missing required parameter: 'P'",
        "bench nest 2 12 0 --vector lean | does not know 'lean'",
        "bench model nowhere | there is no file or folder",
        "bench model --config DEPTH=99 | has no configuration",
        "gate --reports nowhere | make a baseline"
      })
  void wrongCommandLine_exitsTwoWithOneLine(String words, String message) {
    List<String> line = new ArrayList<>(List.of(words.split(" ")));
    if (words.startsWith("gate")) {
      line.addAll(List.of(GOOD, "--progress", "none"));
    } else if (words.contains("--") && !words.startsWith("bench nest")) {
      line.add(GOOD);
    }
    Outcome outcome = Outcome.of(line.toArray(String[]::new));
    assertEquals(2, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains(message), outcome.err());
    assertFalse(outcome.err().contains("\tat "));
  }

  private static Stream<Arguments> slips() {
    return Stream.of(
        Arguments.of("sysretq", "frobnicate", "unknown instruction 'frobnicate'"),
        Arguments.of("sysretq", "jmp nowhere", "neither a label"),
        Arguments.of("sysretq", "movl %rax, %ebx", "operand size"),
        Arguments.of("sysretq", "mov %rqx, %rbx", "unknown register"),
        Arguments.of("//@ nesting", "//@ nesing", "unknown annotation"),
        Arguments.of("-> asm_exc_nmi", "-> asm_exc_nmy", "neither a label"),
        Arguments.of("//@ stack nmi", "//@ stack b words 8 ist 2\n//@ stack nmi", "belongs to"),
        Arguments.of("//@ check ", "//@ check gz-matches-privilege, ", "there is no property"));
  }

  @ParameterizedTest
  @MethodSource("slips")
  void rejectedModel_exitsThreeWithItsPlace(String from, String to, String message)
      throws IOException {
    Outcome outcome = Outcome.of("verify", model(from, to).toString());
    assertEquals(3, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains(message), outcome.err());
    assertTrue(outcome.err().contains("model.S:"), outcome.err());
    assertTrue(outcome.err().contains("^"), outcome.err());
  }

  @Test
  void modelWithoutUserEntry_isRejected() throws IOException {
    String text =
        Files.readString(Path.of(GOOD))
            .replace("//@ user syscall\n", "")
            .replace("//@ event NMI anywhere", "//@ event NMI kernel");
    Outcome outcome = Outcome.of("verify", write("model.S", text).toString());
    assertEquals(3, outcome.status());
    assertTrue(outcome.err().contains("nothing enters the kernel"), outcome.err());
  }

  @Test
  void hostileFiles_areRejectedWithoutAStackTrace() throws IOException {
    Path binary = Files.write(folder.resolve("binary.S"), new byte[] {0, 1, 2, 0});
    Path empty = write("empty.S", "");
    Path longLine = write("long.S", "//@ model \"" + "x".repeat(3_000_000) + "\"\n");
    Path endless = write("endless.S", "//@ model \"x\"\n.macro m\nm\n.endm\nm\n");
    Path cycle = write("cycle.S", "//@ model \"x\"\n#include \"cycle.S\"\n");
    for (Path file : List.of(binary, empty, longLine, endless, cycle)) {
      Outcome outcome = Outcome.of("lint", file.toString());
      assertEquals(3, outcome.status(), file + outcome.err());
      assertTrue(outcome.err().contains("error"), outcome.err());
      assertFalse(outcome.err().contains("\tat "), outcome.err());
    }
  }

  @Test
  void fallingOffTheEnd_isUnmodelled() throws IOException {
    Outcome outcome = Outcome.of("verify", model("pop\t%rbx\n\tiretq", "pop\t%rbx").toString());
    assertEquals(5, outcome.status(), outcome.out());
    assertTrue(outcome.out().contains("behind the last instruction"), outcome.out());
  }

  @Test
  void pathThatEndsByAFindingWithoutAProperty_isNeverPassedOver() throws IOException {
    String text =
        Files.readString(Path.of(GOOD))
            .replace("asm_exc_nmi ist 2", "asm_exc_nmi")
            .replace("stack nmi words 24", "stack nmi words 64")
            .replace("stack thread words 16", "stack thread words 64")
            .replace("//@ nesting", "//@ tss sp0 = nmi_stack_top\n//@ nesting");
    Outcome outcome = Outcome.of("verify", write("model.S", text).toString());
    assertEquals(5, outcome.status(), outcome.out());
    assertTrue(outcome.out().contains("The stack pointer is the unknown value user.rsp"));
  }

  @Test
  void deepConfiguration_runsOnlyWhenItIsAskedFor() throws IOException {
    Path model =
        model(
            "//@ stack thread",
            "//@ switch DEPTH = 1 | 2\n//@ deep when DEPTH = 2\n//@ stack thread");
    Outcome plain = Outcome.of("verify", model.toString(), "--progress", "none");
    assertTrue(plain.out().contains("[DEPTH=1]"), plain.out() + plain.err());
    assertFalse(plain.out().contains("[DEPTH=2]"));
    assertTrue(plain.out().contains("1 deep configurations were not explored"));
    Outcome deep = Outcome.of("verify", model.toString(), "--progress", "none", "--deep");
    assertTrue(deep.out().contains("2 runs, 2 complete and as expected"), deep.out());
    Outcome named =
        Outcome.of("verify", model.toString(), "--progress", "none", "--config", "DEPTH=2");
    assertTrue(named.out().contains("1 runs, 1 complete and as expected"), named.out());
  }

  @Test
  void endingProperty_cutsPathsAndTheScopeSaysSo() throws IOException {
    String text = Files.readString(Path.of(BAD));
    Path model = write("ends.S", text + "\n//@ ends gs-matches-privilege\n");
    Outcome whole = Outcome.of("verify", BAD, "--progress", "none");
    Outcome cut = Outcome.of("verify", model.toString(), "--progress", "none");
    assertFalse(whole.out().contains("paths end"));
    assertTrue(cut.out().contains("paths end where gs-matches-privilege is violated"), cut.out());
    assertTrue(cut.out().contains("gs-matches-privilege: violated in 14 steps"), cut.out());
  }

  @Test
  void endingProperty_thatIsNotChecked_isRejected() throws IOException {
    Path model = model("//@ stack thread", "//@ ends ist-top-not-used\n//@ stack thread");
    Outcome outcome = Outcome.of("verify", model.toString(), "--progress", "none");
    assertEquals(3, outcome.status());
    assertTrue(outcome.err().contains("ist-top-not-used"), outcome.err());
  }

  @Test
  void nmiNotLost_isVacuousWithoutAServer_holdsWithOne_andIsViolatedWhereItIsPassedBy()
      throws IOException {
    String checked = "//@ check nmi-not-lost\n//@ stack thread";
    Path without = model("//@ stack thread", checked);
    Outcome vacuous = Outcome.of("verify", without.toString(), "--progress", "none");
    assertTrue(vacuous.out().contains("nmi-not-lost: vacuous"), vacuous.out());
    String text = Files.readString(without).replace("//@ c exc_nmi", "//@ c exc_nmi serves NMI");
    Path served = write("served.S", text);
    assertEquals(0, Outcome.of("verify", served.toString(), "--progress", "none").status());
    Path passed = write("passed.S", text.replace("\tcall\texc_nmi", "\tnop"));
    Outcome lost = Outcome.of("verify", passed.toString(), "--progress", "none");
    assertTrue(lost.out().contains("nmi-not-lost: violated"), lost.out() + lost.err());
  }

  @Test
  void stackOfOneWord_isAFinding() throws IOException {
    Outcome outcome =
        Outcome.of("verify", model("stack thread words 16", "stack thread words 1").toString());
    assertEquals(1, outcome.status());
    assertTrue(outcome.out().contains("stack-in-bounds: violated"), outcome.out());
  }

  @Test
  void reportFolder_thatIsAFile_isRefusedBeforeExploring() throws IOException {
    Path file = write("taken", "x");
    Outcome outcome = Outcome.of("verify", GOOD, "--report-dir", file.toString());
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().contains("cannot be written"));
  }

  @Test
  void bench_json_isWhatTheSchemaSays_andCountsAsTheReference() throws IOException {
    List<String[]> lines =
        List.of(
            new String[] {"bench", "nest", "2", "12", "1", "--vector", "thin", "--format", "json"},
            new String[] {"bench", "nest", "2", "12", "0", "--warm-up", "--format", "json"},
            new String[] {"bench", "model", BAD, "--format", "json"});
    List<JsonNode> documents = new ArrayList<>();
    try (InputStream schema =
        JsonReport.class.getResourceAsStream(MeasurementReport.SCHEMA_RESOURCE)) {
      JsonSchema compiled =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
      for (String[] line : lines) {
        Outcome outcome = Outcome.of(line);
        assertEquals(0, outcome.status(), outcome.err());
        documents.add(new ObjectMapper().readTree(outcome.out()));
        assertEquals(
            List.of(), List.copyOf(compiled.validate(documents.get(documents.size() - 1))));
      }
    }
    assertEquals(8_980, documents.get(0).path("states").asLong());
    assertEquals(8_980, documents.get(0).path("reference").path("states").asLong());
    assertFalse(documents.get(0).path("warm").asBoolean(true));
    assertEquals(2_245, documents.get(1).path("states").asLong());
    assertTrue(documents.get(1).path("warm").asBoolean(false));
    assertEquals("complete", documents.get(2).path("completion").asText());
  }

  @Test
  void bench_text_comparesWithTheReferenceWhereThereIsOne() {
    assertTrue(
        Outcome.of("bench", "nest", "2", "12", "0").out().contains("depth 37, as the reference"));
    assertFalse(Outcome.of("bench", "nest", "2", "13", "0").out().contains("reference"));
    Outcome limited = Outcome.of("bench", "nest", "2", "12", "0", "--max-states", "100");
    assertEquals(4, limited.status());
    assertTrue(limited.out().contains("state limit"), limited.out());
  }

  @Test
  void runsAtOnce_inOneReportFolder_leaveWholeFiles() throws Exception {
    Path reports = folder.resolve("reports");
    List<Thread> threads = new ArrayList<>();
    List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 3; i++) {
      String[] words = {
        "verify", BAD, "--progress", "none", "--report-dir", reports.toString(), "--format", "json"
      };
      Thread thread = new Thread(() -> statuses.add(Outcome.of(words).status()));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(0, 0, 0), statuses);
    JsonNode report = new ObjectMapper().readTree(reports.resolve("report.json").toFile());
    assertEquals(0, report.path("exit").asInt(-1));
    try (Stream<Path> files = Files.walk(reports)) {
      assertTrue(files.noneMatch(f -> f.toString().endsWith(".tmp")));
    }
  }

  @Test
  void longLine_isRefusedWithItsReason() throws IOException {
    String text = Files.readString(Path.of(GOOD)) + "# " + "x".repeat(10_000_000) + "\n";
    Outcome outcome = Outcome.of("verify", write("long.S", text).toString(), "--progress", "none");
    assertEquals(3, outcome.status());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().contains("it is longer than 4 MiB"), outcome.err());
  }

  @Test
  void everyCommand_hasHelpWithAnExample() {
    assertTrue(
        Outcome.of("bench", "nest", "--help").out().contains("Example: trapnest bench nest"));
    assertTrue(
        Outcome.of("bench", "model", "--help").out().contains("Example: trapnest bench model"));
    for (String command :
        List.of("verify", "gate", "list", "lint", "simulate", "replay", "bench")) {
      Outcome outcome = Outcome.of(command, "--help");
      assertEquals(0, outcome.status());
      assertTrue(outcome.out().contains("Example: trapnest " + command), outcome.out());
    }
    assertTrue(Outcome.of("--version").out().startsWith("trapnest "));
  }
}
