package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random programs with random nested events on both sides. {@code -Dconformance.steps=N} says how
 * many steps at least, {@code -Dconformance.seed=N} where to begin.
 */
@Tag("conformance")
class RandomProgramsTest {
  private static final int USUAL_STEPS = 100_000;

  @Test
  void randomProgram_underRandomEvents_runsAlike() {
    long wanted = Integer.getInteger("conformance.steps", USUAL_STEPS);
    long seed = Long.getLong("conformance.seed", 1);
    try (Emulator emulator = Emulator.open()) {
      RandomWalk walk = new RandomWalk(emulator);
      while (walk.steps() < wanted) {
        RandomProgram program = RandomProgram.of(new Random(seed));
        Optional<String> disagreement = walk.run(program, seed);
        if (disagreement.isPresent()) {
          fail("seed " + seed + ": " + disagreement.get());
        }
        seed += 1000;
      }
    }
  }
}
