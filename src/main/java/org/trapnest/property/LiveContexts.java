package org.trapnest.property;

import org.trapnest.machine.ContextField;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Slot;

/** Questions about the live contexts that need a loop; interpreted and compiled forms share it. */
final class LiveContexts {
  private static final int CS = ContextField.SNAPSHOT + ContextField.snapshotPosition(Slot.CS);
  private static final int RIP = ContextField.SNAPSHOT + ContextField.snapshotPosition(Slot.RIP);

  private LiveContexts() {}

  /**
   * How many live contexts have an event in one mask, a bit for each ordinal, and interrupted a CPL
   * in the other.
   */
  static long count(MachineState state, int base, long events, int levels) {
    long live = state.read(Slot.CONTEXTS);
    long count = 0;
    int slot = base;
    for (long i = 0; i < live; i++) {
      long level = state.read(slot + CS) & 3;
      count += events >>> state.read(slot + ContextField.EVENT) & levels >>> level & 1;
      slot += ContextField.COUNT;
    }
    return count;
  }

  /** How many of RIP and the RIPs that live contexts interrupted are in a table. */
  static long running(MachineState state, int base, CodeTable code) {
    long live = state.read(Slot.CONTEXTS);
    long count = code.contains(state.read(Slot.RIP)) ? 1 : 0;
    int slot = base + RIP;
    for (long i = 0; i < live; i++) {
      count += code.contains(state.read(slot)) ? 1 : 0;
      slot += ContextField.COUNT;
    }
    return count;
  }

  /** A field of the newest or the oldest live context, or {@code absent} when none is live. */
  static long field(MachineState state, int oldestSlot, boolean newest, long absent) {
    int live = (int) state.read(Slot.CONTEXTS);
    if (live == 0) {
      return absent;
    }
    return state.read(newest ? oldestSlot + (live - 1) * ContextField.COUNT : oldestSlot);
  }
}
