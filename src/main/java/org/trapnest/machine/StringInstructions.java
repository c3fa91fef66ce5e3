package org.trapnest.machine;

import org.trapnest.x86.Rflags;

/**
 * MOVS, STOS and LODS, one element a step, so that events may arrive between the iterations of a
 * repeated one. Source: Intel SDM volume 2, "REP/REPE/REPZ/REPNE/REPNZ" and the page of each
 * instruction.
 */
final class StringInstructions {
  private static final int RSI = 6;
  private static final int RDI = 7;

  private final OperandAccess operands;
  private final MemoryAccess memory;

  StringInstructions(OperandAccess operands) {
    this.operands = operands;
    this.memory = operands.memory();
  }

  StepResult execute(Instruction instruction) {
    MachineState state = operands.state();
    boolean repeated = instruction.repeat() != Instruction.Repeat.NONE;
    long count = repeated ? state.read(Slot.RCX) : 1;
    if (Token.is(count)) {
      return operands.ended(count, "the count of a string instruction");
    }
    if (count != 0) {
      StepResult result = element(instruction);
      if (result != StepResult.DONE) {
        return result;
      }
    }
    if (repeated && count != 0) {
      state.write(Slot.RCX, count - 1);
    }
    if (!repeated || count <= 1 && count >= 0) {
      state.write(Slot.RIP, instruction.nextAddress());
    }
    return StepResult.DONE;
  }

  private StepResult element(Instruction instruction) {
    int bytes = instruction.widthBytes();
    StepResult result =
        switch (instruction.opcode()) {
          case MOVS -> copy(bytes);
          case STOS -> fill(bytes);
          default -> load(bytes);
        };
    if (result == StepResult.DONE) {
      if (instruction.opcode() != Opcode.STOS) {
        step(RSI, bytes);
      }
      if (instruction.opcode() != Opcode.LODS) {
        step(RDI, bytes);
      }
    }
    return result;
  }

  private StepResult copy(int bytes) {
    MachineState state = operands.state();
    StepResult result = memory.load(state, state.read(RSI), bytes, operands.seen());
    return result == StepResult.DONE
        ? memory.store(state, state.read(RDI), bytes, operands.seen(), memory.value())
        : result;
  }

  private StepResult fill(int bytes) {
    MachineState state = operands.state();
    StepResult result = operands.readRegister(Slot.RAX, bytes);
    return result == StepResult.DONE
        ? memory.store(state, state.read(RDI), bytes, operands.seen(), operands.value())
        : result;
  }

  private StepResult load(int bytes) {
    MachineState state = operands.state();
    StepResult result = memory.load(state, state.read(RSI), bytes, operands.seen());
    return result == StepResult.DONE
        ? operands.writeRegister(Slot.RAX, bytes, memory.value())
        : result;
  }

  private void step(int slot, int bytes) {
    MachineState state = operands.state();
    boolean down = (state.read(Slot.RFLAGS) & Rflags.DF) != 0;
    state.write(slot, state.read(slot) + (down ? -bytes : bytes));
  }
}
