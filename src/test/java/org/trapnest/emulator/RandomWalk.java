package org.trapnest.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.trapnest.emulator.RunBeside.Result;

/** Random runs of a program on both sides, with events at random boundaries. */
final class RandomWalk {
  private static final int LONGEST = 150;
  private static final int MOST_SKIPPED = 30;
  private static final int ALL_EVERY = 25;
  private static final int WALKS = 12;
  private static final int REGISTERS = 16;

  /** Registers and changed memory behind every step, all state now and then. */
  static final RunBeside.Extent EXTENT = step -> step % ALL_EVERY == ALL_EVERY - 1;

  private final Oracle emulator;
  private long steps;
  private long skipped;

  RandomWalk(Oracle emulator) {
    this.emulator = emulator;
  }

  /** Transitions that both sides took. */
  long steps() {
    return steps;
  }

  /** Transitions that were picked and cannot be brought about on the emulator. */
  long skipped() {
    return skipped;
  }

  /**
   * Runs a program several times.
   *
   * @return the first disagreement, shrunk, or empty
   */
  Optional<String> run(RandomProgram program, long seed) {
    RunBeside beside = new RunBeside(emulator, program.text());
    for (int walk = 0; walk < WALKS; walk++) {
      Random random = new Random(seed + walk);
      List<Long> registers = new ArrayList<>();
      for (int slot = 0; slot < REGISTERS; slot++) {
        registers.add(random.nextLong() >>> random.nextInt(64));
      }
      int[] left = {LONGEST + MOST_SKIPPED};
      Result result =
          beside.run(
              registers,
              offered -> left[0]-- > 0 ? pick(offered, random) : Optional.empty(),
              EXTENT);
      steps += result.choices().size();
      skipped += result.skipped();
      if (result.disagreement().isPresent()) {
        RecordedRun found = new RecordedRun(program.text(), registers, result.choices());
        return Optional.of(
            new Shrinking(emulator, program, found).smallest(result.disagreement().get()));
      }
    }
    return Optional.empty();
  }

  /** What the program does next, three times of four; else anything, arrivals included. */
  private static Optional<Integer> pick(List<Integer> offered, Random random) {
    if (offered.isEmpty()) {
      return Optional.empty();
    }
    boolean last = random.nextInt(4) != 0;
    int number = last ? offered.size() - 1 : random.nextInt(offered.size());
    return Optional.of(offered.get(number));
  }
}
