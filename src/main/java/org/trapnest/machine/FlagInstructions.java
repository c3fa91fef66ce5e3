package org.trapnest.machine;

import org.trapnest.x86.Rflags;

/** Instructions that do nothing but move flags. Source: Intel SDM volume 2, the page of each. */
final class FlagInstructions {
  private static final long IN_AH = Rflags.SF | Rflags.ZF | Rflags.AF | Rflags.PF | Rflags.CF;
  private static final Operand AH = new Operand.Gpr(Slot.RAX, 1, true);

  private final OperandAccess operands;

  FlagInstructions(OperandAccess operands) {
    this.operands = operands;
  }

  StepResult execute(Opcode opcode) {
    MachineState state = operands.state();
    long flags = state.read(Slot.RFLAGS);
    switch (opcode) {
      case CLC -> ArithmeticFlags.define(state, Rflags.CF, 0);
      case STC -> ArithmeticFlags.define(state, Rflags.CF, Rflags.CF);
      case CMC -> complementCarry(state, flags);
      case CLD -> state.write(Slot.RFLAGS, flags & ~Rflags.DF);
      case STD -> state.write(Slot.RFLAGS, flags | Rflags.DF);
      case CLAC -> state.write(Slot.RFLAGS, flags & ~Rflags.AC);
      case STAC -> state.write(Slot.RFLAGS, flags | Rflags.AC);
      case LAHF -> {
        return loadAh(state, flags);
      }
      default -> {
        return storeAh(state);
      }
    }
    return StepResult.DONE;
  }

  private static void complementCarry(MachineState state, long flags) {
    if ((ArithmeticFlags.dependent(state) & Rflags.CF) == 0) {
      state.write(Slot.RFLAGS, flags ^ Rflags.CF);
    }
  }

  private StepResult loadAh(MachineState state, long flags) {
    if ((ArithmeticFlags.dependent(state) & IN_AH) != 0) {
      return operands.ended(state.read(Slot.FLAGS_TOKEN), "the flags that LAHF loads");
    }
    return operands.write(AH, 1, flags & IN_AH | Rflags.FIXED);
  }

  private StepResult storeAh(MachineState state) {
    StepResult result = operands.read(AH, 1);
    if (result == StepResult.DONE && Token.is(operands.value())) {
      return operands.ended(operands.value(), "the flags that SAHF loads");
    }
    if (result == StepResult.DONE) {
      ArithmeticFlags.define(state, IN_AH, operands.value());
    }
    return result;
  }
}
