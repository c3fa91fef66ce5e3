package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.store.MemoryBudget;
import org.trapnest.transition.TransitionSystem;

/** A search in which most states are derived from others finds what one over whole vectors does. */
class DerivedStatesTest {
  @TempDir private Path folder;

  private static ExplorationOptions options(StoreKind store, int workers, Limits limits) {
    return new ExplorationOptions(Search.BFS, store, workers, limits, true);
  }

  private static Facts run(
      TransitionSystem system, ExplorationOptions options, Pacing pacing, Checkpoints checkpoints) {
    return Facts.of(
        Exploration.run(
            new Setting(
                system,
                options,
                ExplorationMonitor.SILENT,
                System::nanoTime,
                Optional.of(pacing),
                checkpoints)));
  }

  private static Facts run(TransitionSystem system, StoreKind store, Limits limits) {
    Pacing pacing = new Pacing(64, 8, 16, () -> {});
    return run(system, options(store, 1, limits), pacing, Checkpoints.NONE);
  }

  private Checkpoints checkpoints() {
    Optional<Path> file = Optional.of(folder.resolve("search"));
    return new Checkpoints(file, file, Map.of(), 0, AssertionError::new);
  }

  private static Limits states(long most) {
    return new Limits(most, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** Whether a search that derives states is void. */
  private static boolean isVoid(TransitionSystem system) {
    Setting setting =
        new Setting(
            system,
            options(StoreKind.TREE, 1, Limits.NONE),
            ExplorationMonitor.SILENT,
            System::nanoTime);
    try {
      new BreadthFirst(setting, new MemoryBudget(Long.MAX_VALUE), true).run();
      return false;
    } catch (KeyCollision collision) {
      return true;
    }
  }

  /** Long enough for the trees to change their shape twice. */
  @Test
  void run_manyStates_isThatOverWholeVectors() {
    for (int few : List.of(4, 60, 1000)) {
      Runs runs = new Runs(few == 4 ? 40_000 : 150_000, few, few);
      Facts expected = run(runs, StoreKind.FLAT, Limits.NONE);
      for (int workers = 1; workers <= 5; workers += 2) {
        Pacing pacing = new Pacing(50, 20, 30, Thread::yield);
        assertEquals(
            expected,
            run(runs, options(StoreKind.TREE, workers, Limits.NONE), pacing, Checkpoints.NONE));
      }
    }
  }

  @Test
  void run_keptAndContinued_isTheWholeSearch() {
    Runs runs = new Runs(60_000, 30, 5);
    Facts expected = run(runs, StoreKind.FLAT, Limits.NONE);
    Pacing pacing = new Pacing(50, 20, 30, () -> {});
    for (long most = 1_000; most < 30_000; most += 7_001) {
      ExplorationOptions limited = options(StoreKind.TREE, 2, states(most));
      assertEquals(
          Completion.STATE_LIMIT, run(runs, limited, pacing, checkpoints()).completion(), "a part");
    }
    ExplorationOptions whole = options(StoreKind.TREE, 2, Limits.NONE);
    assertEquals(expected, run(runs, whole, pacing, checkpoints()));
  }

  @Test
  void run_littleMemory_endsAtTheLimitAndHasTheSameStates() {
    Runs runs = new Runs(400_000, 30, 6);
    Limits little = new Limits(Long.MAX_VALUE, 4 << 20, Long.MAX_VALUE, Integer.MAX_VALUE);
    Facts part = run(runs, StoreKind.TREE, little);
    assertEquals(Completion.MEMORY_LIMIT, part.completion());
    assertTrue(part.states() > 1_000);
  }

  @Test
  void collide_twoStates_haveTheSameLowLaneAndAreTwo() {
    Runs apart = new Runs(100, 1_000, 1);
    Runs collided = new Runs(100, 1_000, 1).collide(70, 20);
    assertEquals(100, run(collided, StoreKind.FLAT, Limits.NONE).states());
    assertNotEquals(
        run(apart, StoreKind.FLAT, Limits.NONE), run(collided, StoreKind.FLAT, Limits.NONE));
    assertTrue(isVoid(collided), "the keys are equal");
    assertTrue(!isVoid(apart));
  }

  /** Wherever the two are: at forks, in runs, at the start. */
  @Test
  void run_twoStatesWithTheSameKey_isThatOverWholeVectors() {
    SplittableRandom random = new SplittableRandom(9);
    int collisions = 0;
    for (int i = 0; i < 300; i++) {
      int states = 3 + random.nextInt(300);
      int first = 1 + random.nextInt(states - 1);
      int second = (first + 1 + random.nextInt(states - 1)) % states;
      Runs runs = new Runs(states, 2 + random.nextInt(60), i).collide(first, second);
      Limits limits = random.nextBoolean() ? Limits.NONE : states(1 + random.nextInt(states));
      assertEquals(run(runs, StoreKind.FLAT, limits), run(runs, StoreKind.TREE, limits));
      collisions += isVoid(runs) ? 1 : 0;
    }
    assertTrue(collisions > 250, "most pairs are both reached: " + collisions);
  }

  @Test
  void run_continuedBeforeAndBehindACollision_isTheWholeSearch() {
    Runs runs = new Runs(5_000, 50, 3).collide(4_000, 2_000);
    Facts expected = run(runs, StoreKind.FLAT, Limits.NONE);
    Pacing pacing = new Pacing(16, 4, 8, () -> {});
    for (long most = 200; most < 5_000; most += 1_200) {
      run(runs, options(StoreKind.TREE, 1, states(most)), pacing, checkpoints());
    }
    ExplorationOptions whole = options(StoreKind.TREE, 1, Limits.NONE);
    assertEquals(expected, run(runs, whole, pacing, checkpoints()));
  }

  @Test
  void insert_derivingStore_isRefused() {
    Setting setting =
        new Setting(
            new Runs(10, 5, 1),
            options(StoreKind.TREE, 1, Limits.NONE),
            ExplorationMonitor.SILENT,
            System::nanoTime);
    var cursor = setting.newStore(new MemoryBudget(Long.MAX_VALUE), state -> -1).newCursor();
    assertThrows(UnsupportedOperationException.class, () -> cursor.insert(new long[30], null));
  }
}
