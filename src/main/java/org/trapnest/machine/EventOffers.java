package org.trapnest.machine;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Which events may arrive at a boundary, in hardware priority order.
 *
 * <p>Source: Intel SDM volume 3, "Priority Among Concurrent Events" and "Masking Exceptions and
 * Interrupts". Confined to one thread.
 */
final class EventOffers {
  private static final int SHADOW_MOV_SS = 2;
  private static final long MCIP = 4;

  /** L0 G0 … L3 G3. */
  private static final long DR7_ENABLES = 0xff;

  private final EventRule[] rules;
  private final boolean[][] kernelBoundaries;
  private final boolean[][] atomicBoundaries;
  private final boolean[] hidden;
  private final boolean breakpointsNeedDr7;
  private final boolean smiUnmasks;
  private final boolean machineChecksWait;
  private final Optional<MachineModel.SmiPlaces> smi;
  private final boolean latches;
  private final boolean movSsBlocksNmi;
  private final boolean stiBlocksNmi;
  private final Contexts contexts;

  EventOffers(MachineModel model, Contexts contexts) {
    this.contexts = contexts;
    this.rules =
        model.events().stream()
            .sorted(Comparator.comparing(r -> Choice.priority(r.vector())))
            .toArray(EventRule[]::new);
    int count = model.program().instructions().size();
    BitSet hiddenBoundaries = model.marks().hidden();
    this.hidden = new boolean[count];
    for (int index = 0; index < count; index++) {
      hidden[index] = hiddenBoundaries.get(index);
    }
    this.kernelBoundaries = new boolean[rules.length][count];
    this.atomicBoundaries = new boolean[rules.length][count];
    for (int rule = 0; rule < rules.length; rule++) {
      BitSet where = rules[rule].instructions();
      for (int index = 0; index < count; index++) {
        kernelBoundaries[rule][index] = where.get(index) && !hidden[index];
        atomicBoundaries[rule][index] = where.get(index) && hidden[index];
      }
    }
    this.latches = model.assumes(Assumption.LATCHES);
    this.movSsBlocksNmi = model.assumes(Assumption.MOV_SS_SHADOW_BLOCKS_NMI);
    this.stiBlocksNmi = model.assumes(Assumption.STI_SHADOW_BLOCKS_NMI);
    this.machineChecksWait = model.assumes(Assumption.MACHINE_CHECKS_WAIT);
    this.smiUnmasks = model.assumes(Assumption.SMI_UNMASKS_NMI);
    this.smi = model.marks().smi();
    this.breakpointsNeedDr7 = (model.slots().initial()[Slot.DR7] & DR7_ENABLES) != 0;
  }

  int count() {
    return rules.length;
  }

  EventRule rule(int rank) {
    return rules[rank];
  }

  /**
   * What becomes of a rule at the boundary before an instruction.
   *
   * @param rank the rule's rank in priority order
   * @param index the instruction's index; -1 in user mode
   */
  Reception offer(MachineState state, int rank, int index) {
    EventRule rule = rules[rank];
    boolean user = Selectors.rpl(state.read(Slot.CS)) == 3;
    if (user ? !rule.user() : index < 0 || !kernelBoundaries[rank][index]) {
      boolean covered = !user && index >= 0 && atomicBoundaries[rank][index];
      return covered ? Reception.ATOMIC : Reception.NOT_DECLARED;
    }
    if (state.read(Slot.SHADOW) == InstructionStep.WAITS && !wakes(rule.vector())) {
      return Reception.WAKES_NOBODY;
    }
    if (isExcluded(state, rule.notWhileLive())
        || isUncommitted(state, rule.notWhileUncommitted())) {
      return Reception.EXCLUDED;
    }
    if (rule.vector() == Vector.DB && !debugTrapIsPossible(state)) {
      return Reception.NO_BREAKPOINT;
    }
    if (isMasked(state, rule.vector())) {
      return latches && canLatch(state, rule.vector())
          ? Reception.LATCHED
          : maskOf(state, rule.vector());
    }
    if (rule.maxLive() > 0 && contexts.live(state, Event.of(rule.vector())) >= rule.maxLive()) {
      return Reception.CUT_BY_RULE;
    }
    return contexts.hasRoom(state) ? Reception.DELIVERED : Reception.CUT_BY_NESTING;
  }

  private static Reception maskOf(MachineState state, Vector vector) {
    if (vector == Vector.NMI) {
      return state.read(Slot.NMI_BLOCKED) != 0
          ? Reception.MASKED_BY_NMI
          : Reception.MASKED_BY_SHADOW;
    }
    if (vector == Vector.MC) {
      return Reception.MASKED_BY_MCIP;
    }
    return (state.read(Slot.RFLAGS) & Rflags.IF) == 0
        ? Reception.MASKED_BY_IF
        : Reception.MASKED_BY_SHADOW;
  }

