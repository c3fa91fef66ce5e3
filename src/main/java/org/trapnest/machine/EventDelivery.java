package org.trapnest.machine;

import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Delivery of an event through the IDT, with the promotion to double faults.
 *
 * <p>Source: Intel SDM volume 3, "Exception and Interrupt Handling in 64-bit Mode" and "Interrupt
 * 8—Double Fault Exception". Confined to one thread.
 */
final class EventDelivery {
  private static final long MCIP = 4;
  private static final long ALIGNMENT = ~0xfL;
  private static final long CLEARED = Rflags.TF | Rflags.NT | Rflags.VM | Rflags.RF;
  private static final StepResult.Ended SHUTDOWN = new StepResult.Ended(Finding.SHUTDOWN);

  private static final StepResult OUT_OF_BOUNDS = new StepResult.Ended(Finding.STACK_OUT_OF_BOUNDS);

  private final MachineModel model;
  private final MemoryAccess memory;
  private final Contexts contexts;
  private final TokenUse tokens;
  private final Gate[] gates = new Gate[256];
  private final boolean countsOwed;
  private final int[] istSlots;
  // The event that is being delivered, from one attempt to the next.
  private long code;
  private boolean software;

  EventDelivery(MachineModel model, MemoryAccess memory, Contexts contexts) {
    this.countsOwed = model.c().servesNmis();
    this.model = model;
    this.memory = memory;
    this.contexts = contexts;
    this.tokens = new TokenUse(model);
    model.gates().forEach((vector, gate) -> gates[vector.number()] = gate);
    this.istSlots = model.system().istSlots().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether a software interrupt may use a vector's gate at a privilege level. */
  boolean softwareMayUse(Vector vector, int cpl) {
    Gate gate = gates[vector.number()];
    return gate != null && gate.dpl() >= cpl;
  }

  /**
   * Delivers an event at the boundary where RIP stands. A fault on the way is delivered instead, or
   * promoted; what the first attempt wrote is taken back. That the event has been accepted is not:
   * it no longer waits, and NMIs or machine checks are blocked, although its handler never runs.
   *
   * @return {@code DONE}, or how the machine ended
   */
  StepResult deliver(MachineState state, Vector vector, long errorCode, Observation seen) {
    accept(state, vector);
    software = false;
    code = errorCode;
    return deliver(state, vector, seen);
  }

  /**
   * Delivers what INT n, INT3 or INT1 raised: without an error code, without RF in the frame, and
   * without what the hardware's own event of that vector does (INT 2 does not block NMIs). The gate
   * has been checked with {@link #softwareMayUse}.
   */
  StepResult deliverSoftware(MachineState state, Vector vector, Observation seen) {
    if (vector == Vector.DB) {
      state.write(Slot.DB_PENDING, 0);
    }
    software = true;
    code = 0;
    return deliver(state, vector, seen);
  }

  private StepResult deliver(MachineState state, Vector first, Observation seen) {
    Vector vector = first;
    while (true) {
      int mark = state.mark();
      if (vector == Vector.DF) {
        seen.find(Finding.DOUBLE_FAULT);
      }
      StepResult result = attempt(state, vector, seen);
      if (!(result instanceof StepResult.Fault fault)) {
        return result;
      }
      state.rollback(mark);
      if (fault.vector() == Vector.PF) {
        state.write(Slot.CR2, fault.faultAddress());
      }
      explainNested(vector, fault.vector(), seen);
      DoubleFault outcome = software ? DoubleFault.SERIAL : DoubleFault.of(vector, fault.vector());
      software = false;
      switch (outcome) {
        case SERIAL -> {
          vector = fault.vector();
          code = fault.errorCode();
        }
        case DOUBLE_FAULT -> {
          vector = Vector.DF;
          code = 0;
        }
        case SHUTDOWN -> {
          seen.find(Finding.SHUTDOWN);
          return SHUTDOWN;
        }
      }
    }
  }

  private static void explainNested(Vector first, Vector second, Observation seen) {
    if (seen.explaining()) {
      seen.explain("Delivering " + first.manualName() + " raised " + second.manualName() + ".");
    }
  }

  /** What the processor remembers of an event from the moment when it accepts it. */
  private void accept(MachineState state, Vector vector) {
    if (vector == Vector.NMI) {
      if (countsOwed) {
        state.write(Slot.NMI_OWED, 1);
      }
      state.write(Slot.NMI_BLOCKED, 1);
      state.write(Slot.NMI_PENDING, 0);
    } else if (vector == Vector.MC) {
      state.write(Slot.MCG_STATUS, state.read(Slot.MCG_STATUS) | MCIP);
    } else if (vector == Vector.DB) {
      state.write(Slot.DB_PENDING, 0);
    } else if (vector == Vector.IRQ) {
      state.write(Slot.IRQ_PENDING, 0);
    }
  }

  private StepResult attempt(MachineState state, Vector vector, Observation seen) {
    Gate gate = gates[vector.number()];
    if (gate == null) {
      if (seen.explaining()) {
        seen.explain("The IDT has no gate for " + vector.manualName() + ".");
      }
      return new StepResult.Fault(Vector.GP, vector.number() * 8L + 2, 0);
    }
    boolean fromUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    long rsp = stackPointer(state, gate, fromUser);
    if (Token.is(rsp)) {
      return tokens.endedStackPointer(rsp, seen);
    }
    if (!MemoryAccess.isCanonical(rsp)) {
      return StepResult.Fault.of(Vector.SS);
    }
    if (!MemoryAccess.isCanonical(gate.handler())) {
      return StepResult.Fault.of(Vector.GP);
    }
    if (gate.ist() == 0 && !fromUser) {
      memory.noteUntrustedStack(state, seen);
    }
    long top = rsp & ALIGNMENT;
    contexts.push(state, Event.of(vector));
    if (gate.ist() != 0) {
      contexts.noteReuse(state, top, seen);
    }
    StepResult pushed = pushFrame(state, vector, top, seen);
    boolean withCode = vector.hasErrorCode() && !software;
    long last = withCode ? top - 48 : top - 40;
    if (pushed == StepResult.DONE && withCode) {
      pushed = pushWord(state, last, code, seen);
    }
    if (pushed == StepResult.DONE) {
      pushed = checkStack(top - 8, last, seen);
    }
    if (pushed != StepResult.DONE) {
      return pushed;
    }
    contexts.frame(state, top - Contexts.FRAME_BYTES);
    state.write(Slot.RSP, last);
    enter(state, gate, fromUser);
    seen.delivered(
        Event.of(vector), fromUser, top - Contexts.FRAME_BYTES, model.memory().indexOf(last));
    return StepResult.DONE;
  }

  /** Whether a frame that memory has taken lies on one stack. */
  private StepResult checkStack(long first, long last, Observation seen) {
    int region = model.memory().indexOf(last);
    if (region == model.memory().indexOf(first)
        && model.memory().region(region).kind() == Region.Kind.STACK) {
      return StepResult.DONE;
    }
    if (seen.explaining()) {
      seen.explain("The frame at " + memory.place(last) + " is not on one stack.");
    }
    return OUT_OF_BOUNDS;
  }

  private long stackPointer(MachineState state, Gate gate, boolean fromUser) {
    if (gate.ist() != 0) {
      return state.read(istSlots[gate.ist()]);
    }
    return fromUser ? state.read(model.system().sp0Slot()) : state.read(Slot.RSP);
  }

  private StepResult pushFrame(MachineState state, Vector vector, long top, Observation seen) {
    long flags = state.read(Slot.RFLAGS);
    if (vector.kind() == Vector.Kind.FAULT && !software) {
      flags |= Rflags.RF;
    }
    StepResult result = pushWord(state, top - 8, state.read(Slot.SS), seen);
    if (result == StepResult.DONE) {
      result = pushWord(state, top - 16, state.read(Slot.RSP), seen);
    }
    if (result == StepResult.DONE) {
      result = pushWord(state, top - 24, flags, seen);
    }
    if (result == StepResult.DONE) {
      result = pushWord(state, top - 32, state.read(Slot.CS), seen);
    }
    return result == StepResult.DONE
        ? pushWord(state, top - 40, state.read(Slot.RIP), seen)
        : result;
  }

  private StepResult pushWord(MachineState state, long address, long value, Observation seen) {
    memory.noteFrameOverwrite(state, address, state.read(Slot.CONTEXTS) - 1, seen);
    return memory.storeStackWord(state, address, value, seen);
  }

  private static void enter(MachineState state, Gate gate, boolean fromUser) {
    long flags = state.read(Slot.RFLAGS) & ~CLEARED;
    state.write(Slot.RFLAGS, gate.interruptGate() ? flags & ~Rflags.IF : flags);
    if (fromUser) {
      state.write(Slot.SS, 0);
    }
    state.write(Slot.CS, Selectors.KERNEL_CS);
    state.write(Slot.RIP, gate.handler());
    state.write(Slot.SHADOW, 0);
  }
}
