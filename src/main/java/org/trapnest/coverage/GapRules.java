package org.trapnest.coverage;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;

/** Which gaps are open in a state of the kernel. Immutable. */
final class GapRules {
  private static final long IBRS = 1;
  private static final String RCU_WATCHING = "rcu_watching";

  private final MachineModel model;
  private final List<Region> stacks;
  private final List<Integer> otherMsrs;
  private final int rcuSlot;
  private final boolean shadowStacks;
  private final Set<Gap> tracked;

  /**
   * The rules for a model.
   *
   * @param ibrs whether the model is about IBRS; otherwise it has no such gap
   */
  GapRules(MachineModel model, boolean ibrs) {
    this.model = model;
    List<Region> regions = model.memory().regions();
    this.stacks = regions.stream().filter(r -> r.kind() == Region.Kind.STACK).toList();
    this.otherMsrs = new ArrayList<>();
    model.system().msrSlots().forEach(this::addMsr);
    this.rcuSlot = model.memory().byName(RCU_WATCHING).map(Region::firstSlot).orElse(-1);
    this.shadowStacks = regions.stream().anyMatch(r -> r.kind() == Region.Kind.SHADOW_STACK);
    this.tracked = EnumSet.of(Gap.STACK, Gap.REENTRANCE, Gap.GS_BASE, Gap.CONTEXT);
    track(Gap.CR3, model.system().userCr3Mask() != 0);
    track(Gap.IBRS, ibrs);
    track(Gap.RCU, rcuSlot >= 0);
    track(Gap.MSR, !otherMsrs.isEmpty());
  }

  /** Those that name stacks are the kernel's alone. */
  private void addMsr(int number, int slot) {
    boolean stacks = number >= Msr.FRED_RSP0 && number <= Msr.FRED_CONFIG;
    boolean shadow = number >= Msr.U_CET && number <= Msr.INTERRUPT_SSP_TABLE_ADDR;
    if (!stacks && !shadow) {
      otherMsrs.add(slot);
    }
  }

  private void track(Gap gap, boolean wanted) {
    if (wanted) {
      tracked.add(gap);
    }
  }

  /** The gaps that the model can say anything about. */
  Set<Gap> tracked() {
    return tracked;
  }

  /** The open gaps of a state in which the kernel runs, a bit each. */
  int open(StateWords state) {
    int open = 0;
    for (Gap gap : tracked) {
      open |= isOpen(gap, state) ? gap.bit() : 0;
    }
    return open;
  }

  private boolean isOpen(Gap gap, StateWords state) {
    return switch (gap) {
      case STACK -> !onStack(state.read(Slot.RSP));
      case REENTRANCE -> newestFrameIsInTheWay(state);
      case GS_BASE -> state.read(Slot.GS_BASE) != model.system().kernelGsBase();
      case CR3 -> (state.read(Slot.CR3) & model.system().userCr3Mask()) != 0;
      case IBRS -> (state.read(Slot.SPEC_CTRL) & IBRS) == 0;
      case RCU -> state.read(rcuSlot) == 0;
      case MSR -> otherMsrs.stream().anyMatch(s -> state.read(s) == model.slots().initial()[s]);
      case CONTEXT ->
          (state.read(Slot.RFLAGS) & (Rflags.DF | Rflags.AC)) != 0
              || shadowStacks && state.read(Slot.SSP) == 0;
    };
  }

  private boolean onStack(long rsp) {
    for (Region stack : stacks) {
      if (rsp == stack.end() || stack.contains(rsp)) {
        return true;
      }
    }
    return false;
  }

  private boolean newestFrameIsInTheWay(StateWords state) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    long frame = newest < 0 ? 0 : field(state, newest, ContextField.FRAME);
    int region = frame == 0 ? -1 : model.memory().indexOf(frame);
    return region >= 0
        && model.memory().region(region).istIndex() != 0
        && field(state, newest, ContextField.RELEASED) == 0;
  }

  private long field(StateWords state, int context, int field) {
    return state.read(model.slots().context(context, field));
  }
}
