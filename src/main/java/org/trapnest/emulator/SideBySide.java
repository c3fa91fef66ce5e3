package org.trapnest.emulator;

import java.util.List;
import java.util.Optional;
import org.trapnest.emulator.StateTransfer.Difference;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineState;

/**
 * The machine and an emulated processor side by side: each transition is taken by both, and all
 * architectural state compared behind it.
 */
interface SideBySide {
  /** What became of one transition. */
  enum Outcome {
    /** Both took it; the differences say whether they agree. */
    TAKEN,
    /** Both shut down. */
    SHUT_DOWN,
    /** The machine ended the run by a finding or for want of a rule; nothing was compared. */
    MACHINE_ENDED
  }

  /** The machine's state; may be changed before {@link #begin}. */
  MachineState state();

  /** Gives the emulated processor the machine's state. */
  void begin();

  /** Gives both sides another state. */
  void set(MachineState wanted);

  /** Where the machine stands, in words. */
  String place();

  /** The instruction that runs next, or empty in user mode and outside the program. */
  Optional<Instruction> next();

  /** The choice numbers that the machine offers in its state. */
  List<Integer> offered();

  /**
   * Takes one of the offered choices on both sides.
   *
   * @throws Unsupported if the emulator has no way to do it
   * @throws IllegalArgumentException if it is not offered
   */
  Outcome take(int choice);

  /** What differs now, in all that is compared. */
  List<Difference> differences();

  /** What differs now, where the last transition is likely to have changed something. */
  List<Difference> newDifferences();

  /**
   * Whether a general-purpose register holds an address of code, so that arithmetic on it would
   * give other results on the processor, where instructions have their lengths.
   */
  boolean holdsCodeAddress();
}
