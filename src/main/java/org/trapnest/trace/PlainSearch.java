package org.trapnest.trace;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.property.BoundProperty;

/**
 * Looks whether a property's claim can still come true, on whole machine states in a plain set: the
 * independent check of a claim that it cannot.
 */
final class PlainSearch implements AlternativeSink {
  /** How many states are looked through at most; a whole state takes some kilobytes. */
  static final int MOST_STATES = 20_000;

  private final Machine machine;
  private final MachineState state;
  private final BoundProperty property;
  private final Set<Values> seen = new HashSet<>();
  private final Deque<Values> waiting = new ArrayDeque<>();
  private boolean reached;
  private boolean wentOn;
  private boolean wasCut;

  /** A state's values with equality by content. */
  private record Values(long[] slots) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Values values && Arrays.equals(slots, values.slots);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(slots);
    }
  }

  PlainSearch(MachineModel model, BoundProperty property) {
    this.machine = new Machine(model);
    this.state = machine.initialState();
    this.property = property;
  }

  /** Whether the claim comes true in a state or in one of those behind it, as far as was looked. */
  boolean comesTrue(long[] from) {
    state.loadAll(from);
    reached = property.reached(state, new Observation());
    note(from);
    while (!reached && !waiting.isEmpty() && seen.size() < MOST_STATES) {
      state.loadAll(waiting.remove().slots());
      wentOn = false;
      wasCut = false;
      machine.expand(state, this);
      // What lies behind a bound is unknown.
      reached |= wasCut && !wentOn;
    }
    return reached;
  }

  /** The number of states looked through. */
  int states() {
    return seen.size();
  }

  private void note(long[] slots) {
    Values values = new Values(slots);
    if (seen.add(values)) {
      waiting.add(values);
    }
  }

  @Override
  public void alternative(int choice, MachineState after, Observation observed) {
    wentOn = true;
    reached |= property.reached(after, observed);
    note(after.toArray());
  }

  @Override
  public void cut(int bound) {
    wasCut = true;
  }
}
