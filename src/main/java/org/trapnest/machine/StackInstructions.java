package org.trapnest.machine;

import org.trapnest.x86.Rflags;

/** PUSH, POP, PUSHF, POPF and LEAVE. Source: Intel SDM volume 2, the page of each instruction. */
final class StackInstructions {
  private static final int RBP = 5;
  private static final long IN_PUSHED_IMAGE = ~(Rflags.RF | Rflags.VM);

  /** What POPF changes at CPL 0. */
  private static final long POPPED =
      Rflags.ARITHMETIC
          | Rflags.TF
          | Rflags.IF
          | Rflags.DF
          | Rflags.IOPL
          | Rflags.NT
          | Rflags.AC
          | Rflags.ID;

  private static final StepResult SIXTEEN_BITS =
      new StepResult.Unmodelled("a push or pop of 16 bits");

  private final MachineModel.SlotMap slots;
  private final OperandAccess operands;
  private final MemoryAccess memory;

  StackInstructions(MachineModel model, OperandAccess operands) {
    this.slots = model.slots();
    this.operands = operands;
    this.memory = operands.memory();
  }

  StepResult execute(Instruction instruction) {
    if (instruction.widthBytes() == 2) {
      return SIXTEEN_BITS;
    }
    return switch (instruction.opcode()) {
      case PUSH -> push(instruction);
      case POP -> pop(instruction);
      case PUSHF -> pushFlags();
      case POPF -> popFlags();
      default -> leave();
    };
  }

  private StepResult push(Instruction instruction) {
    StepResult result = operands.read(instruction.operands().get(0), 8);
    return result == StepResult.DONE
        ? memory.push(operands.state(), operands.value(), operands.seen())
        : result;
  }

  /** RSP goes up before a destination is addressed through it, or is written. */
  private StepResult pop(Instruction instruction) {
    MachineState state = operands.state();
    long rsp = state.read(Slot.RSP);
    StepResult result = memory.pop(state, operands.seen());
    if (result != StepResult.DONE) {
      return result;
    }
    result = operands.write(instruction.operands().get(0), 8, memory.value());
    if (result != StepResult.DONE) {
      state.write(Slot.RSP, rsp);
    }
    return result;
  }

  private StepResult pushFlags() {
    MachineState state = operands.state();
    long image = ArithmeticFlags.image(state, 0);
    return memory.push(state, FlagsImage.masked(image, IN_PUSHED_IMAGE), operands.seen());
  }

  private StepResult popFlags() {
    MachineState state = operands.state();
    StepResult result = memory.pop(state, operands.seen());
    if (result != StepResult.DONE) {
      return result;
    }
    long popped = memory.value();
    if (!FlagsImage.isLoadable(popped)) {
      return operands.ended(popped, "the value that POPF loads");
    }
    long known = FlagsImage.known(popped);
    long old = state.read(Slot.RFLAGS);
    if ((known & ~old & Rflags.IF) != 0 && nmiIsLive(state)) {
      operands.seen().find(Finding.IRQS_ENABLED_IN_NMI);
      if (operands.seen().explaining()) {
        operands.seen().explain("POPF sets IF while an NMI is live.");
      }
    }
    ArithmeticFlags.load(state, old & ~(POPPED | Rflags.RF) | known & POPPED, popped);
    return StepResult.DONE;
  }

  private boolean nmiIsLive(MachineState state) {
    long contexts = state.read(Slot.CONTEXTS);
    for (int i = 0; i < contexts; i++) {
      if (state.read(slots.context(i, ContextField.EVENT)) == Event.NMI.ordinal()) {
        return true;
      }
    }
    return false;
  }

  private StepResult leave() {
    MachineState state = operands.state();
    long frame = state.read(RBP);
    StepResult result = memory.loadStackWord(state, frame, operands.seen());
    if (result == StepResult.DONE) {
      state.write(Slot.RSP, frame + 8);
      state.write(RBP, memory.value());
    }
    return result;
  }
}
