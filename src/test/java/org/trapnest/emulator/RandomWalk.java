package org.trapnest.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.trapnest.emulator.StateTransfer.Difference;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Slot;

/** A random run of a program on both sides, with events at random boundaries. */
final class RandomWalk {
  private static final int LONGEST = 150;
  private static final int ALL_EVERY = 25;
  private static final int WALKS = 12;

  private final Emulator emulator;
  private long steps;

  RandomWalk(Emulator emulator) {
    this.emulator = emulator;
  }

  /** Transitions that both sides took. */
  long steps() {
    return steps;
  }

  /**
   * Runs a program several times.
   *
   * @return the first disagreement with the steps before it, or empty
   */
  Optional<String> run(RandomProgram program, long seed) {
    Path file = emulator.folder().resolve("random.S");
    try {
      Files.writeString(file, program.text());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    MachineModel model = TestModels.load(file);
    GuestProgram built = GuestProgram.build(file, Map.of(), model, emulator.folder());
    for (int walk = 0; walk < WALKS; walk++) {
      Optional<String> found = walk(new Lockstep(emulator, model, built), new Random(seed + walk));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<String> walk(Lockstep lockstep, Random random) {
    MachineState state = lockstep.state();
    for (int slot = 0; slot < 16; slot++) {
      if (slot != Slot.RSP) {
        state.write(slot, random.nextLong() >>> random.nextInt(64));
      }
    }
    lockstep.begin();
    List<String> log = new ArrayList<>();
    for (int i = 0; i < LONGEST; i++) {
      List<Integer> offered = lockstep.offered();
      if (offered.isEmpty()) {
        break;
      }
      boolean last = random.nextInt(4) != 0;
      int choice = offered.get(last ? offered.size() - 1 : random.nextInt(offered.size()));
      log.add(Integer.toHexString(choice) + " at " + lockstep.place());
      try {
        if (lockstep.take(choice) != Lockstep.Outcome.TAKEN) {
          break;
        }
      } catch (Unsupported unsupported) {
        break;
      } catch (EmulatorFailure failure) {
        return Optional.of(failure.getMessage() + " behind " + log);
      }
      steps++;
      List<Difference> found =
          i % ALL_EVERY == ALL_EVERY - 1 ? lockstep.differences() : lockstep.newDifferences();
      if (!found.isEmpty()) {
        return Optional.of(found + " behind " + log);
      }
    }
    return Optional.empty();
  }

  /** The smallest program found that still disagrees, with its disagreement. */
  String shrink(RandomProgram program, long seed, String disagreement) {
    RandomProgram smallest = program;
    String words = disagreement;
    boolean progress = true;
    while (progress) {
      progress = false;
      for (RandomProgram candidate : smallest.smaller()) {
        Optional<String> found = run(candidate, seed);
        if (found.isPresent()) {
          smallest = candidate;
          words = found.get();
          progress = true;
          break;
        }
      }
    }
    return words + "\nseed " + seed + "\n" + smallest.text();
  }
}
