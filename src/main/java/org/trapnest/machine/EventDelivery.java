package org.trapnest.machine;

import java.util.Optional;
import org.trapnest.x86.EventType;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Delivery of an event through the IDT or by FRED, with the promotion to double faults.
 *
 * <p>Source: Intel SDM volume 3, "Exception and Interrupt Handling in 64-bit Mode" and "Interrupt
 * 8—Double Fault Exception". Confined to one thread.
 */
final class EventDelivery {
  private static final long MCIP = 4;

  /** Bits of an error code: it names a gate; the event was no software interrupt. */
  private static final long IN_IDT = 2;

  private static final long EXTERNAL = 1;
  private static final long FRAME_BYTES = 40;
  private static final int SYSCALL_NUMBER = 1;
  private static final int SYSENTER_NUMBER = 2;
  private static final long ALIGNMENT = ~0xfL;
  private static final long CLEARED = Rflags.TF | Rflags.NT | Rflags.VM | Rflags.RF;
  private static final StepResult.Ended SHUTDOWN = new StepResult.Ended(Finding.SHUTDOWN);

  private final MachineModel model;
  private final MemoryAccess memory;
  private final Contexts contexts;
  private final HardwareFrame frame;
  private final ShadowStack shadow;
  private final Optional<FredDelivery> fred;
  private final boolean heldTrapSurvives;
  private final boolean vcIsContributory;
  private final TokenUse tokens;
  private final Gate[] gates = new Gate[256];
  private final boolean countsOwed;
  private final int[] istSlots;
  // The event that is being delivered, from one attempt to the next.
  private long code;
  private EventType type = EventType.HARDWARE_EXCEPTION;
  private boolean software;

  /** Where a software interrupt returns to. */
  private long returnAddress;

  private boolean nested;
  private final long[] words = new long[6];
  private int wordCount;

  /** The top of the frame of an attempt that came as far as the shadow stack, or 0. */
  private long leftBehind;

