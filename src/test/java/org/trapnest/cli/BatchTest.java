package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs beside one another, and verifications that run so or otherwise than their models say. */
class BatchTest {
  private static final String TINY = "src/test/resources/models/tiny/";
  private static final String GOOD = TINY + "syscall-nmi.S";
  private static final String BAD = TINY + "nmi-trusts-saved-cs.S";
  private static final String SHADOWS = TINY + "shadow-stacks.S";

  @TempDir private Path folder;

  @Test
  void jobs_besideOneAnother_areAsManyAsThreadsAndThoseAloneAreAlone() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    try (Batch batch = new Batch(2)) {
      List<Future<Integer>> jobs = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int number = i;
        jobs.add(
            batch.beside(
                () -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  both.countDown();
                  awaitOther(both);
                  running.decrementAndGet();
                  return number;
                }));
      }
      jobs.add(batch.alone(running::get));
      assertEquals(0, Batch.result(jobs.get(6)), "jobs that run beside the one alone");
      for (int i = 0; i < 6; i++) {
        assertEquals(i, Batch.result(jobs.get(i)));
      }
    }
    assertEquals(2, most.get());
  }

  private static void awaitOther(CountDownLatch both) {
    try {
      assertTrue(both.await(30, TimeUnit.SECONDS), "the second job never began");
    } catch (InterruptedException interruption) {
      throw new IllegalStateException(interruption);
    }
  }

  @Test
  void job_thatThrows_givesWhatItThrewAndLeavesItsThread() {
    try (Batch batch = new Batch(1)) {
      Future<Object> job =
          batch.beside(
              () -> {
                throw new Rejection(ExitStatus.USAGE, "refused");
              });
      assertEquals("refused", assertThrows(Rejection.class, () -> Batch.result(job)).getMessage());
      assertEquals("next", Batch.result(batch.beside(() -> "next")));
    }
  }

  private static JsonNode verified(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("verify", "--format", "json", "--progress"));
    line.add("none");
    line.addAll(List.of(arguments));
    Outcome outcome = Outcome.of(line.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.err());
    JsonNode runs = new ObjectMapper().readTree(outcome.out()).get("runs");
    for (JsonNode run : runs) {
      for (String measured : List.of("seconds", "statesPerSecond", "bytesPerState")) {
        ((ObjectNode) run).remove(measured);
      }
    }
    return runs;
  }

  @Test
  void verify_severalConfigurations_isTheSameForAnyNumberOfWorkers() throws IOException {
    JsonNode one = verified(GOOD, BAD, SHADOWS, "--workers", "1");
    assertEquals(5, one.size());
    assertEquals(one, verified(GOOD, BAD, SHADOWS, "--workers", "2"));
    assertEquals(one, verified(GOOD, BAD, SHADOWS, "--workers", "7"));
  }

  @Test
  void verify_withoutReduction_hasTheSameVerdictsFromMoreStates() throws IOException {
    JsonNode late = verified(GOOD, BAD);
    JsonNode latching = verified(GOOD, BAD, "--no-reduction");
    for (int i = 0; i < 2; i++) {
      assertEquals("[\"late arrivals\"]", late.get(i).get("reductions").toString());
      assertEquals("[]", latching.get(i).get("reductions").toString());
      assertEquals(late.get(i).get("verdict"), latching.get(i).get("verdict"));
      assertTrue(late.get(i).get("states").asLong() < latching.get(i).get("states").asLong());
    }
    assertFalse(Outcome.of("verify", GOOD, "--no-reduction").out().contains("reductions:"));
  }

  @Test
  void trace_ofAModelExploredOtherwiseThanWritten_replaysLikewise() throws IOException {
    for (List<String> how : List.of(List.of("--no-reduction"), List.of("--nesting", "2"))) {
      Path reports = Files.createTempDirectory(folder, "reports");
      List<String> line = new ArrayList<>(List.of("verify", BAD, "--progress", "none"));
      line.addAll(how);
      line.addAll(List.of("--report-dir", reports.toString()));
      Outcome.of(line.toArray(String[]::new));
      try (Stream<Path> traces = Files.list(reports.resolve("traces"))) {
        List<Path> stored = traces.filter(t -> t.toString().endsWith(".json")).toList();
        assertEquals(1, stored.size());
        for (Path trace : stored) {
          String text = Files.readString(trace);
          assertTrue(text.contains(how.size() == 1 ? "\"reduction\"" : "\"nesting\""), text);
          Outcome replayed = Outcome.of("replay", trace.toString());
          assertEquals(0, replayed.status(), replayed.text());
        }
      }
    }
  }

  @Test
  void gate_acceptsNoBaselineOfModelsExploredOtherwiseThanWritten() {
    Outcome outcome = Outcome.of("gate", GOOD, "--update", "--no-reduction");
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().contains("--no-reduction"), outcome.err());
  }
}
