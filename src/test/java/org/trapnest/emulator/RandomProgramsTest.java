package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random programs with random nested events on both sides. {@code -Dconformance.steps=N} says how
 * many steps at least, {@code -Dconformance.shadowSteps=N} how many with shadow stacks, {@code
 * -Dconformance.seed=N} where to begin.
 */
@Tag("conformance")
class RandomProgramsTest {
  private static final int USUAL_STEPS = 100_000;
  private static final int USUAL_SHADOW_STEPS = 10_000;

  @Test
  void randomProgram_underRandomEvents_runsAlike() {
    try (Emulator emulator = Emulator.open()) {
      run(emulator, new OrdinaryStyle(), Integer.getInteger("conformance.steps", USUAL_STEPS));
    }
  }

  @Test
  void randomProgram_withShadowStacks_runsAlikeOnBochs() {
    try (BochsEmulator emulator = BochsEmulator.open()) {
      run(
          emulator,
          new ShadowStyle(),
          Integer.getInteger("conformance.shadowSteps", USUAL_SHADOW_STEPS));
    }
  }

  private static void run(Oracle oracle, ProgramStyle style, long wanted) {
    long seed = Long.getLong("conformance.seed", 1);
    RandomWalk walk = new RandomWalk(oracle);
    while (walk.steps() < wanted) {
      RandomProgram program = RandomProgram.of(style, new Random(seed));
      Optional<String> disagreement = walk.run(program, seed);
      if (disagreement.isPresent()) {
        fail("seed " + seed + ": " + disagreement.get());
      }
      seed += 1000;
    }
  }
}
