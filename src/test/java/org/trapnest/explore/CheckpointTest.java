package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.bench.Nest;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.TransitionSystem;

class CheckpointTest {
  private static final Nest NEST = Nest.fat(2, 12, 1).withBug();
  private static final Map<String, String> IDENTITY = Map.of("model", "nest");

  @TempDir private Path folder;

  private final List<String> complaints = new ArrayList<>();

  private Checkpoints checkpoints(Path file) {
    return new Checkpoints(Optional.of(file), Optional.of(file), IDENTITY, 0, complaints::add);
  }

  private static ExplorationOptions options(StoreKind store, int workers, Limits limits) {
    return new ExplorationOptions(Search.BFS, store, workers, limits, true);
  }

  private static ExplorationResult run(
      ExplorationOptions options, int rounds, Checkpoints checkpoints) {
    return run(NEST, options, rounds, checkpoints);
  }

  private static ExplorationResult run(
      TransitionSystem system, ExplorationOptions options, int rounds, Checkpoints checkpoints) {
    ExplorationMonitor monitor =
        new ExplorationMonitor() {
          private int left = rounds;

          @Override
          public void progress(Statistics soFar) {
            left--;
          }

          @Override
          public boolean interrupted() {
            return left < 0;
          }
        };
    Optional<Pacing> pacing = Optional.of(new Pacing(16, 2, 20, () -> {}));
    return Exploration.run(
        new Setting(system, options, monitor, System::nanoTime, pacing, checkpoints));
  }

  private static Facts uninterrupted(StoreKind store) {
    return Facts.of(run(options(store, 1, Limits.NONE), Integer.MAX_VALUE, Checkpoints.NONE));
  }

  @ParameterizedTest
  @EnumSource
  void resume_afterInterruptions_endsAsIfUninterrupted(StoreKind store) {
    SplittableRandom random = new SplittableRandom(31);
    for (int i = 0; i < 4; i++) {
      Path file = folder.resolve(store + "-" + i + ".checkpoint");
      ExplorationResult result;
      int runs = 0;
      do {
        int workers = 1 + random.nextInt(3);
        int rounds = 1 + random.nextInt(120);
        result = run(options(store, workers, Limits.NONE), rounds, checkpoints(file));
        runs++;
      } while (result.completion() == Completion.INTERRUPTED);
      assertTrue(runs > 2, "it was interrupted several times");
      assertEquals(uninterrupted(store), Facts.of(result));
    }
    assertEquals(List.of(), complaints);
  }

  @ParameterizedTest
  @EnumSource
  void resume_afterStateLimits_endsAsIfUnlimited(StoreKind store) {
    Path file = folder.resolve("limited.checkpoint");
    ExplorationResult result;
    long maxStates = 1;
    do {
      Limits limits = new Limits(maxStates, Long.MAX_VALUE, Long.MAX_VALUE, 1 << 30);
      result = run(options(store, 2, limits), Integer.MAX_VALUE, checkpoints(file));
      if (result.completion() == Completion.STATE_LIMIT) {
        assertEquals(maxStates, result.statistics().states());
      }
      maxStates += 997;
    } while (result.completion() == Completion.STATE_LIMIT);
    assertEquals(uninterrupted(store), Facts.of(result));
  }

  /** Demands that user mode stays reachable. */
  private record Returning(TransitionSystem inner) implements Delegating {

    @Override
    public long possibilities() {
      return 1;
    }
  }

  @ParameterizedTest
  @EnumSource
  void resume_withADemandedPossibility_stillKnowsWhereItIs(StoreKind store) {
    Returning system = new Returning(Nest.fat(2, 12, 0));
    Path file = folder.resolve("possibility.checkpoint");
    ExplorationResult result;
    long maxStates = 1;
    do {
      Limits limits = new Limits(maxStates, Long.MAX_VALUE, Long.MAX_VALUE, 1 << 30);
      result = run(system, options(store, 2, limits), Integer.MAX_VALUE, checkpoints(file));
      maxStates += 83;
    } while (result.completion() == Completion.STATE_LIMIT);
    ExplorationOptions whole = options(store, 1, Limits.NONE);
    ExplorationResult expected = run(system, whole, Integer.MAX_VALUE, Checkpoints.NONE);
    assertEquals(List.of(), expected.violations());
    assertEquals(Facts.of(expected), Facts.of(result));
  }

  private static ExplorationOptions deepFirst(StoreKind store, Limits limits) {
    return new ExplorationOptions(Search.DFS, store, 1, limits, true);
  }

  @ParameterizedTest
  @EnumSource
  void resume_depthFirstAfterStateLimitsAndInterruptions_endsAsIfNothingHadHappened(
      StoreKind store) {
    Returning system = new Returning(Nest.fat(2, 12, 1).withBug());
    Path file = folder.resolve("deep.checkpoint");
    ExplorationResult result;
    long maxStates = 1;
    int runs = 0;
    do {
      Limits limits = new Limits(maxStates, Long.MAX_VALUE, Long.MAX_VALUE, 1 << 30);
      int rounds = runs % 3 == 2 ? 0 : Integer.MAX_VALUE;
      result = run(system, deepFirst(store, limits), rounds, checkpoints(file));
      maxStates += 331;
      runs++;
    } while (result.completion() != Completion.COMPLETE);
    assertTrue(runs > 5, "it was stopped several times");
    ExplorationOptions whole = deepFirst(store, Limits.NONE);
    ExplorationResult expected = run(system, whole, Integer.MAX_VALUE, Checkpoints.NONE);
    assertEquals(Facts.of(expected), Facts.of(result));
    assertEquals(List.of(), complaints);
  }

