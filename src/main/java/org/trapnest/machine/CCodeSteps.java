package org.trapnest.machine;

import java.util.List;
import java.util.Map;
import org.trapnest.machine.MachineModel.CCode;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Vector;

/** The steps of C functions that a model declares instead of writing them out. */
final class CCodeSteps {
  private static final long MCIP = 4;
  private static final StepResult STOPPED = new StepResult.Stopped();

  private final Map<Integer, CCode.Effects> effects;
  private final Map<Integer, CCode.SlotWrite> writes;
  private final CCode.Raise[][] raises;
  private final Contexts contexts;
  private final StackBelow stackBelow;
  private final boolean machineChecksWait;

  CCodeSteps(MachineModel model, Contexts contexts) {
    this.effects = model.c().effects();
    this.writes = model.c().writes();
    this.contexts = contexts;
    this.stackBelow = new StackBelow(model, contexts);
    this.machineChecksWait = model.assumes(Assumption.MACHINE_CHECKS_WAIT);
    this.raises = new CCode.Raise[model.program().instructions().size()][];
    model.c().raises().forEach((index, list) -> raises[index] = list.toArray(CCode.Raise[]::new));
  }

  /** How many alternatives a step has. */
  int alternatives(Instruction instruction) {
    return switch (instruction.opcode()) {
      case C_BODY -> 1 + raises[instruction.index()].length;
      case C_WRITE -> writes.get(instruction.index()).values().size();
      default -> 1;
    };
  }

  /** Runs one alternative of a step; on {@code DONE} RIP has been set. */
  StepResult execute(
      MachineState state, Instruction instruction, int alternative, Observation seen) {
    switch (instruction.opcode()) {
      case C_ENTER -> {
        enter(state, effects.get(instruction.index()));
        stackBelow.use(state, seen);
      }
      case C_STI -> interrupts(state, true, seen);
      case C_CLI -> interrupts(state, false, seen);
      case C_WRITE -> write(state, instruction, alternative);
      case C_BODY -> {
        if (alternative > 0) {
          CCode.Raise raised = raises[instruction.index()][alternative - 1];
          if (occurs(state, raised)) {
            return raise(state, raised);
          }
        }
      }
      default -> {
        return STOPPED;
      }
    }
    state.write(Slot.RIP, instruction.nextAddress());
    return StepResult.DONE;
  }

  /** How many alternatives of a step raise something. */
  int raising(MachineState state, Instruction instruction) {
    if (instruction.opcode() != Opcode.C_BODY) {
      return 0;
    }
    int count = 0;
    for (CCode.Raise raised : raises[instruction.index()]) {
      count += occurs(state, raised) ? 1 : 0;
    }
    return count;
  }

  private boolean occurs(MachineState state, CCode.Raise raised) {
    return raised.event() != Event.MC || !machineChecksWait || isMcipClear(state);
  }

  private static boolean isMcipClear(MachineState state) {
    return (state.read(Slot.MCG_STATUS) & MCIP) == 0;
  }

  private void enter(MachineState state, CCode.Effects effects) {
    List<Integer> clobbered = effects.clobbered();
    for (int i = 0; i < clobbered.size(); i++) {
      contexts.clobber(state, clobbered.get(i));
    }
    if (effects.result().isPresent()) {
      long result = effects.result().getAsLong();
      contexts.change(state, Slot.RAX, result, Token.is(result) ? Token.RESULT_AGAIN : result);
    }
    state.write(Slot.RFLAGS, state.read(Slot.RFLAGS) & ~Rflags.ARITHMETIC);
    contexts.change(state, Slot.FLAGS_TOKEN, Token.CLOBBERED, Token.CLOBBERED_AGAIN);
    if (effects.servesNmi()) {
      state.write(Slot.NMI_OWED, 0);
    }
  }

  private void interrupts(MachineState state, boolean enable, Observation seen) {
    long flags = state.read(Slot.RFLAGS);
    state.write(Slot.RFLAGS, enable ? flags | Rflags.IF : flags & ~Rflags.IF);
    if (enable && (flags & Rflags.IF) == 0) {
      contexts.noteNmiRules(state, false, true, seen);
    }
  }

  private void write(MachineState state, Instruction instruction, int alternative) {
    CCode.SlotWrite write = writes.get(instruction.index());
    state.write(write.slot(), write.values().get(alternative));
  }

  /** Faults and traps of C code alike resume inside the same body. */
  private static StepResult raise(MachineState state, CCode.Raise raise) {
    Vector vector = raise.event().vector().orElseThrow();
    long address = Token.faultAddress(state.read(Slot.CR2));
    return new StepResult.Fault(vector, raise.errorCode(), address);
  }
}
