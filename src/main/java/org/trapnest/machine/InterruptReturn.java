package org.trapnest.machine;

import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * IRET, SYSRET and SYSEXIT: loading the target's state, with their faults.
 *
 * <p>Source: Intel SDM volume 2, "IRET/IRETD/IRETQ", "SYSRET" and "SYSEXIT"; volume 3, "Handling
 * Multiple NMIs". Confined to one thread.
 */
final class InterruptReturn {
  private static final StepResult GENERAL_PROTECTION = StepResult.Fault.of(Vector.GP);
  private static final StepResult UNDEFINED = StepResult.Fault.of(Vector.UD);
  private static final StepResult LDT =
      new StepResult.Unmodelled("IRET to a selector of the LDT other than the 16-bit stack's");
  private static final StepResult SPLIT_POINTER =
      new StepResult.Unmodelled("IRET to a 16-bit stack segment with an unknown RSP");
  private static final long LOW_WORD = 0xffff;
  private static final int[] DATA_SEGMENTS = {Slot.DS, Slot.ES, Slot.FS, Slot.GS};
  private static final long RESTORED =
      Rflags.ARITHMETIC
          | Rflags.TF
          | Rflags.IF
          | Rflags.DF
          | Rflags.IOPL
          | Rflags.NT
          | Rflags.RF
          | Rflags.AC
          | Rflags.VIF
          | Rflags.VIP
          | Rflags.ID;
  private static final long SYSRET_UNSAFE_FLAGS = Rflags.RF | Rflags.TF;
  private static final long IN_LDT = 4;
  private static final long LOW_HALF = 0xffff_ffffL;
  private static final String BAD_SELECTOR = "the selector of CS or SS is bad";
  private static final int WORDS = 5;
  private static final int RIP = 0;
  private static final int CS = 1;
  private static final int FLAGS = 2;
  private static final int RSP = 3;
  private static final int SS = 4;

  private final MachineModel model;
  private final MemoryAccess memory;
  private final Contexts contexts;
  private final TokenUse tokens;
  private final ShadowStack shadow;
  private final long[] frame = new long[WORDS];

  InterruptReturn(MachineModel model, MemoryAccess memory, Contexts contexts) {
    this.model = model;
    this.memory = memory;
    this.contexts = contexts;
    this.tokens = new TokenUse(model);
    this.shadow = new ShadowStack(model, memory);
  }

  /** IRETQ, or IRETD when the operand size is 4. */
  StepResult iret(MachineState state, Instruction instruction, Observation seen) {
    if (instruction.widthBytes() != 8) {
      return new StepResult.Unmodelled("IRET with a 32-bit operand size");
    }
    boolean wasBlocked = state.read(Slot.NMI_BLOCKED) != 0;
    boolean hadInterrupts = (state.read(Slot.RFLAGS) & Rflags.IF) != 0;
    StepResult checked = loadFrame(state, seen);
    if (checked == StepResult.DONE) {
      checked = check(state, seen);
    }
    if (checked == StepResult.DONE) {
      checked = shadow.returnTo(state, frame[CS], frame[RIP], seen);
    }
    if (checked == StepResult.DONE || model.assumes(Assumption.FAULTING_IRET_UNMASKS_NMI)) {
      state.write(Slot.NMI_BLOCKED, 0);
    }
    if (checked != StepResult.DONE) {
      contexts.noteNmiRules(state, wasBlocked && state.read(Slot.NMI_BLOCKED) == 0, false, seen);
      return checked;
    }
    state.write(Slot.RIP, frame[RIP]);
    state.write(Slot.CS, frame[CS]);
    long flags = FlagsImage.known(frame[FLAGS]);
    ArithmeticFlags.load(state, flags & RESTORED | Rflags.FIXED, frame[FLAGS]);
    state.write(Slot.RSP, isTo16BitStack() ? splitPointer(state) : frame[RSP]);
    state.write(Slot.SS, frame[SS]);
    if (Selectors.rpl(frame[CS]) == 3) {
      clearKernelSegments(state);
    }
    StepResult matched = contexts.matchReturn(state, true, seen);
    boolean enabled = !hadInterrupts && (flags & Rflags.IF) != 0;
    contexts.noteNmiRules(state, wasBlocked, enabled, seen);
    return matched;
  }

  /** In 64-bit mode the size of the stack segment means nothing. */
  private boolean isTo16BitStack() {
    return frame[CS] == Selectors.USER32_CS && frame[SS] == Selectors.LDT_SS;
  }

  /** What ESP is where only SP is loaded: bits 31:16 are the kernel's. */
  private long splitPointer(MachineState state) {
    return state.read(Slot.RSP) & LOW_HALF & ~LOW_WORD | frame[RSP] & LOW_WORD;
  }

  /** On a return to user mode DS, ES, FS and GS must not keep what only the kernel may use. */
  private static void clearKernelSegments(MachineState state) {
    for (int slot : DATA_SEGMENTS) {
      long selector = state.read(slot);
      if (selector == Selectors.KERNEL_DS || selector == Selectors.KERNEL_CS) {
        state.write(slot, 0);
      }
    }
  }

