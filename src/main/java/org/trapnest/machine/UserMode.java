package org.trapnest.machine;

import org.trapnest.x86.EventType;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * User mode: one instruction that loops, enters the kernel, and may set registers.
 *
 * <p>Source: Intel SDM volume 2, "SYSCALL" and "SYSENTER".
 */
final class UserMode {
  private static final long WATCHPOINT_HIT = 1;

  private final MachineModel model;
  private final Contexts contexts;
  private final EventDelivery delivery;
  private final ShadowStack shadow;

  UserMode(MachineModel model, Contexts contexts, EventDelivery delivery, ShadowStack shadow) {
    this.model = model;
    this.shadow = shadow;
    this.contexts = contexts;
    this.delivery = delivery;
  }

  /** Enters the kernel by one of the declared ways. */
  StepResult enter(MachineState state, UserRules.Entry entry, Observation seen) {
    Event event = entry.event();
    if (delivery.deliversSystemCalls() && event.vector().isEmpty()) {
      return delivery.deliverSystemCall(state, event, seen);
    }
    return switch (event) {
      case SYSCALL, SYSCALL32 -> syscall(state, event, seen);
      case SYSENTER -> sysenter(state, seen);
      default -> raise(state, event.vector().orElseThrow(), entry.errorCode(), seen);
    };
  }

  /**
   * Sets a register, as user code may. A debug trap becomes pending in user mode by a MOV SS that
   * hits a watchpoint, so that the shadow of MOV SS comes with it and the next entry is the
   * instruction behind.
   */
  void set(MachineState state, int slot, long value) {
    state.write(slot, value);
    if (slot == Slot.DB_PENDING) {
      state.write(Slot.SHADOW, value == 0 ? 0 : InstructionStep.SHADOW_MOV_SS);
      state.write(Slot.DR6, value == 0 ? model.slots().initial()[Slot.DR6] : WATCHPOINT_HIT);
    }
  }

  private StepResult raise(MachineState state, Vector vector, long code, Observation seen) {
    boolean software = vector == Vector.INT80 || vector == Vector.BP;
    if (software && !delivery.softwareMayUse(vector, 3)) {
      return delivery.deliver(state, Vector.GP, vector.number() * 8L + 2, seen);
    }
    if (software) {
      EventType type =
          vector == Vector.BP ? EventType.SOFTWARE_EXCEPTION : EventType.SOFTWARE_INTERRUPT;
      // User mode is one place: where its instruction stands and where it leads are the same.
      StepResult.Trap trap = new StepResult.Trap(vector, type);
      return delivery.deliverSoftware(state, trap, state.read(Slot.RIP), seen);
    }
    if (vector == Vector.PF) {
      state.write(Slot.CR2, Token.faultAddress(state.read(Slot.CR2)));
    } else if (vector == Vector.DB) {
      state.write(Slot.DR6, state.read(Slot.DR6) | WATCHPOINT_HIT);
    }
    return delivery.deliver(state, vector, code, seen);
  }

  private StepResult syscall(MachineState state, Event event, Observation seen) {
    contexts.push(state, event);
    long flags = state.read(Slot.RFLAGS);
    state.write(Slot.RCX, state.read(Slot.RIP));
    state.write(Slot.R11, FlagsImage.masked(ArithmeticFlags.image(state, 0), ~Rflags.RF));
    long fmask = model.system().fmask();
    state.write(Slot.RFLAGS, flags & ~fmask | Rflags.FIXED);
    ArithmeticFlags.define(state, fmask & Rflags.ARITHMETIC, 0);
    boolean wide = event == Event.SYSCALL;
    return start(state, wide ? model.system().lstar() : model.system().cstar(), event, seen);
  }

  private StepResult sysenter(MachineState state, Observation seen) {
    contexts.push(state, Event.SYSENTER);
    state.write(Slot.RFLAGS, state.read(Slot.RFLAGS) & ~(Rflags.IF | Rflags.VM | Rflags.RF));
    state.write(Slot.RSP, model.system().sysenterEsp());
    return start(state, model.system().sysenterEip(), Event.SYSENTER, seen);
  }

  private StepResult start(MachineState state, long handler, Event event, Observation seen) {
    shadow.enterBySystemCall(state);
    state.write(Slot.CS, Selectors.KERNEL_CS);
    state.write(Slot.SS, Selectors.KERNEL_DS);
    state.write(Slot.RIP, handler);
    state.write(Slot.SHADOW, 0);
    // SYSENTER keeps TF, and SYSCALL where IA32_FMASK does not name it.
    if ((state.read(Slot.RFLAGS) & Rflags.TF) != 0) {
      InstructionStep.noteSingleStep(state);
    }
    seen.delivered(event, true, 0, -1);
    return StepResult.DONE;
  }
}
