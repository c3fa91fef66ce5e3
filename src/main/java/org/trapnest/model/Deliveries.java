package org.trapnest.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.trapnest.machine.Event;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Program;

/**
 * Where each event was delivered during an exploration: the instructions at or by which it arrived.
 * Mutable and not safe for use by several threads; each expander has its own.
 */
final class Deliveries {
  private final BitSet[] places = new BitSet[Event.values().length];

  /** The delivery that a transition was, as {@link #take} wants it; 0 if it was none. */
  static long note(Observation seen) {
    int event = seen.deliveredEvent();
    return event < 0 ? 0 : event + 1L << Integer.SIZE | seen.instructionIndex() + 1;
  }

  /** Adds a delivery. */
  void take(long note) {
    int event = (int) (note >>> Integer.SIZE) - 1;
    if (places[event] == null) {
      places[event] = new BitSet();
    }
    places[event].set((int) note);
  }

  void addAll(Deliveries others) {
    for (int event = 0; event < places.length; event++) {
      if (others.places[event] != null) {
        if (places[event] == null) {
          places[event] = new BitSet();
        }
        places[event].or(others.places[event]);
      }
    }
  }

  /**
   * The places of each event that was delivered: {@code user}, then in program order runs of
   * instructions below one label, such as {@code repeat_nmi+3} and {@code repeat_nmi+5-9}.
   */
  Map<String, List<String>> inWords(Program program) {
    Map<String, List<String>> words = new LinkedHashMap<>();
    for (Event event : Event.values()) {
      if (places[event.ordinal()] != null) {
        words.put(event.manualName(), runs(places[event.ordinal()], program));
      }
    }
    return words;
  }

  private static List<String> runs(BitSet set, Program program) {
    List<String> runs = new ArrayList<>();
    if (set.get(0)) {
      runs.add("user");
    }
    int bit = set.nextSetBit(1);
    while (bit >= 0) {
      Place first = Place.of(program, bit - 1);
      int last = bit;
      while (set.get(last + 1) && Place.of(program, last).label().equals(first.label())) {
        last++;
      }
      int length = last - bit;
      runs.add(
          first.label()
              + "+"
              + first.offset()
              + (length == 0 ? "" : "-" + (first.offset() + length)));
      bit = set.nextSetBit(last + 1);
    }
    return runs;
  }

  /** An instruction by the nearest label before it. */
  private record Place(String label, int offset) {
    static Place of(Program program, int index) {
      String text = program.at(index).label();
      int plus = text.lastIndexOf('+');
      return plus < 0
          ? new Place(text, 0)
          : new Place(text.substring(0, plus), Integer.parseInt(text.substring(plus + 1)));
    }
  }
}
