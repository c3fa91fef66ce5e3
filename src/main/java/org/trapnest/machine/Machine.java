package org.trapnest.machine;

import java.util.List;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * The machine: which alternatives a state offers, and what each does. Confined to one thread.
 *
 * <p>Source: Intel SDM volume 3, chapters "Interrupt and Exception Handling" and "Task Management";
 * volume 2 for the instructions.
 */
public final class Machine {
  private static final long WATCHPOINT_HIT = 1;

  private final MachineModel model;
  private final Contexts contexts;
  private final EventDelivery delivery;
  private final EventOffers offers;
  private final UserMode user;
  private final InstructionStep instructions;
  private final Observation seen = new Observation();
  private final int[] suppressed;
  private int suppressedCount;

  public Machine(MachineModel model) {
    this.model = model;
    MemoryAccess memory = new MemoryAccess(model);
    this.contexts = new Contexts(model);
    this.delivery = new EventDelivery(model, memory, contexts);
    this.offers = new EventOffers(model, contexts);
    int raises = model.c().raises().values().stream().mapToInt(List::size).max().orElse(0);
    this.suppressed = new int[offers.count() + raises];
    this.user = new UserMode(model, contexts, delivery, new ShadowStack(model, memory));
    this.instructions = new InstructionStep(model, memory, contexts, delivery);
  }

  public MachineModel model() {
    return model;
  }

  /** The initial state: user mode, before its first entry. */
  public MachineState initialState() {
    MachineState state = new MachineState(model.slots().slotCount());
    state.loadAll(model.slots().initial());
    return state;
  }

  /** Whether transitions explain their findings in words; off in searches. */
  public void explaining(boolean wanted) {
    seen.explaining(wanted);
  }

  /**
   * Gives each alternative of a state to the sink, in increasing order of choice numbers. A halted
   * state has none, and one that waits behind HLT has only what may wake it. The state is the same
   * afterwards.
   */
  public void expand(MachineState state, AlternativeSink sink) {
    if (state.read(Slot.HALT) != 0) {
      return;
    }
    int unsettled = state.mark();
    boolean inUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    int index = inUser ? -1 : model.program().indexAt(state.read(Slot.RIP));
    Vector pending = offers.settlePending(state, index);
    int below = pending == null ? Integer.MAX_VALUE : Choice.priority(pending);
    for (int rank = 0; rank < offers.count(); rank++) {
      if (pending == null || Choice.priority(offers.rule(rank).vector()) < below) {
        arrival(state, rank, index, sink);
      }
    }
    if (offers.smiMayUnmask(state, index)) {
      systemManagement(state, index, sink);
    }
    if (pending != null) {
      deliverPending(state, pending, index, sink);
    } else if (inUser) {
      userMode(state, sink);
    } else if (state.read(Slot.SHADOW) != InstructionStep.WAITS) {
      instruction(state, index, sink);
    }
    state.rollback(unsettled);
  }

  /**
   * Takes a state's only alternative, if that is an instruction with one outcome at which nothing
   * can arrive, and gives it to the sink; the state stays behind it. Bounds that suppress arrivals
   * are told first.
   *
   * @return whether it was so; if not, the state is the same, and {@link #expand} has its
   *     alternatives
   */
  public boolean advance(MachineState state, AlternativeSink sink) {
    int index = model.program().indexAt(state.read(Slot.RIP));
    int before = state.mark();
    if (isForced(state, index)) {
      begin(state, Observation.Kind.INSTRUCTION, index);
      StepResult result = instructions.run(state, index, 0, seen);
      if (result != InstructionStep.NO_ROOM) {
        finish(state, result, index);
        for (int i = 0; i < suppressedCount; i++) {
          sink.cut(suppressed[i]);
        }
        sink.alternative(Choice.of(Choice.Kind.INSTRUCTION, 0), state, seen);
        return true;
      }
    }
    state.rollback(before);
    return false;
  }

  private boolean isForced(MachineState state, int index) {
    return index >= 0
        && state.read(Slot.HALT) == 0
        && Selectors.rpl(state.read(Slot.CS)) != 3
        && state.read(Slot.SHADOW) != InstructionStep.WAITS
        && offers.settlePending(state, index) == null
        && !offers.smiMayUnmask(state, index)
        && !anythingArrives(state, index)
        && !anythingIsChosen(state, index);
  }

