package org.trapnest.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.emulator.StateTransfer.Difference;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Slot;

/** A program on both sides, for runs of which someone picks the choices. */
final class RunBeside {
  /** All state behind every step. */
  static final Extent EVERYTHING = step -> true;

  private final Oracle emulator;
  private final MachineModel model;
  private final GuestProgram built;

  RunBeside(Oracle emulator, String program) {
    this.emulator = emulator;
    Path file = emulator.folder().resolve("run.S");
    try {
      Files.writeString(file, program);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    this.model = TestModels.load(file);
    this.built = GuestProgram.build(file, Map.of(), model, emulator.folder());
  }

  /** Picks the next choice. */
  interface Picker {
    /**
     * Says what to try.
     *
     * @param offered what the machine offers
     * @return one of them, or empty at the end of the run
     */
    Optional<Integer> pick(List<Integer> offered);
  }

  /** How much is compared behind a step. */
  interface Extent {
    boolean everything(int step);
  }

  /**
   * What became of a run.
   *
   * @param choices those that both sides took, and at last the one behind which they disagree
   * @param indices for each choice, the index of the instruction that it ran, or -1
   * @param disagreement in words, or empty
   * @param skipped how many picked choices cannot be brought about on the emulator
   */
  record Result(
      List<Integer> choices, List<Integer> indices, Optional<String> disagreement, int skipped) {}

  /** Runs until nothing is picked or offered, or the sides disagree. */
  Result run(List<Long> registers, Picker picker, Extent extent) {
    SideBySide lockstep = emulator.beside(model, built);
    for (int slot = 0; slot < registers.size(); slot++) {
      if (slot != Slot.RSP) {
        lockstep.state().write(slot, registers.get(slot));
      }
    }
    lockstep.begin();
    List<Integer> choices = new ArrayList<>();
    List<Integer> indices = new ArrayList<>();
    int skipped = 0;
    Optional<String> disagreement = Optional.empty();
    while (disagreement.isEmpty() && !lockstep.holdsCodeAddress()) {
      Optional<Integer> picked = picker.pick(lockstep.offered());
      if (picked.isEmpty()) {
        break;
      }
      int index = lockstep.next().map(Instruction::index).orElse(-1);
      String place = lockstep.place();
      boolean everything = extent.everything(choices.size());
      try {
        boolean goesOn = lockstep.take(picked.get()) == SideBySide.Outcome.TAKEN;
        choices.add(picked.get());
        indices.add(index);
        if (!goesOn) {
          break;
        }
        disagreement =
            describe(everything ? lockstep.differences() : lockstep.newDifferences(), place);
      } catch (Unsupported unsupported) {
        skipped++;
      } catch (EmulatorFailure failure) {
        choices.add(picked.get());
        indices.add(index);
        disagreement = Optional.of(failure.getMessage() + ", behind " + place);
      }
    }
    return new Result(choices, indices, disagreement, skipped);
  }

  private static Optional<String> describe(List<Difference> differences, String place) {
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(differences + ", behind " + place);
  }

  /** Runs recorded choices; those that are not offered, or not possible, are left out. */
  Result follow(RecordedRun run, Extent extent) {
    int[] next = {0};
    Picker picker =
        offered -> {
          while (next[0] < run.choices().size()) {
            int choice = run.choices().get(next[0]++);
            if (offered.contains(choice)) {
              return Optional.of(choice);
            }
          }
          return Optional.empty();
        };
    return run(run.registers(), picker, extent);
  }
}
