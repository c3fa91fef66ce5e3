package org.trapnest.machine;

import org.trapnest.x86.Vector;

/** Jumps, calls and returns. Source: Intel SDM volume 2, the page of each instruction. */
final class BranchInstructions {
  private static final StepResult NOT_CANONICAL = StepResult.Fault.of(Vector.GP);

  private final OperandAccess operands;
  private final MemoryAccess memory;
  private final ShadowStack shadow;

  BranchInstructions(OperandAccess operands, ShadowStack shadow) {
    this.operands = operands;
    this.shadow = shadow;
    this.memory = operands.memory();
  }

  StepResult jump(Instruction instruction) {
    StepResult result = operands.concrete(instruction.operands().get(0), 8, "a jump's target");
    return result == StepResult.DONE ? transfer(operands.value()) : result;
  }

  /** Jcc with a condition that has been decided. */
  StepResult jumpIf(Instruction instruction, boolean met) {
    if (met) {
      return jump(instruction);
    }
    operands.state().write(Slot.RIP, instruction.nextAddress());
    return StepResult.DONE;
  }

  /** JRCXZ and JECXZ; on a count that the user chose, alternative 1 jumps. */
  StepResult jumpIfCountIsZero(Instruction instruction, int alternative) {
    long count = operands.state().read(Slot.RCX);
    if (!Token.is(count)) {
      return jumpIf(instruction, (count & Alu.mask(instruction.widthBytes())) == 0);
    }
    return Token.isUsers(count)
        ? jumpIf(instruction, alternative == 1)
        : operands.ended(count, "the count on which a jump depends");
  }

  /** CALL; a direct one to the next instruction leaves the shadow stack alone. */
  StepResult call(Instruction instruction) {
    StepResult result = operands.concrete(instruction.operands().get(0), 8, "a call's target");
    if (result != StepResult.DONE) {
      return result;
    }
    long target = operands.value();
    if (!MemoryAccess.isCanonical(target)) {
      return NOT_CANONICAL;
    }
    long next = instruction.nextAddress();
    result = memory.push(operands.state(), next, operands.seen());
    boolean readsPlace =
        target == next && instruction.operands().get(0) instanceof Operand.Immediate;
    if (result == StepResult.DONE && !readsPlace) {
      result = shadow.pushReturn(operands.state(), next, operands.seen());
    }
    return result == StepResult.DONE ? transfer(target) : result;
  }

  /** RET, with the bytes that it releases besides the return address. */
  StepResult ret(Instruction instruction) {
    MachineState state = operands.state();
    operands.seen().find(Finding.RET_EXECUTED);
    StepResult result = memory.pop(state, operands.seen());
    if (result != StepResult.DONE) {
      return result;
    }
    long target = memory.value();
    if (Token.is(target)) {
      return operands.ended(target, "a return address");
    }
    result = shadow.popReturn(state, target, operands.seen());
    if (result == StepResult.DONE) {
      result = transfer(target);
    }
    if (result == StepResult.DONE && !instruction.operands().isEmpty()) {
      operands.read(instruction.operands().get(0), 2);
      state.write(Slot.RSP, state.read(Slot.RSP) + operands.value());
    }
    return result;
  }

  private StepResult transfer(long target) {
    if (!MemoryAccess.isCanonical(target)) {
      return NOT_CANONICAL;
    }
    operands.state().write(Slot.RIP, target);
    return StepResult.DONE;
  }
}
