package org.trapnest.machine;

import org.trapnest.x86.FredFrame;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * ERETS and ERETU. Both skip the error code at RSP themselves.
 *
 * <p>Source: Intel FRED specification, "ERETS" and "ERETU". Confined to one thread.
 */
final class FredReturn {
  /** Bits 63:22, 17, 15, 5 and 3 of RFLAGS. */
  private static final long RESERVED_FLAGS = ~0x3d_7fd7L;

  private static final int WORDS = 5;
  private static final int RIP = 0;
  private static final int CS = 1;
  private static final int FLAGS = 2;
  private static final int RSP = 3;
  private static final int SS = 4;

  private final boolean enabled;
  private final MemoryAccess memory;
  private final Contexts contexts;
  private final TokenUse tokens;
  private final long[] frame = new long[WORDS];

  FredReturn(MachineModel model, MemoryAccess memory, Contexts contexts) {
    this.enabled = model.system().fred().isPresent();
    this.memory = memory;
    this.contexts = contexts;
    this.tokens = new TokenUse(model);
  }

  /** ERETS: returns to the kernel, to a stack level that is not higher. */
  StepResult toSupervisor(MachineState state, Observation seen) {
    StepResult loaded = begin(state, seen);
    if (loaded != StepResult.DONE) {
      return loaded;
    }
    boolean segments =
        (frame[CS] & ~FredFrame.CS_INFORMATION) == state.read(Slot.CS)
            && (frame[SS] & FredFrame.SELECTOR) == state.read(Slot.SS);
    if (!segments || !isWellFormed(0)) {
      return fault("ERETS", seen);
    }
    boolean hadInterrupts = (state.read(Slot.RFLAGS) & Rflags.IF) != 0;
    boolean wasBlocked = state.read(Slot.NMI_BLOCKED) != 0;
    long level = frame[CS] >>> FredFrame.LEVEL_SHIFT & 3;
    state.write(Slot.CSL, Math.min(level, state.read(Slot.CSL)));
    load(state);
    boolean interrupts = (FlagsImage.known(frame[FLAGS]) & Rflags.IF) != 0;
    if ((frame[SS] & FredFrame.STI) != 0 && interrupts) {
      state.write(Slot.SHADOW, InstructionStep.SHADOW_STI);
    }
    StepResult matched = contexts.matchReturn(state, true, seen);
    contexts.noteNmiRules(state, wasBlocked && unblocksNmis(), interrupts && !hadInterrupts, seen);
    return matched;
  }

  /** ERETU: returns to user mode, from stack level 0 only, and exchanges the GS bases. */
  StepResult toUser(MachineState state, Observation seen) {
    if (enabled && state.read(Slot.CSL) > 0) {
      seen.explain("ERETU faults: the stack level is not 0.");
      return StepResult.Fault.of(Vector.GP);
    }
    StepResult loaded = begin(state, seen);
    if (loaded != StepResult.DONE) {
      return loaded;
    }
    long code = frame[CS];
    long stack = frame[SS] & FredFrame.SELECTOR;
    boolean segments =
        (code == Selectors.USER_CS || code == Selectors.USER32_CS)
            && (stack == Selectors.USER_DS || stack == Selectors.LDT_SS);
    if (!segments || !isWellFormed(Rflags.IOPL)) {
      return fault("ERETU", seen);
    }
    boolean wasBlocked = state.read(Slot.NMI_BLOCKED) != 0;
    load(state);
    FredDelivery.swapGs(state);
    StepResult matched = contexts.matchReturn(state, true, seen);
    contexts.noteNmiRules(state, wasBlocked && unblocksNmis(), false, seen);
    return matched;
  }

  /** Loads the frame behind the error code. */
  private StepResult begin(MachineState state, Observation seen) {
    if (!enabled) {
      return StepResult.Fault.of(Vector.UD);
    }
    long rsp = state.read(Slot.RSP);
    if (Token.is(rsp)) {
      return tokens.endedStackPointer(rsp, seen);
    }
    for (int i = 0; i < WORDS; i++) {
      StepResult loaded = memory.loadStackWord(state, rsp + 8L * (i + 1), seen);
      if (loaded != StepResult.DONE) {
        return loaded;
      }
      frame[i] = memory.value();
      boolean usable =
          i == RSP || (i == FLAGS ? FlagsImage.isLoadable(frame[i]) : !Token.is(frame[i]));
      if (!usable) {
        return tokens.ended(frame[i], "a word of the frame that ERETS or ERETU pops", seen);
      }
    }
    return StepResult.DONE;
  }

  /** Whether RIP, the flags and the reserved bits of the SS word may be loaded. */
  private boolean isWellFormed(long forbiddenFlags) {
    long known = FlagsImage.known(frame[FLAGS]);
    boolean flags = (known & (RESERVED_FLAGS | forbiddenFlags)) == 0 && (known & Rflags.FIXED) != 0;
    return MemoryAccess.isCanonical(frame[RIP])
        && flags
        && (frame[SS] & FredFrame.SS_RESERVED) == 0;
  }

  private boolean unblocksNmis() {
    return (frame[SS] & FredFrame.NMI) != 0;
  }

  private void load(MachineState state) {
    state.write(Slot.RIP, frame[RIP]);
    state.write(Slot.CS, frame[CS] & FredFrame.SELECTOR);
    long flags = FlagsImage.known(frame[FLAGS]);
    ArithmeticFlags.load(state, flags, frame[FLAGS]);
    state.write(Slot.RSP, frame[RSP]);
    state.write(Slot.SS, frame[SS] & FredFrame.SELECTOR);
    if (unblocksNmis()) {
      state.write(Slot.NMI_BLOCKED, 0);
    }
    if ((frame[SS] & FredFrame.SOFTWARE) != 0 && (flags & Rflags.TF) != 0) {
      InstructionStep.noteSingleStep(state);
    }
  }

  private static StepResult fault(String instruction, Observation seen) {
    seen.explain(instruction + " faults: the frame is not well-formed.");
    return StepResult.Fault.of(Vector.GP);
  }
}