  @Test
  void resume_depthFirst_ofAnotherSearchOrDepth_isRefused() {
    Path file = interruptedRun();
    Checkpoints from = checkpoints(file);
    ExplorationOptions deep = deepFirst(StoreKind.TREE, Limits.NONE);
    String search = assertThrows(CheckpointRefusal.class, () -> run(deep, 1, from)).getMessage();
    assertTrue(search.contains("greatest depth") || search.contains("its search"), search);
  }

  @Test
  void resume_afterDepthAndMemoryLimits_endsAsIfUnlimited() {
    Path file = folder.resolve("limited.checkpoint");
    Limits shallow = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 12);
    Limits small = new Limits(Long.MAX_VALUE, 560_000, Long.MAX_VALUE, 1 << 30);
    ExplorationResult first =
        run(options(StoreKind.TREE, 1, shallow), Integer.MAX_VALUE, checkpoints(file));
    assertEquals(Completion.DEPTH_LIMIT, first.completion());
    ExplorationResult second = run(options(StoreKind.TREE, 1, Limits.NONE), 30, checkpoints(file));
    assertEquals(Completion.INTERRUPTED, second.completion());
    assertTrue(second.statistics().states() > first.statistics().states());
    CheckpointRefusal refusal =
        assertThrows(
            CheckpointRefusal.class,
            () -> run(options(StoreKind.TREE, 1, small), 1, checkpoints(file)));
    assertTrue(refusal.getMessage().contains("more memory"), refusal.getMessage());
    ExplorationResult last =
        run(options(StoreKind.TREE, 1, Limits.NONE), Integer.MAX_VALUE, checkpoints(file));
    assertEquals(uninterrupted(StoreKind.TREE), Facts.of(last));
  }

  @Test
  void resume_finished_givesTheResultAgain() {
    Path file = folder.resolve("finished.checkpoint");
    ExplorationOptions options = options(StoreKind.TREE, 1, Limits.NONE);
    ExplorationResult first = run(options, Integer.MAX_VALUE, checkpoints(file));
    assertEquals(first, run(options, 0, checkpoints(file)));
  }

  @Test
  void resume_withoutFile_beginsAnew() {
    Path file = folder.resolve("missing.checkpoint");
    Checkpoints only =
        new Checkpoints(Optional.empty(), Optional.of(file), IDENTITY, 0, complaints::add);
    ExplorationOptions options = options(StoreKind.TREE, 1, Limits.NONE);
    assertEquals(uninterrupted(StoreKind.TREE), Facts.of(run(options, Integer.MAX_VALUE, only)));
    assertFalse(Files.exists(file));
  }

  private Path interruptedRun() {
    Path file = folder.resolve("interrupted.checkpoint");
    run(options(StoreKind.TREE, 1, Limits.NONE), 40, checkpoints(file));
    return file;
  }

  private String refusal(Path file, StoreKind store, Map<String, String> identity) {
    Checkpoints from =
        new Checkpoints(Optional.empty(), Optional.of(file), identity, 0, complaints::add);
    return assertThrows(CheckpointRefusal.class, () -> run(options(store, 1, Limits.NONE), 1, from))
        .getMessage();
  }

  @Test
  void resume_otherSearch_isRefusedWithTheDifference() {
    Path file = interruptedRun();
    assertTrue(
        refusal(file, StoreKind.TREE, Map.of("model", "other"))
            .endsWith("its model is 'nest', that of this run 'other'"));
    assertTrue(
        refusal(file, StoreKind.FLAT, IDENTITY)
            .endsWith("its store is 'TREE', that of this run 'FLAT'"));
    assertTrue(
        refusal(file, StoreKind.TREE, Map.of("model", "nest", "version", "2"))
            .endsWith("its version is 'none', that of this run '2'"));
  }

  @Test
  void resume_anyBitFlippedOrTruncated_isRefused() throws IOException {
    Path file = interruptedRun();
    byte[] good = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(32);
    for (int i = 0; i < 200; i++) {
      byte[] bad = good.clone();
      if (i % 2 == 0) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      } else {
        bad = Arrays.copyOf(good, i == 1 ? 0 : random.nextInt(good.length));
      }
      Files.write(file, bad);
      assertTrue(refusal(file, StoreKind.TREE, IDENTITY).contains("truncated or damaged"));
    }
  }

  @Test
  void save_impossible_isComplainedOfAndTheSearchGoesOn() throws IOException {
    Path blocker = Files.writeString(folder.resolve("blocker"), "a file, not a folder");
    Path file = blocker.resolve("x.checkpoint");
    ExplorationResult result =
        run(
            options(StoreKind.TREE, 1, Limits.NONE),
            Integer.MAX_VALUE,
            new Checkpoints(Optional.of(file), Optional.empty(), IDENTITY, 0, complaints::add));
    assertEquals(uninterrupted(StoreKind.TREE), Facts.of(result));
    assertTrue(complaints.get(0).startsWith("checkpoint not written: "), complaints.get(0));
  }

  @Test
  void save_fails_leavesTheFormerFile() throws IOException {
    Path file = folder.resolve("kept.checkpoint");
    CheckpointFile checkpoint = new CheckpointFile(file, IDENTITY);
    checkpoint.write(out -> out.put(7));
    assertThrows(
        IOException.class,
        () ->
            checkpoint.write(
                out -> {
                  out.put(8);
                  throw new IOException("No space left on device");
                }));
    assertEquals(7, checkpoint.<Long>read(in -> in.take()).longValue());
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}
