package org.trapnest.emulator;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.emulator.RunBeside.Result;

/** Makes a run that disagrees smaller, in its program, its steps and its registers. */
final class Shrinking {
  private static final int MOST_TRIALS = 600;

  private final Oracle emulator;
  private RandomProgram program;
  private RecordedRun smallest;
  private List<Integer> indices = List.of();
  private String words = "";
  private RunBeside.Extent extent = RunBeside.EVERYTHING;
  private int trials;

  Shrinking(Oracle emulator, RandomProgram program, RecordedRun found) {
    this.emulator = emulator;
    this.program = program;
    this.smallest = found;
  }

  /**
   * The smallest run that was found, with what differs, as text to keep.
   *
   * @param first what differed when it was found
   */
  String smallest(String first) {
    if (!accept(smallest)) {
      extent = RandomWalk.EXTENT;
    }
    if (words.isEmpty() && !accept(smallest)) {
      return first + "\nand does not happen again:\n" + smallest.text();
    }
    int before;
    do {
      before = size();
      withoutLines();
      withoutSteps();
    } while (size() < before && trials < MOST_TRIALS);
    withoutRegisters();
    return words
        + "\nTo keep it, put this into a file *.S in src/test/resources/conformance/found:\n// "
        + words
        + "\n"
        + smallest.text();
  }

  private int size() {
    return smallest.choices().size() + program.lines();
  }

  /** Takes a candidate for the smallest run when it still disagrees. */
  private boolean accept(RecordedRun candidate) {
    trials++;
    Result result = new RunBeside(emulator, candidate.program()).follow(candidate, extent);
    if (result.disagreement().isEmpty()) {
      return false;
    }
    smallest = candidate.with(result.choices());
    indices = result.indices();
    words = result.disagreement().get();
    return true;
  }

  private void withoutLines() {
    int line = 0;
    while (line < program.lines() && trials < MOST_TRIALS) {
      List<Integer> choices = new ArrayList<>();
      for (int i = 0; i < indices.size(); i++) {
        if (!program.runs(line, indices.get(i))) {
          choices.add(smallest.choices().get(i));
        }
      }
      RandomProgram smaller = program.without(line);
      if (accept(new RecordedRun(smaller.text(), smallest.registers(), choices))) {
        program = smaller;
      } else {
        line++;
      }
    }
  }

  private void withoutSteps() {
    for (int length = smallest.choices().size() / 2; length > 0; length /= 2) {
      int from = 0;
      while (from + length <= smallest.choices().size() && trials < MOST_TRIALS) {
        List<Integer> choices = new ArrayList<>(smallest.choices());
        choices.subList(from, from + length).clear();
        if (!accept(smallest.with(choices))) {
          from += length;
        }
      }
    }
  }

  private void withoutRegisters() {
    for (int slot = 0; slot < smallest.registers().size(); slot++) {
      List<Long> registers = new ArrayList<>(smallest.registers());
      if (registers.set(slot, 0L) != 0) {
        accept(new RecordedRun(smallest.program(), registers, smallest.choices()));
      }
    }
  }
}