  /** Whether the instruction has several outcomes; notes that the bound suppresses others. */
  private boolean anythingIsChosen(MachineState state, int index) {
    int suppressedHere = instructions.suppressed(state, index);
    if (instructions.alternatives(state, index) - suppressedHere > 1) {
      return true;
    }
    for (int i = 0; i < suppressedHere; i++) {
      suppressed[suppressedCount++] = 0;
    }
    return false;
  }

  /** Whether a rule delivers or latches; notes the bounds that suppress others. */
  private boolean anythingArrives(MachineState state, int index) {
    suppressedCount = 0;
    for (int rank = 0; rank < offers.count(); rank++) {
      Reception reception = offers.offer(state, rank, index);
      if (reception == Reception.LATCHED || reception == Reception.DELIVERED) {
        return true;
      }
      if (reception.isCut()) {
        suppressed[suppressedCount++] = boundOf(reception, offers.rule(rank));
      }
    }
    return false;
  }

  /** Says what becomes of each declared event at the boundary where a state stands. */
  public void boundary(MachineState state, BoundarySink sink) {
    if (state.read(Slot.HALT) != 0) {
      return;
    }
    int unsettled = state.mark();
    boolean inUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    int index = inUser ? -1 : model.program().indexAt(state.read(Slot.RIP));
    Vector pending = offers.settlePending(state, index);
    int below = pending == null ? Integer.MAX_VALUE : Choice.priority(pending);
    for (int rank = 0; rank < offers.count(); rank++) {
      boolean first = Choice.priority(offers.rule(rank).vector()) < below;
      sink.event(
          offers.rule(rank), first ? offers.offer(state, rank, index) : Reception.BEHIND_ANOTHER);
    }
    state.rollback(unsettled);
  }

  /** The bound that cuts an event off. */
  private static int boundOf(Reception cut, EventRule rule) {
    return cut == Reception.CUT_BY_RULE ? rule.bound() : 0;
  }

  private void arrival(MachineState state, int rank, int index, AlternativeSink sink) {
    EventRule rule = offers.rule(rank);
    Reception reception = offers.offer(state, rank, index);
    switch (reception) {
      case NOT_DECLARED,
          ATOMIC,
          EXCLUDED,
          NO_BREAKPOINT,
          MASKED_BY_NMI,
          MASKED_BY_IF,
          MASKED_BY_MCIP,
          MASKED_BY_SHADOW,
          WAKES_NOBODY,
          BEHIND_ANOTHER -> {}
      case CUT_BY_RULE, CUT_BY_NESTING -> sink.cut(boundOf(reception, rule));
      case LATCHED -> {
        int mark = begin(state, Observation.Kind.ARRIVAL, index);
        state.write(rule.vector() == Vector.NMI ? Slot.NMI_PENDING : Slot.IRQ_PENDING, 1);
        give(state, mark, Choice.of(Choice.Kind.ARRIVAL, rank), sink);
      }
      case DELIVERED -> {
        int mark = begin(state, Observation.Kind.ARRIVAL, index);
        finish(state, arrive(state, rule), index);
        give(state, mark, Choice.of(Choice.Kind.ARRIVAL, rank), sink);
      }
    }
  }

  /** An SMI whose RSM leaves NMIs unblocked, as an IRET in its handler does. */
  private void systemManagement(MachineState state, int index, AlternativeSink sink) {
    int mark = begin(state, Observation.Kind.ARRIVAL, index);
    state.write(Slot.NMI_BLOCKED, 0);
    seen.explain("An SMI was handled, and its handler left NMIs unblocked.");
    contexts.noteNmiRules(state, true, false, seen);
    give(state, mark, Choice.of(Choice.Kind.ARRIVAL, offers.count()), sink);
  }

