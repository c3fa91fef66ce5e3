package org.trapnest.trace;

import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Slot;

/** Reads the live contexts of a state that is a plain array of slots. */
final class Contexts {
  private static final String[] FRAME_WORDS = {"RIP", "CS", "RFLAGS", "RSP", "SS"};

  private final MachineModel model;

  Contexts(MachineModel model) {
    this.model = model;
  }

  int count(long[] state) {
    return (int) state[Slot.CONTEXTS];
  }

  Event event(long[] state, int number) {
    return Event.byOrdinal((int) field(state, number, ContextField.EVENT));
  }

  /** The newest context's event, or {@code user}. */
  String newest(long[] state) {
    int count = count(state);
    return count == 0 ? "user" : event(state, count - 1).manualName();
  }

  long field(long[] state, int number, int field) {
    return state[model.slots().context(number, field)];
  }

  /** What a fixed slot held when a context began. */
  long snapshot(long[] state, int number, int position) {
    return field(state, number, ContextField.SNAPSHOT + position);
  }

  long interruptedRip(long[] state, int number) {
    return snapshot(state, number, ContextField.snapshotPosition(Slot.RIP));
  }

  /** The frame that holds an address, as in {@code outer NMI frame RIP}; empty when none does. */
  String frameMeaning(long[] state, long address) {
    int count = count(state);
    for (int number = count - 1; number >= 0; number--) {
      long frame = field(state, number, ContextField.FRAME);
      Event event = event(state, number);
      long offset = address - frame;
      if (frame != 0 && offset >= 0 && offset < 8L * FRAME_WORDS.length) {
        String outer = repeats(state, number) ? "outer " : "";
        return outer + event.manualName() + " frame " + FRAME_WORDS[(int) offset / 8];
      }
    }
    return "";
  }

  private boolean repeats(long[] state, int number) {
    for (int newer = number + 1; newer < count(state); newer++) {
      if (event(state, newer) == event(state, number)) {
        return true;
      }
    }
    return false;
  }
}
