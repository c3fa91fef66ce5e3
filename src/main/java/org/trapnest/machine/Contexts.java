package org.trapnest.machine;

import java.util.BitSet;
import java.util.List;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;

/**
 * The live contexts: pushed by deliveries and entries, ended by returns.
 *
 * <pre>
 * Representation: contexts 0 .. n-1 (n = slot CONTEXTS) lie in blocks of ContextField.COUNT slots,
 * the oldest first; blocks behind n are all zero. A block holds the event, the address of the RIP
 * word of its hardware frame (0 for none), whether software released the frame's stack, and a
 * snapshot of the registers at the interrupted boundary.
 *
 * C1  Context i + 1 interrupted code that runs on behalf of context i (or user mode for i + 1 = 0).
 * C2  An owner slot of a stack word is 0 or the number (from one) of a context that is live.
 *     Who writes a word first owns it; and who writes one below the RSP that it interrupted, since
 *     nothing that lies there survives an event.
 * C3  A word that no context owns and that is no variable holds Token.DEAD.
 * C4  Only the newest context ends; so C2 needs a scan for one number only.
 * C5  When a continuation replaces the context below, that one goes on with RSP at words that the
 *     ended one may have written for it (a frame or registers copied on its behalf): those at or
 *     above RSP on that stack become its own instead of dying.
 *     The same holds where code merges the newest context into the one below.
 * C6  RF is no part of a context: after a resume it is as before the event, since the machine has
 *     no instruction breakpoints that would notice it.
 *
 * Matching a return, in this order: the newest context's RIP, CS and RSP: it ends; a declared
 * continuation; for instructions that can only be event returns, the newest context's RIP and CS:
 * it ends, and RSP is among the differences. Anything else is not a return, or an unknown one. The
 * continuation comes after the exact match, since an event may have hit the very label, and before
 * the inexact one, since a protocol that goes on elsewhere on the stack does so on purpose.
 * </pre>
 */
final class Contexts {
  /** All bits that a program can change and that are compared where nothing is exempt. */
  static final long ALL_FLAGS = ~(Rflags.RF | Rflags.VM);

  private static final StepResult UNKNOWN = new StepResult.Ended(Finding.UNKNOWN_RETURN);
  private static final int AT_RIP = position(Slot.RIP);
  private static final int AT_RSP = position(Slot.RSP);
  private static final int AT_CS = position(Slot.CS);
  private static final int AT_RFLAGS = position(Slot.RFLAGS);
  private static final int AT_FLAGS_TOKEN = position(Slot.FLAGS_TOKEN);
  private static final int RBP = 5;

  private final MachineModel model;
  private final MachineModel.SlotMap slots;
  private final ResumeRules rules;
  private final UserSegments userSegments;
  private final Continuation[] continuations;
  private final BitSet[] replaced;
  private final Region[] stacks;
  private final boolean fred;
  private final long frameBytes;

  Contexts(MachineModel model) {
    this.model = model;
    this.slots = model.slots();
    this.fred = model.system().fred().isPresent();
    this.frameBytes = model.system().frameBytesFromRip();
    this.rules = new ResumeRules(model);
    this.userSegments = new UserSegments(model);
    this.continuations = model.continuations().toArray(Continuation[]::new);
    this.replaced =
        model.continuations().stream().map(Continuation::replaced).toArray(BitSet[]::new);
    this.stacks =
        model.memory().regions().stream()
            .filter(r -> r.kind() != Region.Kind.VARIABLE)
            .toArray(Region[]::new);
  }

  private static int position(int slot) {
    return ContextField.snapshotPosition(slot);
  }

  /** Whether one more context fits under the nesting bound. */
  boolean hasRoom(MachineState state) {
    return state.read(Slot.CONTEXTS) < model.maxContexts();
  }

  /** Whether there is room for an exception that an instruction raises by itself. */
  boolean hasRoomForFault(MachineState state) {
    return state.read(Slot.CONTEXTS) < model.maxContexts() + model.faultContexts();
  }