  private StepResult loadFrame(MachineState state, Observation seen) {
    long rsp = state.read(Slot.RSP);
    if (Token.is(rsp)) {
      return tokens.endedStackPointer(rsp, seen);
    }
    for (int i = 0; i < WORDS; i++) {
      StepResult loaded = memory.loadStackWord(state, rsp + 8L * i, seen);
      if (loaded != StepResult.DONE) {
        return loaded;
      }
      frame[i] = memory.value();
      boolean usable =
          i == RSP || (i == FLAGS ? FlagsImage.isLoadable(frame[i]) : !Token.is(frame[i]));
      if (!usable) {
        return tokens.ended(frame[i], "a word of the frame that IRET pops", seen);
      }
    }
    return StepResult.DONE;
  }

  private StepResult check(MachineState state, Observation seen) {
    if ((state.read(Slot.RFLAGS) & Rflags.NT) != 0) {
      return fault(0, "NT is set", seen);
    }
    if (Selectors.rpl(frame[CS]) == 0) {
      boolean kernelCs = frame[CS] == Selectors.KERNEL_CS;
      boolean kernelSs = frame[SS] == Selectors.KERNEL_DS || frame[SS] == 0;
      if (!kernelCs || !kernelSs) {
        return fault(kernelCs ? frame[SS] : frame[CS], BAD_SELECTOR, seen);
      }
    } else {
      if (model.system().fred().isPresent()) {
        return fault(frame[CS], "with FRED it cannot change CPL", seen);
      }
      boolean userCs = frame[CS] == Selectors.USER_CS || frame[CS] == Selectors.USER32_CS;
      if (!userCs) {
        return fault(frame[CS], BAD_SELECTOR, seen);
      }
      if (frame[SS] != Selectors.USER_DS && frame[SS] != Selectors.LDT_SS) {
        return (frame[SS] & IN_LDT) != 0 ? LDT : fault(frame[SS], BAD_SELECTOR, seen);
      }
      if (isTo16BitStack() && (Token.is(frame[RSP]) || Token.is(state.read(Slot.RSP)))) {
        return SPLIT_POINTER;
      }
    }
    return MemoryAccess.isCanonical(frame[RIP])
        ? StepResult.DONE
        : fault(0, "RIP is not canonical", seen);
  }

  private static StepResult fault(long selector, String why, Observation seen) {
    if (seen.explaining()) {
      String which = selector == 0 ? "" : " (0x" + Long.toHexString(selector) + ")";
      seen.explain("IRET faults: " + why + which + ".");
    }
    return new StepResult.Fault(Vector.GP, selector & 0xfffc, 0);
  }

  /**
   * SYSRET to 64-bit code, or to compatibility mode when the operand size is 4. FRED has neither
   * SYSRET nor SYSEXIT.
   */
  StepResult sysret(MachineState state, Instruction instruction, Observation seen) {
    if (model.system().fred().isPresent()) {
      return UNDEFINED;
    }
    long target = state.read(Slot.RCX);
    long image = state.read(Slot.R11);
    if (Token.is(target) || !FlagsImage.isLoadable(image)) {
      boolean badTarget = Token.is(target);
      return tokens.ended(
          badTarget ? target : image, badTarget ? "SYSRET's target" : "SYSRET's flags", seen);
    }
    long flags = FlagsImage.known(image);
    boolean wide = instruction.widthBytes() == 8;
    boolean canonical = !wide || MemoryAccess.isCanonical(target);
    if (!canonical || (flags & SYSRET_UNSAFE_FLAGS) != 0) {
      seen.find(Finding.SYSRET_UNSAFE);
      if (seen.explaining()) {
        seen.explain(canonical ? "R11 has RF or TF set." : "RCX is not canonical.");
      }
    }
    if (!canonical && model.assumes(Assumption.SYSRET_FAULTS_IN_KERNEL)) {
      return GENERAL_PROTECTION;
    }
    state.write(Slot.RIP, wide ? target : target & LOW_HALF);
    ArithmeticFlags.load(state, flags & RESTORED & ~Rflags.RF | Rflags.FIXED, image);
    state.write(Slot.CS, wide ? Selectors.USER_CS : Selectors.USER32_CS);
    state.write(Slot.SS, Selectors.USER_DS);
    shadow.leaveBySystemCall(state);
    return contexts.matchReturn(state, true, seen);
  }

  /**
   * SYSEXIT: RIP from RDX, RSP from RCX; the flags stay. CS is IA32_SYSENTER_CS plus 16 and SS plus
   * 24, or with a 64-bit operand size plus 32 and plus 40.
   */
  StepResult sysexit(MachineState state, Instruction instruction, Observation seen) {
    if (model.system().fred().isPresent()) {
      return UNDEFINED;
    }
    long target = state.read(Slot.RDX);
    if (Token.is(target)) {
      return tokens.ended(target, "SYSEXIT's target", seen);
    }
    boolean wide = instruction.widthBytes() == 8;
    long rsp = state.read(Slot.RCX);
    boolean canonical = MemoryAccess.isCanonical(target);
    if (wide && (!canonical || !Token.is(rsp) && !MemoryAccess.isCanonical(rsp))) {
      return GENERAL_PROTECTION;
    }
    state.write(Slot.RIP, wide ? target : target & LOW_HALF);
    if (!wide) {
      rsp = Token.is(rsp) ? Token.lowHalf(rsp) : rsp & LOW_HALF;
    }
    state.write(Slot.RSP, rsp);
    state.write(Slot.CS, wide ? Selectors.USER_CS : Selectors.USER32_CS);
    state.write(Slot.SS, wide ? Selectors.SYSEXIT_SS : Selectors.USER_DS);
    shadow.leaveBySystemCall(state);
    return contexts.matchReturn(state, true, seen);
  }
}
