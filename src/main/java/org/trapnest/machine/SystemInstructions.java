package org.trapnest.machine;

import java.util.BitSet;
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
  private static final long PCID = 0xfff;
  private static final long USER_PCID = 0x7ff;
  private static final long GENERAL_DETECT = 1L << 13;

  /** The GDT entry whose limit Linux uses for the CPU's number, with RPL 3. */
  private static final long CPU_NUMBER = 0x7b;

  private final MachineModel model;
  private final MemoryAccess memory;
  private final Contexts contexts;
  private final OperandAccess operands;
  private final ShadowStackInstructions shadow;

  /** The slots of MSRs that take canonical addresses only. */
  private final BitSet addresses = new BitSet();

  SystemInstructions(MachineModel model, MemoryAccess memory, Contexts contexts) {
    this.model = model;
    this.memory = memory;
    this.contexts = contexts;
    this.operands = new OperandAccess(model, memory);
    ShadowStack stack = new ShadowStack(model, memory);
    this.shadow = new ShadowStackInstructions(model, memory, stack, operands);
    addresses.set(Slot.FS_BASE);
    addresses.set(Slot.GS_BASE);
    addresses.set(Slot.KERNEL_GS_BASE);
    model
        .system()
        .shadowStacks()
        .ifPresent(
            s -> {
              addresses.set(s.pl0Slot());
              addresses.set(s.pl3Slot());
              addresses.set(s.tableSlot());
            });
    model.system().fred().ifPresent(f -> f.rspSlots().forEach(addresses::set));
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
      case HLT -> halt(state);
      case INVLPG, WBINVD -> StepResult.DONE;
      case UD2 -> UNDEFINED;
      case CPUID -> cpuid();
      case RDTSC -> readClock(state);
      case IN -> input(state);
      case OUT -> StepResult.DONE;
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
      case PUSH_SEGMENT -> pushSegment(state, instruction, seen);
      case POP_SEGMENT -> popSegment(state, instruction, seen);
      case INCSSP, RDSSP, SAVEPREVSSP, RSTORSSP, SETSSBSY, CLRSSBSY, WRSS, WRUSS ->
          shadow.execute(state, instruction, seen);
      default -> new StepResult.Unmodelled(instruction.text());
    };
  }

  private StepResult interrupts(MachineState state, boolean enable, Observation seen) {
    long flags = state.read(Slot.RFLAGS);
    boolean wereEnabled = (flags & Rflags.IF) != 0;
    state.write(Slot.RFLAGS, enable ? flags | Rflags.IF : flags & ~Rflags.IF);
    if (enable && !wereEnabled) {
      state.write(Slot.SHADOW, InstructionStep.SHADOW_STI);
      contexts.noteNmiRules(state, false, true, seen);
    }
    return StepResult.DONE;
  }

  /** HLT: from the next boundary on, nothing happens until an interrupt or #MC comes. */
  private static StepResult halt(MachineState state) {
    state.write(Slot.SHADOW, InstructionStep.WAITS);
    return StepResult.DONE;
  }

  private StepResult cpuid() {
    for (int slot = Slot.RAX; slot <= Slot.RSP - 1; slot++) {
      contexts.clobber(operands.state(), slot);
    }
    return StepResult.DONE;
  }

  private static StepResult readClock(MachineState state) {
    state.write(Slot.RDX, Token.input(state.read(Slot.CONTEXTS)));
    return input(state);
  }

  /** IN: all of RAX is unknown, also where a part of it is read and the rest stays. */
  private static StepResult input(MachineState state) {
    state.write(Slot.RAX, Token.input(state.read(Slot.CONTEXTS)));
    return StepResult.DONE;
  }

  /** FRED exchanges the bases itself. */
  private StepResult swapgs(MachineState state) {
    if (model.system().fred().isPresent()) {
      return UNDEFINED;
    }
    FredDelivery.swapGs(state);
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
      return unknownMsr((int) number);
    }
    long value = state.read(slot);
    if (Token.is(value)) {
      return operands.ended(value, "the content of the MSR");
    }
    state.write(Slot.RAX, value & LOW_HALF);
    state.write(Slot.RDX, value >>> 32);
    return StepResult.DONE;
  }

  /** An MSR that every processor has, but the machine does not, is no reason for #GP. */
  private static StepResult unknownMsr(int number) {
    return switch (number) {
      case Msr.SYSENTER_CS,
          Msr.SYSENTER_ESP,
          Msr.SYSENTER_EIP,
          Msr.EFER,
          Msr.STAR,
          Msr.LSTAR,
          Msr.CSTAR,
          Msr.FMASK,
          Msr.U_CET,
          Msr.S_CET,
          Msr.PL1_SSP,
          Msr.PL2_SSP,
          Msr.FRED_STKLVLS,
          Msr.FRED_CONFIG ->
          new StepResult.Unmodelled("MSR 0x" + Integer.toHexString(number) + " as an operand");
      default -> GENERAL_PROTECTION;
    };
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
    if (slot < 0) {
      return unknownMsr((int) number);
    }
    if ((value & ~writable) != 0 || addresses.get(slot) && !MemoryAccess.isCanonical(value)) {
      return GENERAL_PROTECTION;
    }
    state.write(slot, value);
    return StepResult.DONE;
  }

  /** LSL: the limit of the segment that holds the CPU's number; the model's CPU is number 0. */
  private StepResult segmentLimit(MachineState state, Instruction instruction) {
    StepResult read = operands.concrete(instruction.operands().get(0), 2, "the selector");
    if (read != StepResult.DONE) {
      return read;
    }
    long selector = operands.value();
    boolean flat = isData(selector) || selector == Selectors.KERNEL_CS || isUserCode(selector);
    if (selector != CPU_NUMBER && !flat) {
      ArithmeticFlags.define(state, Rflags.ZF, 0);
      return StepResult.DONE;
    }
    long limit = flat ? LOW_HALF : 0;
    StepResult written =
        operands.write(instruction.operands().get(1), instruction.widthBytes(), limit);
    if (written == StepResult.DONE) {
      ArithmeticFlags.define(state, Rflags.ZF, Rflags.ZF);
    }
    return written;
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
      return loadControl(state, slot, operands.value());
    }
    return read;
  }

  /**
   * Bits 11:0 of CR3 are the PCID; no other page tables are declared than the two. Without bit 63
   * the load drops the translations of that PCID. Models number their PCIDs below 64.
   */
  private StepResult loadControl(MachineState state, int slot, long value) {
    if (slot != Slot.CR3) {
      state.write(slot, value);
      return StepResult.DONE;
    }
    long changeable = NO_FLUSH | PCID | model.system().userCr3Mask();
    if (((value ^ model.system().kernelCr3()) & ~changeable) != 0) {
      return new StepResult.Unmodelled("page tables at 0x" + Long.toHexString(value & ~PCID));
    }
    state.write(Slot.CR3, value & ~NO_FLUSH);
    int stale = model.system().staleTranslationsSlot();
    boolean user = (value & model.system().userCr3Mask()) != 0;
    if (stale >= 0 && user && (value & NO_FLUSH) == 0) {
      state.write(stale, state.read(stale) & ~(1L << (value & USER_PCID)));
    }
    return StepResult.DONE;
  }

  /** MOV of a debug register; with DR7.GD set it traps before it does anything, and clears GD. */
  private StepResult moveDebug(MachineState state, Instruction instruction) {
    if ((state.read(Slot.DR7) & GENERAL_DETECT) != 0) {
      return StepResult.Fault.of(Vector.DB);
    }
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

  /** Only FS and GS can be pushed and popped in 64-bit mode. */
  private static boolean isOnStack(Instruction instruction) {
    int slot = special(instruction.operands().get(0));
    return slot == Slot.FS || slot == Slot.GS;
  }

  private StepResult pushSegment(MachineState state, Instruction instruction, Observation seen) {
    return isOnStack(instruction)
        ? memory.push(state, state.read(special(instruction.operands().get(0))), seen)
        : UNDEFINED;
  }

  private StepResult popSegment(MachineState state, Instruction instruction, Observation seen) {
    if (!isOnStack(instruction)) {
      return UNDEFINED;
    }
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

  private static boolean isData(long selector) {
    boolean users = selector >>> 3 == Selectors.USER_DS >>> 3;
    return users || selector == Selectors.KERNEL_DS;
  }

  private static boolean isUserCode(long selector) {
    long entry = selector >>> 3;
    return entry == Selectors.USER_CS >>> 3 || entry == Selectors.USER32_CS >>> 3;
  }

  private static StepResult loadSegment(MachineState state, int slot, long selector) {
    if (slot == Slot.CS) {
      return UNDEFINED;
    }
    boolean loadable =
        slot == Slot.SS
            ? selector == Selectors.KERNEL_DS || selector == 0
            : selector <= 3 || isData(selector) || isUserCode(selector);
    if (!loadable) {
      return new StepResult.Fault(Vector.GP, selector & 0xfffc, 0);
    }
    state.write(slot, selector);
    if (slot == Slot.SS) {
      state.write(Slot.SHADOW, InstructionStep.SHADOW_MOV_SS);
    } else if (slot == Slot.GS) {
      state.write(Slot.GS_BASE, 0);
    } else if (slot == Slot.FS) {
      state.write(Slot.FS_BASE, 0);
    }
    return StepResult.DONE;
  }
}
