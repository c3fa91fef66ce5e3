package org.trapnest.machine;

import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Privileged instructions and those that change how events are taken.
 *
 * <p>Source: Intel SDM volume 2, the page of each instruction. Confined to one thread.
 */
final class SystemInstructions {
  private static final StepResult GENERAL_PROTECTION = StepResult.Fault.of(Vector.GP);
  private static final StepResult UNDEFINED = StepResult.Fault.of(Vector.UD);
  private static final long LOW_HALF = 0xffff_ffffL;
  private static final long NO_FLUSH = 1L << 63;
  private static final int SHADOW_STI = 1;
  private static final int SHADOW_MOV_SS = 2;

  private final MachineModel model;
  private final MemoryAccess memory;
  private final Contexts contexts;
  private final OperandAccess operands;

  SystemInstructions(MachineModel model, MemoryAccess memory, Contexts contexts) {
    this.model = model;
    this.memory = memory;
    this.contexts = contexts;
    this.operands = new OperandAccess(model, memory);
  }

  /** Runs an instruction at CPL 0; on {@code DONE} RIP has been set. */
  StepResult execute(MachineState state, Instruction instruction, Observation seen) {
    operands.begin(state, seen);
    StepResult result = run(state, instruction, seen);
    if (result == StepResult.DONE) {
      state.write(Slot.RIP, instruction.nextAddress());
    }
    return result;
  }

  private StepResult run(MachineState state, Instruction instruction, Observation seen) {
    return switch (instruction.opcode()) {
      case CLI -> interrupts(state, false, seen);
      case STI -> interrupts(state, true, seen);
      case HLT, INVLPG, WBINVD -> StepResult.DONE;
      case UD2 -> UNDEFINED;
      case CPUID -> cpuid(state);
      case SWAPGS -> swapgs(state);
      case RDFSBASE -> readBase(instruction, Slot.FS_BASE);
      case RDGSBASE -> readBase(instruction, Slot.GS_BASE);
      case WRFSBASE -> writeBase(state, instruction, Slot.FS_BASE);
      case WRGSBASE -> writeBase(state, instruction, Slot.GS_BASE);
      case RDMSR -> rdmsr(state);
      case WRMSR -> wrmsr(state);
      case LSL -> segmentLimit(state, instruction);
      case MOV_CR -> moveControl(state, instruction);
      case MOV_DR -> moveDebug(state, instruction);
      case MOV_SEGMENT -> moveSegment(state, instruction);
      case PUSH_SEGMENT ->
          memory.push(state, state.read(special(instruction.operands().get(0))), seen);
      case POP_SEGMENT -> popSegment(state, instruction, seen);
      default -> new StepResult.Unmodelled(instruction.text());
    };
  }

  private StepResult interrupts(MachineState state, boolean enable, Observation seen) {
    long flags = state.read(Slot.RFLAGS);
    boolean wereEnabled = (flags & Rflags.IF) != 0;
    state.write(Slot.RFLAGS, enable ? flags | Rflags.IF : flags & ~Rflags.IF);
    if (enable && !wereEnabled) {
      state.write(Slot.SHADOW, SHADOW_STI);
      contexts.noteNmiRules(state, false, true, seen);
    }
    return StepResult.DONE;
  }

  private static StepResult cpuid(MachineState state) {
    for (int slot = Slot.RAX; slot <= Slot.RSP - 1; slot++) {
      state.write(slot, Token.CLOBBERED);
    }
    return StepResult.DONE;
  }

  private static StepResult swapgs(MachineState state) {
    long base = state.read(Slot.GS_BASE);
    state.write(Slot.GS_BASE, state.read(Slot.KERNEL_GS_BASE));
    state.write(Slot.KERNEL_GS_BASE, base);
    return StepResult.DONE;
  }

  private StepResult readBase(Instruction instruction, int slot) {
    if (!model.assumes(Assumption.FSGSBASE)) {
      return UNDEFINED;
    }
    long base = operands.state().read(slot);
    return operands.write(instruction.operands().get(0), instruction.widthBytes(), base);
  }

  private StepResult writeBase(MachineState state, Instruction instruction, int slot) {
    if (!model.assumes(Assumption.FSGSBASE)) {
      return UNDEFINED;
    }
    StepResult read =
        operands.concrete(
            instruction.operands().get(0), instruction.widthBytes(), "the new segment base");
    if (read != StepResult.DONE) {
      return read;
    }
    if (!MemoryAccess.isCanonical(operands.value())) {
      return GENERAL_PROTECTION;
    }
    state.write(slot, operands.value());
    return StepResult.DONE;
  }

  /** The slot that holds an MSR, or -1 when the model does not know it. */
  private int msrSlot(long number) {
    return switch ((int) number) {
      case Msr.SPEC_CTRL -> Slot.SPEC_CTRL;
      case Msr.MCG_STATUS -> Slot.MCG_STATUS;
      case Msr.FS_BASE -> Slot.FS_BASE;
      case Msr.GS_BASE -> Slot.GS_BASE;
      case Msr.KERNEL_GS_BASE -> Slot.KERNEL_GS_BASE;
      default -> model.system().msrSlots().getOrDefault((int) number, -1);
    };
  }

