package org.trapnest.emulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Finding;
import org.trapnest.machine.Halt;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Operand;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Selectors;

/**
 * The machine's half of a comparison: its state, and what it may do next. Confined to one thread.
 */
final class MachineSide {
  private static final int LAST_REGISTER = 15;

  private final MachineModel model;
  private final GuestProgram program;
  private final Machine machine;
  private final MachineState state;
  private final Map<Integer, Offer> offered = new HashMap<>();

  /**
   * A choice's successor.
   *
   * @param after the slots of the successor
   * @param frame the address of the frame that it pushed, or 0
   * @param delivered the {@link org.trapnest.machine.Event} ordinal of what was delivered, or -1
   * @param ended the {@link org.trapnest.machine.Event} ordinal of the context that ended with a
   *     return to user mode, or -1
   */
  record Offer(long[] after, long frame, int delivered, int ended) {
    /** The successor. */
    MachineState reached() {
      MachineState reached = new MachineState(after.length);
      reached.loadAll(after);
      return reached;
    }

    /** Whether the processor shuts down. */
    boolean shutsDown() {
      long halt = after[Slot.HALT];
      return halt != 0 && Halt.findingOf(halt).equals(Optional.of(Finding.SHUTDOWN));
    }

    /** Whether the machine ends the run by a finding of its own, or for want of a rule. */
    boolean endsRun() {
      return after[Slot.HALT] != 0 && !shutsDown();
    }
  }

  MachineSide(MachineModel model, GuestProgram program) {
    this.model = model;
    this.program = program;
    this.machine = new Machine(model);
    this.state = machine.initialState();
  }

  /** The machine's state. */
  MachineState state() {
    return state;
  }

  /** Puts the machine into a state. */
  void become(long[] slots) {
    offered.clear();
    state.loadAll(slots);
  }

  /** The choice numbers that the machine offers in its state. */
  List<Integer> offered() {
    offered.clear();
    List<Integer> order = new ArrayList<>();
    state.commit();
    machine.expand(
        state,
        new AlternativeSink() {
          @Override
          public void alternative(int choice, MachineState after, Observation seen) {
            long frame = seen.deliveredEvent() < 0 ? 0 : seen.frameAddress();
            int ended = seen.returnedToUser() ? seen.resumedEvent() : -1;
            offered.put(choice, new Offer(after.toArray(), frame, seen.deliveredEvent(), ended));
            order.add(choice);
          }

          @Override
          public void cut(int bound) {
            // A bound of the model, not of the processor: the choice is not offered.
          }
        });
    return List.copyOf(order);
  }

  /**
   * What a choice leads to.
   *
   * @throws IllegalArgumentException if it is not offered
   */
  Offer offer(int choice) {
    if (offered.isEmpty()) {
      offered();
    }
    Offer offer = offered.get(choice);
    if (offer == null) {
      throw new IllegalArgumentException("the machine does not offer choice " + choice);
    }
    return offer;
  }

  /** The instruction that runs next, or empty in user mode and outside the program. */
  Optional<Instruction> next() {
    boolean inUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    int index = inUser ? -1 : model.program().indexAt(state.read(Slot.RIP));
    return index < 0 ? Optional.empty() : Optional.of(model.program().at(index));
  }

  /** Where the machine stands, in words. */
  String place() {
    return next().map(n -> n.label() + ": " + n.text()).orElse("user mode");
  }

  /** The word at an address, or 0 where no word of eight bytes is declared. */
  long word(long address) {
    int index = model.memory().indexOf(address);
    if (index < 0 || model.memory().region(index).wordBytes() != 8) {
      return 0;
    }
    Region region = model.memory().region(index);
    return state.read(region.firstSlot() + (int) (address - region.base() >>> 3));
  }

  /** The flags that an instruction leaves undefined here. */
  long undefinedFlags(Instruction instruction) {
    return UndefinedFlags.of(instruction, count(instruction));
  }

  /** The masked count of a shift. */
  private int count(Instruction instruction) {
    if (instruction.operands().size() < 2) {
      return 1;
    }
    int mask = instruction.widthBytes() == 8 ? 63 : 31;
    boolean fixed = instruction.operands().get(0) instanceof Operand.Immediate;
    long count =
        fixed ? ((Operand.Immediate) instruction.operands().get(0)).value() : state.read(Slot.RCX);
    return (int) count & mask;
  }

  /** Whether an operand's value is an address of code, which is another one on the processor. */
  boolean isCode(Operand operand) {
    long value;
    if (operand instanceof Operand.Immediate immediate) {
      value = immediate.value();
    } else if (operand instanceof Operand.Gpr register) {
      value = state.read(register.slot());
    } else if (operand instanceof Operand.Memory place) {
      long base = place.baseSlot() < 0 ? 0 : state.read(place.baseSlot());
      long segment = place.segmentSlot() < 0 ? 0 : state.read(place.segmentSlot());
      value = word(segment + base + place.displacement());
    } else {
      return false;
    }
    return isCode(value);
  }

  /** Whether a value is an address of code. */
  boolean isCode(long value) {
    return program.translate(value) != value;
  }

  /**
   * Whether a general-purpose register holds an address of code, so that arithmetic on it would
   * give other results on the processor, where instructions have their lengths.
   */
  boolean holdsCodeAddress() {
    for (int slot = 0; slot <= LAST_REGISTER; slot++) {
      if (isCode(state.read(slot))) {
        return true;
      }
    }
    return false;
  }
}
