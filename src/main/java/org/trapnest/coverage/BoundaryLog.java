package org.trapnest.coverage;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.trapnest.layout.StateLayout;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Selectors;

/** Collects what happens at each boundary as an exploration goes by. Confined to one thread. */
final class BoundaryLog {
  /** The index under which user mode stands. */
  static final int USER = -1;

  private final MachineModel model;
  private final GapRules rules;
  private final StateLayout layout;
  private final Machine machine;
  private final MachineState state;
  private final long[] loaded;
  private final Map<ContextKind, SortedMap<Integer, Boundary>> kernel = new HashMap<>();
  private final Boundary user = new Boundary();
  // The state whose successors are coming in.
  private long contexts;
  private Boundary here = user;
  private int openHere;

  BoundaryLog(MachineModel model, GapRules rules) {
    this.model = model;
    this.rules = rules;
    this.layout = new StateLayout(model);
    this.machine = new Machine(model);
    this.state = machine.initialState();
    this.loaded = new long[layout.wordCount()];
    layout.encode(state, loaded);
  }

  /** A state is about to be expanded. */
  void expands(long[] words, int offset) {
    layout.decode(words, offset, loaded, state);
    state.commit();
    contexts = state.read(Slot.CONTEXTS);
    boolean inUser = Selectors.rpl(state.read(Slot.CS)) == 3;
    int index = inUser ? USER : model.program().indexAt(state.read(Slot.RIP));
    if (state.read(Slot.HALT) != 0 || !inUser && index < 0) {
      here = new Boundary();
      return;
    }
    openHere = inUser ? 0 : rules.open(state::read);
    here = inUser ? user : boundary(ContextKind.of(model, state::read), index);
    here.visit(openHere);
    machine.boundary(state, (rule, reception) -> here.receive(rule.vector(), reception, openHere));
  }

  private Boundary boundary(ContextKind kind, int index) {
    return kernel
        .computeIfAbsent(kind, k -> new TreeMap<>())
        .computeIfAbsent(index, i -> new Boundary());
  }

  /** A successor of that state. */
  void leadsTo(long[] words) {
    StateWords after = slot -> layout.read(words, 0, slot);
    long depth = after.read(Slot.CONTEXTS);
    int index = model.program().indexAt(after.read(Slot.RIP));
    if (after.read(Slot.HALT) != 0) {
      return;
    }
    if (Selectors.rpl(after.read(Slot.CS)) == 3) {
      here.ends(openHere);
    } else if (index >= 0 && depth > contexts) {
      boundary(ContextKind.of(model, after), index).begins();
    } else if (index >= 0 && depth == contexts) {
      here.goesTo(index, openHere & ~rules.open(after));
    } else if (index >= 0) {
      here.ends(openHere & ~rules.open(after));
    }
  }

  /** The boundaries of contexts of each kind, by the index of the instruction behind. */
  Map<ContextKind, SortedMap<Integer, Boundary>> kernel() {
    return new TreeMap<>(kernel);
  }

  Boundary user() {
    return user;
  }
}
