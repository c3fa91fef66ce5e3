package org.trapnest.machine;

import java.util.Optional;
import org.trapnest.machine.MachineModel.ShadowStacks;
import org.trapnest.x86.ControlProtection;
import org.trapnest.x86.ShadowToken;
import org.trapnest.x86.Vector;

/**
 * What calls, returns, event delivery and system calls do to the supervisor shadow stack; nothing
 * in a model that declares none.
 *
 * <p>A shadow stack is mapped as a whole, so the pushes behind a token that was taken do not fault:
 * no token is left prematurely busy. User mode has its shadow stack enabled.
 *
 * <p>Source: Intel SDM volume 1, "Control-flow Enforcement Technology (CET)": "Shadow Stacks",
 * "Supervisor Shadow Stack Token", "Shadow Stack Usage on Task Switch"; volume 2, the operation of
 * CALL, INT n, IRET, RET, SYSCALL, SYSENTER, SYSEXIT and SYSRET. Confined to one thread.
 */
final class ShadowStack {
  private static final StepResult GENERAL_PROTECTION = StepResult.Fault.of(Vector.GP);
  private static final StepResult UNALIGNED =
      new StepResult.Unmodelled("a shadow-stack pointer that is no multiple of 8");
  private static final long FRAME_BYTES = 24;
  private static final long LOW_HALF = 0xffff_ffffL;

  private final Optional<ShadowStacks> stacks;
  private final boolean enabled;
  private final MemoryAccess memory;

  ShadowStack(MachineModel model, MemoryAccess memory) {
    this.stacks = model.system().shadowStacks();
    this.enabled = stacks.isPresent();
    this.memory = memory;
  }

  boolean enabled() {
    return enabled;
  }

  /** Pushes a return address, as CALL does. */
  StepResult pushReturn(MachineState state, long address, Observation seen) {
    return enabled ? push(state, address, seen) : StepResult.DONE;
  }

  private StepResult push(MachineState state, long value, Observation seen) {
    long ssp = state.read(Slot.SSP);
    if (ShadowToken.isUnaligned(ssp)) {
      return UNALIGNED;
    }
    StepResult stored = memory.storeShadowWord(state, ssp - 8, value, seen);
    if (stored == StepResult.DONE) {
      state.write(Slot.SSP, ssp - 8);
    }
    return stored;
  }

  /** Pops a return address and compares it, as RET does. */
  StepResult popReturn(MachineState state, long target, Observation seen) {
    if (!enabled) {
      return StepResult.DONE;
    }
    long ssp = state.read(Slot.SSP);
    if (ShadowToken.isUnaligned(ssp)) {
      return UNALIGNED;
    }
    StepResult loaded = memory.loadShadowWord(state, ssp, seen);
    if (loaded != StepResult.DONE) {
      return loaded;
    }
    if (memory.value() != target) {
      return mismatch(ControlProtection.NEAR_RET, "RET's target is not on the shadow stack", seen);
    }
    state.write(Slot.SSP, ssp + 8);
    return StepResult.DONE;
  }

  /**
   * Does what event delivery does once the frame is on the regular stack; CS and RIP are still the
   * interrupted ones.
   */
  StepResult deliver(MachineState state, boolean fromUser, int ist, Observation seen) {
    if (!enabled) {
      return StepResult.DONE;
    }
    ShadowStacks declared = stacks.orElseThrow();
    long old = state.read(Slot.SSP);
    if (fromUser) {
      state.write(declared.pl3Slot(), old);
    }
    if (fromUser || ist != 0) {
      StepResult taken = switchStack(state, declared, ist, seen);
      if (taken != StepResult.DONE || fromUser) {
        return taken;
      }
    }
    StepResult pushed = push(state, state.read(Slot.CS), seen);
    if (pushed == StepResult.DONE) {
      pushed = push(state, state.read(Slot.RIP), seen);
    }
    return pushed == StepResult.DONE ? push(state, old, seen) : pushed;
  }

  private StepResult switchStack(
      MachineState state, ShadowStacks declared, int ist, Observation seen) {
    long token = state.read(declared.pl0Slot());
    if (ist != 0) {
      long entry = state.read(declared.tableSlot()) + 8L * ist;
      StepResult loaded = memory.load(state, entry, 8, seen);
      if (loaded != StepResult.DONE) {
        return loaded;
      }
      token = memory.value();
    }
    if (ShadowToken.isUnaligned(token) || !fitsIntoOneBlock(token)) {
      seen.explain("The new shadow-stack pointer is not at the top of 32 aligned bytes.");
      return GENERAL_PROTECTION;
    }
    StepResult taken = setBusy(state, token, GENERAL_PROTECTION, seen);
    if (taken == StepResult.DONE) {
      state.write(Slot.SSP, token);
    }
    return taken;
  }