  private StepResult rdmsr(MachineState state) {
    long number = state.read(Slot.RCX);
    if (Token.is(number)) {
      return operands.ended(number, "the number of the MSR");
    }
    int slot = msrSlot(number & LOW_HALF);
    if (slot < 0) {
      return GENERAL_PROTECTION;
    }
    long value = state.read(slot);
    if (Token.is(value)) {
      return operands.ended(value, "the content of the MSR");
    }
    state.write(Slot.RAX, value & LOW_HALF);
    state.write(Slot.RDX, value >>> 32);
    return StepResult.DONE;
  }

  private StepResult wrmsr(MachineState state) {
    long number = state.read(Slot.RCX);
    long low = state.read(Slot.RAX);
    long high = state.read(Slot.RDX);
    if (Token.is(number)) {
      return operands.ended(number, "the number of the MSR");
    }
    if (Token.is(low) || Token.is(high)) {
      return operands.ended(Token.is(low) ? low : high, "the value written to the MSR");
    }
    int slot = msrSlot(number & LOW_HALF);
    long value = low & LOW_HALF | high << 32;
    long writable = model.system().writableMsrBits().getOrDefault((int) number, -1L);
    boolean base = slot == Slot.FS_BASE || slot == Slot.GS_BASE || slot == Slot.KERNEL_GS_BASE;
    if (slot < 0 || (value & ~writable) != 0 || base && !MemoryAccess.isCanonical(value)) {
      return GENERAL_PROTECTION;
    }
    state.write(slot, value);
    return StepResult.DONE;
  }

  /** The limit of the segment that holds the CPU's number; the model's CPU is number 0. */
  private StepResult segmentLimit(MachineState state, Instruction instruction) {
    state.write(Slot.RFLAGS, state.read(Slot.RFLAGS) | Rflags.ZF);
    return operands.write(instruction.operands().get(1), instruction.widthBytes(), 0);
  }

  private static int special(Operand operand) {
    return ((Operand.Special) operand).slot();
  }

  private StepResult moveControl(MachineState state, Instruction instruction) {
    Operand source = instruction.operands().get(0);
    Operand target = instruction.operands().get(1);
    if (source instanceof Operand.Special from) {
      return operands.write(target, 8, state.read(from.slot()));
    }
    int slot = special(target);
    StepResult read =
        slot == Slot.CR2
            ? operands.read(source, 8)
            : operands.concrete(source, 8, "the new value of a control register");
    if (read == StepResult.DONE) {
      long value = operands.value();
      state.write(slot, slot == Slot.CR3 ? value & ~NO_FLUSH : value);
    }
    return read;
  }

  private StepResult moveDebug(MachineState state, Instruction instruction) {
    Operand source = instruction.operands().get(0);
    Operand target = instruction.operands().get(1);
    if (source instanceof Operand.Special from) {
      return operands.write(target, 8, state.read(from.slot()));
    }
    StepResult read = operands.concrete(source, 8, "the new value of a debug register");
    if (read == StepResult.DONE) {
      state.write(special(target), operands.value());
    }
    return read;
  }

  private StepResult moveSegment(MachineState state, Instruction instruction) {
    Operand source = instruction.operands().get(0);
    Operand target = instruction.operands().get(1);
    if (source instanceof Operand.Special from) {
      int bytes = target instanceof Operand.Gpr register ? register.widthBytes() : 2;
      return operands.write(target, bytes, state.read(from.slot()));
    }
    int bytes = source instanceof Operand.Gpr register ? register.widthBytes() : 2;
    StepResult read = operands.concrete(source, bytes, "the selector");
    return read == StepResult.DONE
        ? loadSegment(state, special(target), operands.value() & 0xffff)
        : read;
  }

  private StepResult popSegment(MachineState state, Instruction instruction, Observation seen) {
    long before = state.read(Slot.RSP);
    StepResult popped = memory.pop(state, seen);
    if (popped != StepResult.DONE) {
      return popped;
    }
    long selector = memory.value();
    if (Token.is(selector)) {
      return operands.ended(selector, "the selector");
    }
    StepResult loaded =
        loadSegment(state, special(instruction.operands().get(0)), selector & 0xffff);
    if (loaded != StepResult.DONE) {
      state.write(Slot.RSP, before);
    }
    return loaded;
  }

  private static StepResult loadSegment(MachineState state, int slot, long selector) {
    if (slot == Slot.CS) {
      return UNDEFINED;
    }
    boolean known =
        selector == 0
            || selector == Selectors.USER_DS
            || selector == Selectors.KERNEL_DS
            || selector == Selectors.USER32_CS;
    if (!known) {
      return new StepResult.Fault(Vector.GP, selector & 0xfffc, 0);
    }
    if (slot == Slot.SS && selector != Selectors.KERNEL_DS && selector != 0) {
      return new StepResult.Fault(Vector.GP, selector & 0xfffc, 0);
    }
    state.write(slot, selector);
    if (slot == Slot.SS) {
      state.write(Slot.SHADOW, SHADOW_MOV_SS);
    } else if (slot == Slot.GS) {
      state.write(Slot.GS_BASE, 0);
    } else if (slot == Slot.FS) {
      state.write(Slot.FS_BASE, 0);
    }
    return StepResult.DONE;
  }
}