  private StepResult arrive(MachineState state, EventRule rule) {
    switch (rule.vector()) {
      case DB -> {
        state.write(Slot.DR6, state.read(Slot.DR6) | WATCHPOINT_HIT);
        if (offers.debugTrapWaits(state)) {
          state.write(Slot.DB_PENDING, 1);
          return StepResult.DONE;
        }
      }
      case PF -> state.write(Slot.CR2, Token.faultAddress(state.read(Slot.CR2)));
      default -> {}
    }
    return delivery.deliver(state, rule.vector(), rule.errorCode(), seen);
  }

  private void deliverPending(MachineState state, Vector pending, int index, AlternativeSink sink) {
    int bound = contexts.hasRoom(state) ? offers.boundOn(state, pending) : 0;
    if (bound >= 0) {
      sink.cut(bound);
      return;
    }
    int mark = begin(state, Observation.Kind.ARRIVAL, index);
    finish(state, delivery.deliver(state, pending, 0, seen), index);
    give(state, mark, Choice.of(Choice.Kind.PENDING, pending.ordinal()), sink);
  }

  private void userMode(MachineState state, AlternativeSink sink) {
    for (int i = 0; i < model.user().entries().size(); i++) {
      int mark = begin(state, Observation.Kind.USER_ENTRY, -1);
      finish(state, user.enter(state, model.user().entries().get(i), seen), -1);
      give(state, mark, Choice.of(Choice.Kind.USER_ENTRY, i), sink);
    }
    int number = 0;
    for (UserRules.Choice choice : model.user().choices()) {
      number = userWrites(state, choice, number, sink);
    }
  }

  /** Offers the values of one register, the initial one last; returns the next choice number. */
  private int userWrites(
      MachineState state, UserRules.Choice choice, int first, AlternativeSink sink) {
    int number = first;
    for (int i = 0; i <= choice.values().size(); i++) {
      boolean initial = i == choice.values().size();
      long value = initial ? model.slots().initial()[choice.slot()] : choice.values().get(i);
      if (state.read(choice.slot()) != value) {
        int mark = begin(state, Observation.Kind.USER_WRITE, -1);
        user.set(state, choice.slot(), value);
        give(state, mark, Choice.of(Choice.Kind.USER_WRITE, number), sink);
      }
      number++;
    }
    return number;
  }

  private void instruction(MachineState state, int index, AlternativeSink sink) {
    int count = index < 0 ? 1 : instructions.alternatives(state, index);
    for (int alternative = 0; alternative < count; alternative++) {
      int mark = begin(state, Observation.Kind.INSTRUCTION, index);
      StepResult result =
          index < 0 ? leavesProgram(state) : instructions.run(state, index, alternative, seen);
      if (result == InstructionStep.NO_ROOM) {
        sink.cut(0);
        state.rollback(mark);
        if (seen.findings() != 0) {
          // What the instruction did wrong before its fault met the bound is said all the same.
          state.write(Slot.HALT, Halt.stopped(index));
          give(state, mark, Choice.of(Choice.Kind.INSTRUCTION, alternative), sink);
        }
      } else {
        finish(state, result, index);
        give(state, mark, Choice.of(Choice.Kind.INSTRUCTION, alternative), sink);
      }
    }
  }

  private static StepResult leavesProgram(MachineState state) {
    String address = Long.toHexString(state.read(Slot.RIP));
    return new StepResult.Unmodelled("execution that leaves the program at 0x" + address);
  }

  private int begin(MachineState state, Observation.Kind kind, int index) {
    seen.clear();
    seen.begin(kind, index);
    return state.mark();
  }

  /** Turns the end of a run into the halted state that is its successor. */
  private void finish(MachineState state, StepResult result, int index) {
    if (result instanceof StepResult.Ended ended) {
      seen.find(ended.finding());
      state.write(Slot.HALT, Halt.finding(ended.finding(), index));
    } else if (result instanceof StepResult.Unmodelled unmodelled) {
      seen.explain("The machine has no rule for " + unmodelled.reason() + ".");
      state.write(Slot.HALT, Halt.unmodelled(index));
    } else if (result instanceof StepResult.Stopped) {
      state.write(Slot.HALT, Halt.stopped(index));
    }
  }

  private void give(MachineState state, int mark, int choice, AlternativeSink sink) {
    sink.alternative(choice, state, seen);
    state.rollback(mark);
  }
}