  /** Whether the token and the three words below it lie in one block of 32 aligned bytes. */
  private static boolean fitsIntoOneBlock(long token) {
    return token >>> 5 == token - FRAME_BYTES >>> 5;
  }

  /** Sets the busy bit of a free token, or fails as told. */
  StepResult setBusy(MachineState state, long token, StepResult otherwise, Observation seen) {
    StepResult loaded = memory.loadShadowWord(state, token, seen);
    if (loaded != StepResult.DONE) {
      return loaded;
    }
    long found = memory.value();
    if (found == token) {
      return memory.storeShadowWord(state, token, token | ShadowToken.BUSY, seen);
    }
    seen.find(Finding.SHADOW_TOKEN_BUSY);
    if (seen.explaining()) {
      boolean busy = found == (token | ShadowToken.BUSY);
      seen.explain(
          "The shadow-stack token at "
              + memory.place(token)
              + (busy ? " is busy." : " is none: " + Long.toHexString(found) + "."));
    }
    return otherwise;
  }

  /**
   * Clears the busy bit of the token at an address; what is no busy token stays.
   *
   * @return DONE also when there was none; {@link #cleared} tells
   */
  StepResult clearBusy(MachineState state, long token, Observation seen) {
    cleared = false;
    StepResult loaded = memory.loadShadowWord(state, token, seen);
    if (loaded != StepResult.DONE || memory.value() != (token | ShadowToken.BUSY)) {
      return loaded;
    }
    cleared = true;
    return memory.storeShadowWord(state, token, token, seen);
  }

  private boolean cleared;

  /** Whether the last {@link #clearBusy} met a busy token. */
  boolean cleared() {
    return cleared;
  }

  /** Does what IRET does before it loads anything; SSP is the target's then. */
  StepResult returnTo(MachineState state, long cs, long rip, Observation seen) {
    if (!enabled) {
      return StepResult.DONE;
    }
    long ssp = state.read(Slot.SSP);
    if (ShadowToken.isUnaligned(ssp)) {
      return mismatch(ControlProtection.FAR_RET_IRET, "SSP is no multiple of 8", seen);
    }
    boolean toUser = (cs & 3) == 3;
    return toUser ? returnToUser(state, cs, ssp, seen) : returnToKernel(state, cs, rip, seen);
  }

  private StepResult returnToUser(MachineState state, long cs, long ssp, Observation seen) {
    long users = usersPointer(state);
    if (cs == org.trapnest.x86.Selectors.USER32_CS && (users & ~LOW_HALF) != 0) {
      return GENERAL_PROTECTION;
    }
    StepResult freed = clearBusy(state, ssp, seen);
    if (freed == StepResult.DONE) {
      state.write(Slot.SSP, users);
    }
    return freed;
  }

  private StepResult returnToKernel(MachineState state, long cs, long rip, Observation seen) {
    long ssp = state.read(Slot.SSP);
    long[] popped = new long[3];
    for (int i = 0; i < popped.length; i++) {
      StepResult loaded = memory.loadShadowWord(state, ssp + 8L * i, seen);
      if (loaded != StepResult.DONE) {
        return loaded;
      }
      popped[i] = memory.value();
    }
    if (popped[2] != cs || popped[1] != rip || (popped[0] & 3) != 0) {
      String why = "CS, RIP or SSP on the shadow stack are not IRET's";
      return mismatch(ControlProtection.FAR_RET_IRET, why, seen);
    }
    if (!MemoryAccess.isCanonical(popped[0])) {
      return GENERAL_PROTECTION;
    }
    long reached = ssp + FRAME_BYTES;
    StepResult freed = popped[0] == reached ? StepResult.DONE : clearBusy(state, reached, seen);
    if (freed == StepResult.DONE) {
      state.write(Slot.SSP, popped[0]);
    }
    return freed;
  }

  private long usersPointer(MachineState state) {
    return state.read(stacks.orElseThrow().pl3Slot());
  }

  /** SYSCALL and SYSENTER: the user's SSP is kept, the kernel has none yet. */
  void enterBySystemCall(MachineState state) {
    if (enabled) {
      state.write(stacks.orElseThrow().pl3Slot(), state.read(Slot.SSP));
      state.write(Slot.SSP, 0);
    }
  }

  /** SYSRET and SYSEXIT: SSP is the user's again, whatever the kernel left. */
  void leaveBySystemCall(MachineState state) {
    if (enabled) {
      state.write(Slot.SSP, usersPointer(state));
    }
  }

  private static StepResult mismatch(ControlProtection cause, String why, Observation seen) {
    seen.find(Finding.SHADOW_STACK_MISMATCH);
    seen.explain(why + ".");
    return new StepResult.Fault(Vector.CP, cause.errorCode(), 0);
  }
}
