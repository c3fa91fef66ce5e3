package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineTest {
  private static final int BLOCKS = 2000;
  private static final Duration MOST = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void work_anyWorkers_expandsEachOnceAndLooksUpInOrder(int workers) {
    AtomicIntegerArray expansions = new AtomicIntegerArray(BLOCKS);
    List<Integer> lookedUp = new ArrayList<>();
    Pipeline pipeline =
        new Pipeline(
            BLOCKS,
            block -> {
              assertEquals(1, expansions.get(block), "it is expanded");
              return lookedUp.add(block);
            },
            Thread::yield);

    run(workers, () -> pipeline.work(expansions::incrementAndGet));

    assertFalse(pipeline.refused());
    assertEquals(IntStream.range(0, BLOCKS).boxed().toList(), lookedUp);
    IntStream.range(0, BLOCKS).forEach(block -> assertEquals(1, expansions.get(block)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void work_blockRefused_looksUpNoneBehindIt(int workers) {
    List<Integer> lookedUp = new ArrayList<>();
    Pipeline pipeline =
        new Pipeline(BLOCKS, block -> lookedUp.add(block) && block < 10, Thread::yield);

    run(workers, () -> pipeline.work(block -> {}));

    assertTrue(pipeline.refused());
    assertEquals(IntStream.rangeClosed(0, 10).boxed().toList(), lookedUp);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void work_expansionFails_endsAllWorkersAndSaysWhy(int workers) {
    Pipeline pipeline = new Pipeline(BLOCKS, block -> true, Thread::yield);

    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                run(
                    workers,
                    () ->
                        pipeline.work(
                            block -> {
                              if (block == 100) {
                                throw new IllegalStateException("block 100");
                              }
                            })));

    assertEquals("block 100", failure.getMessage());
  }

  private static void run(int workers, Runnable task) {
    try (Crew crew = new Crew(workers)) {
      Assertions.assertTimeoutPreemptively(MOST, () -> crew.run(worker -> task.run()));
    }
  }
}
