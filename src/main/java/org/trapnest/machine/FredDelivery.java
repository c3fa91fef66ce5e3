package org.trapnest.machine;

import org.trapnest.machine.MachineModel.Fred;
import org.trapnest.x86.EventType;
import org.trapnest.x86.FredFrame;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * One attempt to deliver an event where FRED is on.
 *
 * <p>Source: Intel FRED specification, "FRED Event Delivery": "Determining and Establishing the New
 * Context" and "Saving Information on the Regular Stack". Confined to one thread.
 */
final class FredDelivery {
  private static final long ALIGNMENT = ~0x3fL;
  private static final int VECTORS_WITH_LEVELS = 32;
  private static final int WORDS = FredFrame.BYTES / 8;

  private final MachineModel model;
  private final Fred fred;
  private final Contexts contexts;
  private final HardwareFrame frame;
  private final TokenUse tokens;
  private final long[] words = new long[WORDS];

  /**
   * An event on its way.
   *
   * @param event what the context is called that it begins
   * @param type which kind of event
   * @param vector its vector, or the number that stands for SYSCALL or SYSENTER
   * @param errorCode what goes into the frame's lowest word; 0 for an event without an error code
   * @param nested whether it is an exception met while another event was being delivered
   */
  record Occurrence(Event event, EventType type, int vector, long errorCode, boolean nested) {}

  FredDelivery(MachineModel model, Fred fred, MemoryAccess memory, Contexts contexts) {
    this.model = model;
    this.fred = fred;
    this.contexts = contexts;
    this.frame = new HardwareFrame(model, memory);
    this.tokens = new TokenUse(model);
  }

  /** Delivers; a fault on the way has changed what the caller takes back. */
  StepResult attempt(MachineState state, Occurrence occurrence, Observation seen) {
    boolean fromUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    long level = state.read(Slot.CSL);
    long newLevel = Math.max(level, levelOf(occurrence, fromUser));
    boolean switches = fromUser || newLevel > level;
    long rsp = state.read(switches ? fred.rspSlots().get((int) newLevel) : Slot.RSP);
    if (Token.is(rsp)) {
      return tokens.endedStackPointer(rsp, seen);
    }
    long top = switches ? rsp : rsp - fred.redZoneBytes() & ALIGNMENT;
    if (!MemoryAccess.isCanonical(top - FredFrame.BYTES)) {
      return StepResult.Fault.of(Vector.SS);
    }
    contexts.push(state, occurrence.event());
    if (switches) {
      contexts.noteReuse(state, top, seen);
    }
    fill(state, occurrence);
    StepResult pushed = push(state, top, seen);
    if (pushed != StepResult.DONE) {
      return pushed;
    }
    long ripWord = top - FredFrame.BYTES_FROM_RIP;
    contexts.frame(state, ripWord);
    state.write(Slot.RSP, top - FredFrame.BYTES);
    state.write(Slot.CSL, newLevel);
    enter(state, fromUser);
    seen.delivered(occurrence.event(), fromUser, ripWord, model.memory().indexOf(ripWord));
    return StepResult.DONE;
  }

  /** The stack level that the event asks for. */
  private long levelOf(Occurrence occurrence, boolean fromUser) {
    boolean levelled = !fromUser || occurrence.nested() || occurrence.event() == Event.DF;
    if (!levelled) {
      return 0;
    }
    return switch (occurrence.type()) {
      case EXTERNAL_INTERRUPT -> fred.interruptLevel();
      case SOFTWARE_INTERRUPT, OTHER_EVENT -> 0;
      case NMI, HARDWARE_EXCEPTION, PRIVILEGED_SOFTWARE_EXCEPTION, SOFTWARE_EXCEPTION ->
          occurrence.vector() < VECTORS_WITH_LEVELS
              ? fred.stackLevels() >>> 2 * occurrence.vector() & 3
              : 0;
    };
  }

  /** The frame's words, the lowest first. */
  private void fill(MachineState state, Occurrence occurrence) {
    boolean fromCompatibilityMode =
        occurrence.event() == Event.SYSCALL32 || occurrence.event() == Event.SYSENTER;
    boolean fault =
        occurrence.type() == EventType.HARDWARE_EXCEPTION
            && occurrence.event().vector().filter(v -> v.kind() == Vector.Kind.FAULT).isPresent();
    long selector = fromCompatibilityMode ? Selectors.USER32_CS : state.read(Slot.CS);
    words[0] = occurrence.errorCode();
    words[1] = state.read(Slot.RIP);
    words[2] = selector | state.read(Slot.CSL) << FredFrame.LEVEL_SHIFT;
    words[3] = ArithmeticFlags.image(state, fault ? Rflags.RF : 0);
    words[4] = state.read(Slot.RSP);
    words[5] = stackSegmentWord(state, occurrence, selector != Selectors.USER32_CS);
    words[6] =
        switch (occurrence.event()) {
          case PF -> state.read(Slot.CR2);
          case DB -> state.read(Slot.DR6) & FredFrame.DEBUG_CAUSES;
          default -> 0;
        };
    words[7] = 0;
  }

  private static long stackSegmentWord(
      MachineState state, Occurrence occurrence, boolean longMode) {
    EventType type = occurrence.type();
    boolean software = type == EventType.OTHER_EVENT || type == EventType.SOFTWARE_INTERRUPT;
    boolean nested = occurrence.nested() && occurrence.event() != Event.DF;
    return state.read(Slot.SS)
        | (state.read(Slot.SHADOW) == InstructionStep.SHADOW_STI ? FredFrame.STI : 0)
        | (software ? FredFrame.SOFTWARE : 0)
        | (type == EventType.NMI ? FredFrame.NMI : 0)
        | (long) occurrence.vector() << FredFrame.VECTOR_SHIFT
        | (long) type.number() << FredFrame.TYPE_SHIFT
        | (longMode ? FredFrame.LONG_MODE : 0)
        | (nested ? FredFrame.NESTED : 0)
        | (long) type.instructionBytes() << FredFrame.LENGTH_SHIFT;
  }

  private StepResult push(MachineState state, long top, Observation seen) {
    for (int i = WORDS - 1; i >= 0; i--) {
      StepResult pushed = frame.push(state, top - FredFrame.BYTES + 8L * i, words[i], seen);
      if (pushed != StepResult.DONE) {
        return pushed;
      }
    }
    return frame.check(top - 8, top - FredFrame.BYTES, seen);
  }

  /**
   * The new context; a debug trap that waited is lost. What is interrupted in the kernel has the
   * kernel's segments already.
   */
  private void enter(MachineState state, boolean fromUser) {
    state.write(Slot.RFLAGS, Rflags.FIXED);
    state.write(Slot.FLAGS_TOKEN, 0);
    state.write(Slot.SHADOW, 0);
    state.write(Slot.DB_PENDING, 0);
    state.write(Slot.RIP, fromUser ? fred.userEntry() : fred.kernelEntry());
    if (fromUser) {
      state.write(Slot.CS, Selectors.KERNEL_CS);
      state.write(Slot.SS, Selectors.KERNEL_DS);
      swapGs(state);
    }
  }

  /** Exchanges the two GS bases, as SWAPGS does where it exists. */
  static void swapGs(MachineState state) {
    long base = state.read(Slot.GS_BASE);
    state.write(Slot.GS_BASE, state.read(Slot.KERNEL_GS_BASE));
    state.write(Slot.KERNEL_GS_BASE, base);
  }
}
