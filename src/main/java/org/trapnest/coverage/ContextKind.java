package org.trapnest.coverage;

import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Selectors;

/**
 * On whose behalf the kernel runs: the event of the newest context, and what it interrupted.
 *
 * @param event the event
 * @param fromUser whether it interrupted user mode
 */
public record ContextKind(Event event, boolean fromUser) implements Comparable<ContextKind> {
  private static final int CS = ContextField.SNAPSHOT + ContextField.snapshotPosition(Slot.CS);

  /** The kind of the newest context of a state that has one. */
  static ContextKind of(MachineModel model, StateWords state) {
    int newest = (int) state.read(Slot.CONTEXTS) - 1;
    long event = state.read(model.slots().context(newest, ContextField.EVENT));
    boolean fromUser = Selectors.rpl(state.read(model.slots().context(newest, CS))) == 3;
    return new ContextKind(Event.byOrdinal((int) event), fromUser);
  }

  /** Such as {@code NMI from the kernel}. */
  public String words() {
    return event.manualName() + (fromUser ? " from user mode" : " from the kernel");
  }

  @Override
  public int compareTo(ContextKind other) {
    int byOrigin = Boolean.compare(other.fromUser, fromUser);
    return byOrigin != 0 ? byOrigin : event.compareTo(other.event);
  }
}
