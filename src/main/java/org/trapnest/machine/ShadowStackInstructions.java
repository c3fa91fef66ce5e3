package org.trapnest.machine;

import org.trapnest.x86.ControlProtection;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.ShadowToken;
import org.trapnest.x86.Vector;

/**
 * The instructions that manage shadow stacks. Without shadow stacks RDSSP does nothing and all
 * others are undefined.
 *
 * <p>Source: Intel SDM volume 2, the page of each instruction. Confined to one thread.
 */
final class ShadowStackInstructions {
  private static final StepResult GENERAL_PROTECTION = StepResult.Fault.of(Vector.GP);
  private static final StepResult UNDEFINED = StepResult.Fault.of(Vector.UD);
  private static final StepResult BUSY =
      new StepResult.Fault(Vector.CP, ControlProtection.SETSSBSY.errorCode(), 0);
  private static final StepResult NO_RESTORE_TOKEN =
      new StepResult.Fault(Vector.CP, ControlProtection.RSTORSSP.errorCode(), 0);

  private final MachineModel model;
  private final MemoryAccess memory;
  private final ShadowStack shadow;
  private final OperandAccess operands;

  ShadowStackInstructions(
      MachineModel model, MemoryAccess memory, ShadowStack shadow, OperandAccess operands) {
    this.model = model;
    this.memory = memory;
    this.shadow = shadow;
    this.operands = operands;
  }

  /** Runs an instruction whose operands have begun; RIP stays. */
  StepResult execute(MachineState state, Instruction instruction, Observation seen) {
    if (!shadow.enabled()) {
      return instruction.opcode() == Opcode.RDSSP ? StepResult.DONE : UNDEFINED;
    }
    return switch (instruction.opcode()) {
      case RDSSP ->
          operands.write(
              instruction.operands().get(0), instruction.widthBytes(), state.read(Slot.SSP));
      case INCSSP -> increment(state, instruction, seen);
      case SETSSBSY -> setBusy(state, seen);
      case CLRSSBSY -> clearBusy(state, instruction, seen);
      case RSTORSSP -> restore(state, instruction, seen);
      case SAVEPREVSSP -> savePrevious(state, seen);
      case WRSS -> write(state, instruction, seen);
      default -> new StepResult.Unmodelled(instruction.text());
    };
  }

  private StepResult increment(MachineState state, Instruction instruction, Observation seen) {
    if (instruction.widthBytes() != 8) {
      return new StepResult.Unmodelled("INCSSPD");
    }
    StepResult read =
        operands.concrete(instruction.operands().get(0), 8, "the number of words to pop");
    if (read != StepResult.DONE) {
      return read;
    }
    long words = operands.value() & 0xff;
    long ssp = state.read(Slot.SSP);
    StepResult touched = touch(state, ssp, seen);
    if (touched == StepResult.DONE && words > 1) {
      touched = touch(state, ssp + 8 * (words - 1), seen);
    }
    if (touched == StepResult.DONE) {
      state.write(Slot.SSP, ssp + 8 * words);
    }
    return touched;
  }

  /** Loads a word only for the fault that this may raise. */
  private StepResult touch(MachineState state, long address, Observation seen) {
    return memory.touchShadowWord(state, address, seen);
  }

  private StepResult setBusy(MachineState state, Observation seen) {
    long token = state.read(model.system().shadowStacks().orElseThrow().pl0Slot());
    if (ShadowToken.isUnaligned(token)) {
      return GENERAL_PROTECTION;
    }
    StepResult taken = shadow.setBusy(state, token, BUSY, seen);
    if (taken == StepResult.DONE) {
      state.write(Slot.SSP, token);
    }
    return taken;
  }

  private StepResult clearBusy(MachineState state, Instruction instruction, Observation seen) {
    StepResult located = operands.locate(instruction.operands().get(0));
    if (located != StepResult.DONE) {
      return located;
    }
    long token = operands.address();
    if (ShadowToken.isUnaligned(token)) {
      return GENERAL_PROTECTION;
    }
    StepResult freed = shadow.clearBusy(state, token, seen);
    if (freed == StepResult.DONE) {
      ArithmeticFlags.define(state, Rflags.ARITHMETIC, shadow.cleared() ? 0 : Rflags.CF);
      state.write(Slot.SSP, 0);
    }
    return freed;
  }

  private StepResult restore(MachineState state, Instruction instruction, Observation seen) {
    StepResult located = operands.locate(instruction.operands().get(0));
    if (located != StepResult.DONE) {
      return located;
    }
    long address = operands.address();
    if (ShadowToken.isUnaligned(address)) {
      return GENERAL_PROTECTION;
    }
    StepResult loaded = memory.loadShadowWord(state, address, seen);
    if (loaded != StepResult.DONE) {
      return loaded;
    }
    long token = memory.value();
    boolean restores = (token & 3) == ShadowToken.LONG_MODE;
    if (!restores || ((token & ~ShadowToken.LONG_MODE) - 8 & ~7L) != address) {
      seen.find(Finding.SHADOW_STACK_MISMATCH);
      seen.explain("RSTORSSP finds no restore token.");
      return NO_RESTORE_TOKEN;
    }
    long previous = state.read(Slot.SSP) | ShadowToken.PREVIOUS | ShadowToken.LONG_MODE;
    StepResult stored = memory.storeShadowWord(state, address, previous, seen);
    if (stored == StepResult.DONE) {
      state.write(Slot.SSP, address);
      ArithmeticFlags.define(state, Rflags.ARITHMETIC, (token & 4) != 0 ? Rflags.CF : 0);
    }
    return stored;
  }

  private StepResult savePrevious(MachineState state, Observation seen) {
    long ssp = state.read(Slot.SSP);
    if (ShadowToken.isUnaligned(ssp)) {
      return GENERAL_PROTECTION;
    }
    if ((ArithmeticFlags.dependent(state) & Rflags.CF) != 0) {
      return operands.ended(state.read(Slot.FLAGS_TOKEN), "the CF that SAVEPREVSSP reads");
    }
    StepResult loaded = memory.loadShadowWord(state, ssp, seen);
    if (loaded != StepResult.DONE) {
      return loaded;
    }
    long token = memory.value();
    boolean hole = (state.read(Slot.RFLAGS) & Rflags.CF) != 0;
    if (hole || (token & ShadowToken.PREVIOUS) == 0) {
      return GENERAL_PROTECTION;
    }
    long old = token & ~3L;
    StepResult stored = memory.storeShadowHole(state, old - 4, seen);
    if (stored == StepResult.DONE) {
      stored = memory.storeShadowWord(state, (old & ~7L) - 8, old | ShadowToken.LONG_MODE, seen);
    }
    if (stored == StepResult.DONE) {
      state.write(Slot.SSP, ssp + 8);
    }
    return stored;
  }

  private StepResult write(MachineState state, Instruction instruction, Observation seen) {
    if (!model.assumes(Assumption.SHADOW_STACK_WRITES)) {
      return UNDEFINED;
    }
    if (instruction.widthBytes() != 8) {
      return new StepResult.Unmodelled("WRSSD");
    }
    StepResult read = operands.read(instruction.operands().get(0), 8);
    if (read != StepResult.DONE) {
      return read;
    }
    long written = operands.value();
    StepResult located = operands.locate(instruction.operands().get(1));
    if (located != StepResult.DONE) {
      return located;
    }
    return ShadowToken.isUnaligned(operands.address())
        ? GENERAL_PROTECTION
        : memory.storeShadowWord(state, operands.address(), written, seen);
  }
}