  /**
   * Whether a debug trap may arrive. Where a model begins with breakpoints enabled in DR7, they are
   * what raises it, so that clearing DR7 silences it; other models leave the cause open.
   */
  private boolean debugTrapIsPossible(MachineState state) {
    boolean armed = !breakpointsNeedDr7 || (state.read(Slot.DR7) & DR7_ENABLES) != 0;
    boolean held = debugTrapWaits(state) && state.read(Slot.DB_PENDING) != 0;
    return armed && !held;
  }

  private boolean isExcluded(MachineState state, List<Event> events) {
    for (int i = 0; i < events.size(); i++) {
      if (contexts.live(state, events.get(i)) > 0) {
        return true;
      }
    }
    return false;
  }

  private boolean isUncommitted(MachineState state, List<Event> events) {
    for (int i = 0; i < events.size(); i++) {
      if (contexts.uncommitted(state, events.get(i)) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether an event ends the wait behind HLT; no instruction runs there that could fault. */
  private static boolean wakes(Vector vector) {
    return switch (vector) {
      case NMI, MC, IRQ, INT80, HV -> true;
      default -> false;
    };
  }

  /** Whether the processor holds an event off at this boundary. */
  boolean isMasked(MachineState state, Vector vector) {
    long shadow = state.read(Slot.SHADOW);
    return switch (vector) {
      case NMI ->
          state.read(Slot.NMI_BLOCKED) != 0
              || shadow == SHADOW_MOV_SS && movSsBlocksNmi
              || shadow == InstructionStep.SHADOW_STI && stiBlocksNmi;
      // INT 0x80 that arrives of itself is an external interrupt with that vector.
      case MC -> machineChecksWait && (state.read(Slot.MCG_STATUS) & MCIP) != 0;
      case IRQ, INT80 ->
          (state.read(Slot.RFLAGS) & Rflags.IF) == 0
              || shadow == InstructionStep.SHADOW_STI
              || shadow == SHADOW_MOV_SS;
      default -> false;
    };
  }

  private static boolean canLatch(MachineState state, Vector vector) {
    return switch (vector) {
      case NMI -> state.read(Slot.NMI_PENDING) == 0;
      case IRQ -> state.read(Slot.IRQ_PENDING) == 0;
      default -> false;
    };
  }

  /**
   * The event that waits and must be taken at this boundary, before anything of lower priority; or
   * null. Atomic ranges hold off interrupts, not the traps of their own instructions.
   *
   * @param index the index of the next instruction; -1 in user mode
   */
  private Vector pending(MachineState state, int index) {
    if (state.read(Slot.DB_PENDING) != 0 && state.read(Slot.SHADOW) != SHADOW_MOV_SS) {
      return Vector.DB;
    }
    if (index >= 0 && hidden[index]) {
      return null;
    }
    if (state.read(Slot.NMI_PENDING) != 0 && !isMasked(state, Vector.NMI)) {
      return Vector.NMI;
    }
    if (state.read(Slot.IRQ_PENDING) != 0 && !isMasked(state, Vector.IRQ)) {
      return Vector.IRQ;
    }
    return null;
  }

  /**
   * The event that waits and is taken at this boundary, as {@link #pending} says. An event that a
   * model does not let be delivered here is forgotten: its places say where it is delivered, so
   * that it is then one of those that never arrived.
   *
   * @return the vector; null for none
   */
  Vector settlePending(MachineState state, int index) {
    Vector pending = pending(state, index);
    while (pending != null && pending != Vector.DB && !isDeclared(state, pending, index)) {
      state.write(pending == Vector.NMI ? Slot.NMI_PENDING : Slot.IRQ_PENDING, 0);
      pending = pending(state, index);
    }
    return pending;
  }

  private boolean isDeclared(MachineState state, Vector vector, int index) {
    for (int rank = 0; rank < rules.length; rank++) {
      if (rules[rank].vector() == vector) {
        Reception reception = offer(state, rank, index);
        if (reception != Reception.NOT_DECLARED && reception != Reception.EXCLUDED) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The bound that suppresses an event that was latched when every rule for it is at its bound, or
   * -1.
   */
  int boundOn(MachineState state, Vector vector) {
    int bound = -1;
    for (EventRule rule : rules) {
      if (rule.vector() == vector) {
        if (rule.maxLive() == 0 || contexts.live(state, Event.of(vector)) < rule.maxLive()) {
          return -1;
        }
        bound = rule.bound();
      }
    }
    return bound;
  }

  /** Whether an SMI may come and go at this boundary and leave NMIs unblocked. */
  boolean smiMayUnmask(MachineState state, int index) {
    return smiUnmasks
        && state.read(Slot.NMI_BLOCKED) != 0
        && (index < 0 || !hidden[index])
        && (smi.isEmpty() || smiArrives(smi.get(), index));
  }

  private static boolean smiArrives(MachineModel.SmiPlaces places, int index) {
    return index < 0 ? places.user() : places.instructions().get(index);
  }

  /** Whether a debug trap that arrives now waits for the end of a MOV SS shadow. */
  boolean debugTrapWaits(MachineState state) {
    return state.read(Slot.SHADOW) == SHADOW_MOV_SS;
  }
}
