package org.trapnest.model;

import org.trapnest.layout.StateLayout;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.property.CompiledPropertySet;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/**
 * Expands packed states by running the machine on them. Hot and mutable: a state is unpacked where
 * it differs from the one before, and each successor is packed as a patch over its parent.
 */
final class EntryExpander implements Expander, AlternativeSink {
  private final Machine machine;
  private final StateLayout layout;
  private final CompiledPropertySet properties;
  private final MachineState state;
  private final long[] parent;
  private final long[] successor;
  private final ChangedWords changed;
  private SuccessorSink sink;

  EntryExpander(Machine machine, StateLayout layout, CompiledPropertySet properties) {
    this.machine = machine;
    this.layout = layout;
    this.properties = properties;
    this.state = machine.initialState();
    this.parent = new long[layout.wordCount()];
    this.successor = new long[layout.wordCount()];
    this.changed = new ChangedWords(layout.wordCount());
    state.commit();
    layout.encode(state, parent);
    System.arraycopy(parent, 0, successor, 0, parent.length);
  }

  @Override
  public void initialStates(SuccessorSink target) {
    MachineState initial = machine.initialState();
    long[] words = new long[layout.wordCount()];
    layout.encode(initial, words);
    changed.clear();
    changed.addAll();
    Observation nothing = new Observation();
    target.successor(0, words, changed, violated(initial, nothing), reached(initial, nothing));
  }

  @Override
  public void expand(long[] words, int offset, SuccessorSink target) {
    sink = target;
    layout.decode(words, offset, parent, state);
    System.arraycopy(parent, 0, successor, 0, parent.length);
    state.commit();
    machine.expand(state, this);
  }

  @Override
  public void alternative(int choice, MachineState after, Observation seen) {
    changed.clear();
    layout.encodeJournal(after, successor, changed);
    sink.successor(choice, successor, changed, violated(after, seen), reached(after, seen));
    for (int i = 0; i < changed.size(); i++) {
      int word = changed.wordIndex(i);
      successor[word] = parent[word];
    }
  }

  @Override
  public void cut(int bound) {
    sink.cut(bound);
  }

  /** The properties' bits moved up by one, below them the check for what no property covers. */
  private long violated(MachineState after, Observation seen) {
    long broken = properties.violated(after, seen);
    return broken << 1 | (EntryModel.endsUncovered(after, broken != 0) ? 1 : 0);
  }

  private long reached(MachineState after, Observation seen) {
    return properties.reached(after, seen) << 1;
  }
}