  /** Pushes a context with a snapshot of the state as it is; its frame is filled in later. */
  void push(MachineState state, Event event) {
    int number = (int) state.read(Slot.CONTEXTS);
    state.write(slots.context(number, ContextField.EVENT), event.ordinal());
    int base = slots.context(number, ContextField.SNAPSHOT);
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      state.write(base + i, state.read(ContextField.snapshotSlot(i)));
    }
    state.write(Slot.CONTEXTS, number + 1);
  }

  /** Gives a register the unknown value that C code or CPUID leaves there. */
  void clobber(MachineState state, int register) {
    change(state, register, Token.clobbered(register), Token.clobberedAgain(register));
  }

  /**
   * Gives a register an unknown value: another one than the newest context interrupted there, so
   * that a register that is not restored shows.
   */
  void change(MachineState state, int slot, long value, long another) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    boolean same =
        newest >= 0 && field(state, newest, ContextField.SNAPSHOT + position(slot)) == value;
    state.write(slot, same ? another : value);
  }

  /** Notes where the newest context's hardware frame lies. */
  void frame(MachineState state, long ripAddress) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    state.write(slots.context(newest, ContextField.FRAME), ripAddress);
  }

  /** A field of a context, counted from the oldest, from zero. */
  long field(MachineState state, int number, int field) {
    return state.read(slots.context(number, field));
  }

  /** How many live contexts are of an event. */
  int live(MachineState state, Event event) {
    int count = 0;
    for (int i = (int) state.read(Slot.CONTEXTS) - 1; i >= 0; i--) {
      if (field(state, i, ContextField.EVENT) == event.ordinal()) {
        count++;
      }
    }
    return count;
  }

  /** How many live contexts of an event have a frame on a stack that nobody has released. */
  int uncommitted(MachineState state, Event event) {
    int count = 0;
    for (int i = (int) state.read(Slot.CONTEXTS) - 1; i >= 0; i--) {
      if (field(state, i, ContextField.EVENT) == event.ordinal()
          && field(state, i, ContextField.FRAME) != 0
          && field(state, i, ContextField.RELEASED) == 0) {
        count++;
      }
    }
    return count;
  }

  /**
   * Marks the newest context whose frame lies in a region: the region's top is free again. What it
   * owns of the freed words is dead, so that reading them from here on is found.
   *
   * @param words how many words from the top of the frame down are freed
   */
  void release(MachineState state, Region region, int words) {
    for (int i = (int) state.read(Slot.CONTEXTS) - 1; i >= 0; i--) {
      long frame = field(state, i, ContextField.FRAME);
      if (frame != 0 && region.contains(frame)) {
        state.write(slots.context(i, ContextField.RELEASED), 1);
        int top = (int) (frame + frameBytes - region.base() >>> 3);
        disown(state, region, Math.max(0, top - words), top, i + 1);
        return;
      }
    }
  }

  /**
   * Matches a return that has just set RIP, CS, RFLAGS, RSP and SS.
   *
   * @param must whether the instruction can only be a return from an event
   * @return {@code DONE}, or the end with {@code UNKNOWN_RETURN}
   */
  StepResult matchReturn(MachineState state, boolean must, Observation seen) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    if (newest >= 0 && landsOn(state, newest) && stackMatches(state, newest)) {
      resume(state, newest, seen);
      return StepResult.DONE;
    }
    if (newest >= 0 && continues(state, newest, seen)) {
      return StepResult.DONE;
    }
    if (!must) {
      return StepResult.DONE;
    }
    if (newest > 0 && returnsBeforeCommit(state, newest)) {
      seen.find(Finding.COMMITTED_AGAIN);
      seen.explain("The entry that goes on here has been committed, and stands before its commit.");
      end(state, newest);
      return StepResult.DONE;
    }
    if (newest >= 0 && landsOn(state, newest)) {
      resume(state, newest, seen);
      return StepResult.DONE;
    }
    seen.find(Finding.UNKNOWN_RETURN);
    if (seen.explaining()) {
      explainUnknown(state, newest, seen);
    }
    return UNKNOWN;
  }

  private boolean isForgotten(MachineState state, int number) {
    return EntryCommits.isForgotten(state, model.slots(), number);
  }

  /** Whether a return goes where a committed entry might have been interrupted. */
  private boolean returnsBeforeCommit(MachineState state, int newest) {
    int index = model.program().indexAt(state.read(Slot.RIP));
    if (index < 0 || Selectors.rpl(state.read(Slot.CS)) != 0 || !isForgotten(state, newest)) {
      return false;
    }
    long event = field(state, newest - 1, ContextField.EVENT);
    for (Continuation continuation : continuations) {
      if (continuation.mode() == Continuation.Mode.REPLACES
          && continuation.event().ordinal() == event
          && continuation.replaces(index)) {
        return true;
      }
    }
    return false;
  }

  private boolean landsOn(MachineState state, int number) {
    int base = slots.context(number, ContextField.SNAPSHOT);
    boolean compatible = isFromCompatibilityMode(state, number);
    if (isForgotten(state, number)) {
      return false;
    }
    long rip = state.read(Slot.RIP);
    boolean entryReturn =
        isSysenter(state, number) && same(rip, model.system().sysenterReturn(), compatible);
    boolean interrupted =
        !forgetsPlace(state, number) && same(rip, state.read(base + AT_RIP), compatible);
    return (entryReturn || interrupted)
        && Selectors.rpl(state.read(Slot.CS)) == Selectors.rpl(state.read(base + AT_CS));
  }

  private boolean stackMatches(MachineState state, int number) {
    int base = slots.context(number, ContextField.SNAPSHOT);
    int position = forgetsPlace(state, number) ? RBP : AT_RSP;
    boolean compatible = isFromCompatibilityMode(state, number);
    return same(state.read(Slot.RSP), state.read(base + position), compatible);
  }

  /** Whether the context began in 32-bit code, which has no upper halves of registers. */
  private boolean isFromCompatibilityMode(MachineState state, int number) {
    return isSysenter(state, number)
        || field(state, number, ContextField.EVENT) == Event.SYSCALL32.ordinal();
  }

  private static boolean same(long first, long second, boolean lowHalves) {
    if (first == second) {
      return true;
    }
    if (!lowHalves || Token.is(first) != Token.is(second)) {
      return false;
    }
    return Token.is(first)
        ? Token.lowHalf(first) == Token.lowHalf(second)
        : (int) first == (int) second;
  }

  private boolean isSysenter(MachineState state, int number) {
    return field(state, number, ContextField.EVENT) == Event.SYSENTER.ordinal();
  }

  /**
   * Whether the entry saved neither RIP nor RSP: SYSENTER without FRED, whose ABI has RSP in RBP.
   */
  private boolean forgetsPlace(MachineState state, int number) {
    return !fred && isSysenter(state, number);
  }

  private boolean continues(MachineState state, int newest, Observation seen) {
    if (Selectors.rpl(state.read(Slot.CS)) != 0) {
      return false;
    }
    for (int i = 0; i < continuations.length; i++) {
      Continuation continuation = continuations[i];
      if (continuation.address() == state.read(Slot.RIP) && applies(state, newest, i)) {
        if (continuation.mode() == Continuation.Mode.REPLACES) {
          noteUncommitted(state, newest - 1, seen);
          inherit(state, newest);
          end(state, newest);
        }
        seen.continued(i);
        return true;
      }
    }
    return false;
  }

  /** Finds {@code UNCOMMITTED_CONTINUED} where entries commit and the one that goes on has not. */
  private void noteUncommitted(MachineState state, int number, Observation seen) {
    if (!model.marks().commits().isEmpty() && field(state, number, ContextField.RELEASED) == 0) {
      seen.find(Finding.UNCOMMITTED_CONTINUED);
      seen.explain("Nobody has committed the entry that goes on here.");
    }
  }

  private boolean applies(MachineState state, int newest, int continuation) {
    long event = continuations[continuation].event().ordinal();
    return switch (continuations[continuation].mode()) {
      case RESTARTS -> field(state, newest, ContextField.EVENT) == event;
      case REPLACES ->
          newest > 0
              && field(state, newest - 1, ContextField.EVENT) == event
              && interruptedInRange(state, newest, continuation);
      case MERGES -> false;
    };
  }

  private boolean interruptedInRange(MachineState state, int number, int continuation) {
    long interrupted = field(state, number, ContextField.SNAPSHOT + AT_RIP);
    if (isForgotten(state, number)) {
      return interrupted == continuations[continuation].address();
    }
    int index = model.program().indexAt(interrupted);
    return index >= 0 && replaced[continuation].get(index);
  }

  /**
   * Ends the newest context when the code that runs at RIP goes on for the one below. What the one
   * below must be like when it resumes stays as it is, so this excuses nothing but a return.
   */
  void merge(MachineState state, Observation seen) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    for (int i = 0; i < continuations.length; i++) {
      boolean here =
          continuations[i].mode() == Continuation.Mode.MERGES
              && continuations[i].address() == state.read(Slot.RIP);
      if (here
          && newest > 0
          && field(state, newest, ContextField.EVENT) == continuations[i].event().ordinal()
          && interruptedInRange(state, newest, i)) {
        inherit(state, newest);
        end(state, newest);
        seen.continued(i);
        return;
      }
    }
  }

  private void resume(MachineState state, int number, Observation seen) {
    Event event = Event.byOrdinal((int) field(state, number, ContextField.EVENT));
    boolean toUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    long differences = differences(state, number, event, toUser);
    if (!stackMatches(state, number)) {
      differences |= 1L << AT_RSP;
    }
    seen.resumed(event, toUser, differences);
    if (differences != 0) {
      seen.find(Finding.RESUME_DIFFERS);
      if (seen.explaining()) {
        explainDifferences(state, number, differences, seen);
      }
    }
    state.write(Slot.FLAGS_TOKEN, field(state, number, ContextField.SNAPSHOT + AT_FLAGS_TOKEN));
    long kept = toUser ? ~rules.comparedFlags(event) : Rflags.RF;
    long was = field(state, number, ContextField.SNAPSHOT + AT_RFLAGS);
    long unknown = ArithmeticFlags.dependent(state);
    state.write(Slot.RFLAGS, (state.read(Slot.RFLAGS) & ~kept | was & kept) & ~unknown);
    if (toUser) {
      userSegments.check(state, seen);
      becomeUserAgain(state, number, differences);
    }
    end(state, number);
  }

  private long differences(MachineState state, int number, Event event, boolean toUser) {
    int base = slots.context(number, ContextField.SNAPSHOT);
    boolean compatible = isFromCompatibilityMode(state, number);
    long exempt = rules.exempt(event, toUser);
    long differences = 0;
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      long was = i == AT_CS && compatible ? Selectors.USER32_CS : state.read(base + i);
      long is = state.read(ContextField.snapshotSlot(i));
      if (!same(was, is, compatible && i <= AT_RIP) && (exempt >>> i & 1) == 0) {
        differences |= i != AT_RFLAGS && i != AT_FLAGS_TOKEN ? 1L << i : 0;
      }
    }
    long flags = rules.comparedFlags(event);
    boolean flagsDiffer =
        ((knownDifferences(state, number) | lostFlags(state, number)) & flags) != 0;
    return flagsDiffer ? differences | 1L << AT_RFLAGS & ~exempt : differences;
  }

  /** The flags that are known now and were when the context began, and differ. */
  private long knownDifferences(MachineState state, int number) {
    long was = field(state, number, ContextField.SNAPSHOT + AT_RFLAGS);
    long token = field(state, number, ContextField.SNAPSHOT + AT_FLAGS_TOKEN);
    long unknown = ArithmeticFlags.dependent(state) | Token.dependentFlags(token);
    return (was ^ state.read(Slot.RFLAGS)) & ~unknown;
  }

  /**
   * The flags of which it is not known that they are what they were when the context began: they
   * depend on a token now and did not then; or they depended on the user's, and not on the same
   * now. One that depended on another token may have any value: what is interrupted cannot use it.
   */
  private long lostFlags(MachineState state, int number) {
    long then = field(state, number, ContextField.SNAPSHOT + AT_FLAGS_TOKEN);
    long now = state.read(Slot.FLAGS_TOKEN);
    long dependedThen = Token.dependentFlags(then);
    long dependsNow = ArithmeticFlags.dependent(state);
    boolean same = now != 0 && Token.plain(now) == Token.plain(then);
    long keptUsers = same ? dependsNow : 0;
    long usersLost = Token.isUsers(then) ? dependedThen & ~keptUsers : 0;
    return dependsNow & ~dependedThen | usersLost;
  }

  /**
   * User mode may set its registers as it likes, so those that the ABI lets a system call change
   * get the user's values again, and so does what 32-bit code cannot tell apart: user mode is one
   * state. What counts as a difference stays.
   */
  private void becomeUserAgain(MachineState state, int number, long differences) {
    int base = slots.context(number, ContextField.SNAPSHOT);
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      if ((differences >>> i & 1) == 0 && i != AT_RFLAGS) {
        state.write(ContextField.snapshotSlot(i), state.read(base + i));
      }
    }
    state.write(Slot.CR2, slots.initial()[Slot.CR2]);
    state.write(Slot.DR6, slots.initial()[Slot.DR6]);
  }

  /**
   * Hands the words at and above RSP or SSP on its stack from the newest context to the one below.
   */
  private void inherit(MachineState state, int newest) {
    for (Region stack : stacks) {
      boolean shadow = stack.kind() == Region.Kind.SHADOW_STACK;
      long pointer = state.read(shadow ? Slot.SSP : Slot.RSP);
      if (stack.contains(pointer)) {
        for (int i = (int) (pointer - stack.base() >>> 3); i < stack.wordCount(); i++) {
          if (state.read(stack.firstOwnerSlot() + i) == newest + 1) {
            state.write(stack.firstOwnerSlot() + i, newest);
          }
        }
      }
    }
  }

  /** Ends the newest context: what it owned is dead, its block is zero. */
  private void end(MachineState state, int number) {
    for (Region stack : stacks) {
      disown(state, stack, 0, stack.wordCount(), number + 1);
    }
    int base = slots.context(number, 0);
    for (int i = 0; i < ContextField.COUNT; i++) {
      state.write(base + i, 0);
    }
    state.write(Slot.CONTEXTS, number);
  }

  /** Makes words of a stack dead that a context, counted from one, owns. */
  private static void disown(MachineState state, Region stack, int from, int to, int owner) {
    for (int i = from; i < to; i++) {
      if (state.read(stack.firstOwnerSlot() + i) == owner) {
        state.write(stack.firstOwnerSlot() + i, 0);
        state.write(stack.firstSlot() + i, Token.DEAD);
      }
    }
  }

  /** Finds {@code IST_TOP_REUSED} when a live frame, not released, has the given top. */
  void noteReuse(MachineState state, long top, Observation seen) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    for (int i = 0; i < newest; i++) {
      long frame = field(state, i, ContextField.FRAME);
      if (frame + frameBytes == top && field(state, i, ContextField.RELEASED) == 0) {
        seen.find(Finding.IST_TOP_REUSED);
        if (seen.explaining()) {
          seen.explain(
              "The top of this stack still holds the frame of "
                  + eventName(state, i)
                  + ", which is live.");
        }
      }
    }
  }

  /** Finds what must not happen while an NMI is live, after NMIs were unmasked or IF changed. */
  void noteNmiRules(MachineState state, boolean unmasked, boolean enabled, Observation seen) {
    if (live(state, Event.NMI) == 0) {
      return;
    }
    if (unmasked) {
      seen.find(Finding.NMI_UNMASKED_EARLY);
      seen.explain("NMIs are unblocked while an NMI is live.");
    }
    if (enabled && Selectors.rpl(state.read(Slot.CS)) == 0) {
      seen.find(Finding.IRQS_ENABLED_IN_NMI);
      seen.explain("IF becomes 1 while an NMI is live.");
    }
  }

  String eventName(MachineState state, int number) {
    Event event = Event.byOrdinal((int) field(state, number, ContextField.EVENT));
    return event.manualName() + " (context " + (number + 1) + ")";
  }

  private void explainUnknown(MachineState state, int newest, Observation seen) {
    StringBuilder text = new StringBuilder("The return lands at ");
    text.append(where(state.read(Slot.RIP)))
        .append(" with RSP ")
        .append(printed(state.read(Slot.RSP), model.tokenNames()));
    if (newest < 0) {
      text.append(", but no context is live.");
    }
    for (int i = newest; i >= 0; i--) {
      long rip = field(state, i, ContextField.SNAPSHOT + AT_RIP);
      text.append(i == newest ? "; live are " : ", ");
      long rsp = field(state, i, ContextField.SNAPSHOT + (forgetsPlace(state, i) ? RBP : AT_RSP));
      text.append(eventName(state, i))
          .append(" to return to ")
          .append(isSysenter(state, i) ? where(model.system().sysenterReturn()) : where(rip))
          .append(" with RSP ")
          .append(printed(rsp, model.tokenNames()));
    }
    seen.explain(text.append('.').toString());
  }

  private String where(long rip) {
    int index = model.program().indexAt(rip);
    if (index >= 0) {
      return model.program().at(index).label();
    }
    return rip == model.system().userRip() ? "user mode" : "0x" + Long.toHexString(rip);
  }

  private void explainDifferences(
      MachineState state, int number, long differences, Observation seen) {
    int base = slots.context(number, ContextField.SNAPSHOT);
    List<String> names = model.tokenNames();
    if ((differences >>> AT_RFLAGS & 1) != 0 && lostFlags(state, number) != 0) {
      explainLostFlags(state, number, names, seen);
    }
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      if ((differences >>> i & 1) != 0) {
        int slot = ContextField.snapshotSlot(i);
        seen.explain(
            "%s was %s when %s interrupted, and is %s now."
                .formatted(
                    Slot.name(slot),
                    printed(state.read(base + i), names),
                    eventName(state, number),
                    printed(state.read(slot), names)));
      }
    }
  }

  private void explainLostFlags(
      MachineState state, int number, List<String> names, Observation seen) {
    long then = field(state, number, ContextField.SNAPSHOT + AT_FLAGS_TOKEN);
    long now = state.read(Slot.FLAGS_TOKEN);
    seen.explain(
        "The flags %s, and %s when %s interrupted."
            .formatted(
                now == 0
                    ? "are known now"
                    : "depend on " + Token.name(Token.plain(now), names) + " now",
                then == 0 ? "did not" : "depended on " + Token.name(Token.plain(then), names),
                eventName(state, number)));
  }

  private static String printed(long value, List<String> names) {
    return Token.is(value) ? Token.name(value, names) : "0x" + Long.toHexString(value);
  }
}