  EventDelivery(MachineModel model, MemoryAccess memory, Contexts contexts) {
    this.countsOwed = model.c().servesNmis();
    this.model = model;
    this.memory = memory;
    this.contexts = contexts;
    this.frame = new HardwareFrame(model, memory);
    this.shadow = new ShadowStack(model, memory);
    this.fred = model.system().fred().map(f -> new FredDelivery(model, f, memory, contexts));
    this.heldTrapSurvives = model.assumes(Assumption.HELD_DEBUG_TRAP_SURVIVES_FAULT);
    this.vcIsContributory = model.assumes(Assumption.VC_IS_CONTRIBUTORY);
    this.tokens = new TokenUse(model);
    model.gates().forEach((vector, gate) -> gates[vector.number()] = gate);
    this.istSlots = model.system().istSlots().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether a software interrupt may use a vector's gate at a privilege level; FRED has none. */
  boolean softwareMayUse(Vector vector, int cpl) {
    if (fred.isPresent()) {
      return true;
    }
    Gate gate = gates[vector.number()];
    return gate != null && gate.dpl() >= cpl;
  }

  /**
   * Delivers an event at the boundary where RIP stands. A fault on the way is delivered instead, or
   * promoted; what the first attempt wrote is taken back. That the event has been accepted is not:
   * it no longer waits, and NMIs or machine checks are blocked, although its handler never runs. A
   * debug trap that is pending at a fault has been held by MOV SS; whether it goes on waiting is an
   * assumption.
   *
   * @return {@code DONE}, or how the machine ended
   */
  StepResult deliver(MachineState state, Vector vector, long errorCode, Observation seen) {
    if (vector == Vector.MC && (state.read(Slot.MCG_STATUS) & MCIP) != 0) {
      seen.explain("A machine check while MCIP is set shuts the processor down.");
      return SHUTDOWN;
    }
    accept(state, vector);
    if (vector.kind() == Vector.Kind.FAULT && !heldTrapSurvives) {
      state.write(Slot.DB_PENDING, 0);
    }
    begin(EventType.of(vector), errorCode);
    return deliver(state, vector, seen);
  }

  private void begin(EventType eventType, long errorCode) {
    type = eventType;
    software =
        switch (eventType) {
          case EXTERNAL_INTERRUPT, NMI, HARDWARE_EXCEPTION -> false;
          case SOFTWARE_INTERRUPT, PRIVILEGED_SOFTWARE_EXCEPTION, SOFTWARE_EXCEPTION, OTHER_EVENT ->
              true;
        };
    nested = false;
    code = errorCode;
  }

  /** Whether SYSCALL and SYSENTER are events with a frame. */
  boolean deliversSystemCalls() {
    return fred.isPresent();
  }

  /** Delivers SYSCALL or SYSENTER as FRED does. */
  StepResult deliverSystemCall(MachineState state, Event event, Observation seen) {
    begin(EventType.OTHER_EVENT, 0);
    int mark = state.mark();
    int number = event == Event.SYSENTER ? SYSENTER_NUMBER : SYSCALL_NUMBER;
    StepResult result =
        fred.orElseThrow()
            .attempt(state, new FredDelivery.Occurrence(event, type, number, 0, false), seen);
    if (!(result instanceof StepResult.Fault fault)) {
      return result;
    }
    state.rollback(mark);
    begin(EventType.HARDWARE_EXCEPTION, fault.errorCode());
    nested = true;
    if (fault.vector() == Vector.PF) {
      state.write(Slot.CR2, fault.faultAddress());
    }
    return deliver(state, fault.vector(), seen);
  }

  /**
   * Delivers what INT n, INT3 or INT1 raised: without an error code, without RF in the frame, and
   * without what the hardware's own event of that vector does (INT 2 does not block NMIs). The gate
   * has been checked with {@link #softwareMayUse}.
   *
   * <p>Where the delivery itself faults, that fault is the instruction's, and RIP still points to
   * it.
   *
   * @param trap the vector, and SOFTWARE_INTERRUPT for INT n, SOFTWARE_EXCEPTION for INT3,
   *     PRIVILEGED_SOFTWARE_EXCEPTION for INT1
   * @param next the address behind the instruction, which the frame has
   */
  StepResult deliverSoftware(
      MachineState state, StepResult.Trap trap, long next, Observation seen) {
    if (trap.vector() == Vector.DB) {
      state.write(Slot.DB_PENDING, 0);
    }
    begin(trap.type(), 0);
    returnAddress = next;
    return deliver(state, trap.vector(), seen);
  }

  private StepResult deliver(MachineState state, Vector first, Observation seen) {
    Vector vector = first;
    while (true) {
      int mark = state.mark();
      leftBehind = 0;
      if (software) {
        state.write(Slot.RIP, returnAddress);
      }
      if (vector == Vector.DF && !software) {
        seen.find(Finding.DOUBLE_FAULT);
      }
      StepResult result = attempt(state, vector, seen);
      if (!(result instanceof StepResult.Fault fault)) {
        return result;
      }
      state.rollback(mark);
      leaveFrame(state);
      if (fault.vector() == Vector.PF) {
        state.write(Slot.CR2, fault.faultAddress());
      }
      explainNested(vector, fault.vector(), seen);
      DoubleFault outcome = software ? DoubleFault.SERIAL : promotion(vector, fault.vector());
      software = false;
      nested = true;
      type = EventType.HARDWARE_EXCEPTION;
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

  private DoubleFault promotion(Vector first, Vector second) {
    // #GP stands for the class of contributory exceptions.
    boolean counts = first == Vector.VC && vcIsContributory;
    return DoubleFault.of(counts ? Vector.GP : first, second);
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
    if (fred.isPresent()) {
      long pushed = vector.hasErrorCode() && !software ? code : 0;
      return fred.get()
          .attempt(
              state,
              new FredDelivery.Occurrence(Event.of(vector), type, vector.number(), pushed, nested),
              seen);
    }
    Gate gate = gates[vector.number()];
    long external = software ? 0 : EXTERNAL;
    if (gate == null) {
      if (seen.explaining()) {
        seen.explain("The IDT has no gate for " + vector.manualName() + ".");
      }
      return new StepResult.Fault(Vector.GP, vector.number() * 8L + IN_IDT + external, 0);
    }
    boolean fromUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    long rsp = stackPointer(state, gate, fromUser);
    if (Token.is(rsp)) {
      return tokens.endedStackPointer(rsp, seen);
    }
    if (!MemoryAccess.isCanonical(rsp)) {
      return new StepResult.Fault(Vector.SS, external, 0);
    }
    if (!MemoryAccess.isCanonical(gate.handler())) {
      return new StepResult.Fault(Vector.GP, external, 0);
    }
    if (gate.ist() == 0 && !fromUser) {
      memory.noteUntrustedStack(state, seen);
    }
    long top = rsp & ALIGNMENT;
    contexts.push(state, Event.of(vector));
    if (gate.ist() != 0) {
      contexts.noteReuse(state, top, seen);
    }
    fillFrame(state, vector);
    long last = top - 8L * wordCount;
    StepResult pushed = pushFrame(state, top, seen);
    if (pushed == StepResult.DONE) {
      pushed = frame.check(top - 8, last, seen);
    }
    if (pushed == StepResult.DONE) {
      pushed = shadow.deliver(state, fromUser, gate.ist(), seen);
      leftBehind = top;
    }
    if (pushed != StepResult.DONE) {
      return pushed;
    }
    contexts.frame(state, top - FRAME_BYTES);
    state.write(Slot.RSP, last);
    enter(state, gate, fromUser);
    seen.delivered(Event.of(vector), fromUser, top - FRAME_BYTES, model.memory().indexOf(last));
    return StepResult.DONE;
  }

  private long stackPointer(MachineState state, Gate gate, boolean fromUser) {
    if (gate.ist() != 0) {
      return state.read(istSlots[gate.ist()]);
    }
    return fromUser ? state.read(model.system().sp0Slot()) : state.read(Slot.RSP);
  }

  /** The frame's words, the highest first. */
  private void fillFrame(MachineState state, Vector vector) {
    boolean fault = vector.kind() == Vector.Kind.FAULT && !software;
    words[0] = state.read(Slot.SS);
    words[1] = state.read(Slot.RSP);
    words[2] = ArithmeticFlags.image(state, fault ? Rflags.RF : 0);
    words[3] = state.read(Slot.CS);
    words[4] = state.read(Slot.RIP);
    words[5] = code;
    wordCount = vector.hasErrorCode() && !software ? words.length : words.length - 1;
  }

  private StepResult pushFrame(MachineState state, long top, Observation seen) {
    StepResult result = StepResult.DONE;
    for (int i = 0; i < wordCount && result == StepResult.DONE; i++) {
      result = frame.push(state, top - 8L * (i + 1), words[i], seen);
    }
    return result;
  }

  /**
   * A delivery that failed only at the shadow stack has written its frame, which nothing takes back
   * where it hit words in use.
   */
  private void leaveFrame(MachineState state) {
    for (int i = 0; i < wordCount && leftBehind != 0; i++) {
      frame.leave(state, leftBehind - 8L * (i + 1), words[i]);
    }
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
