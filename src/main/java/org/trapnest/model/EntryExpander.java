package org.trapnest.model;

import org.trapnest.layout.StateLayout;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Halt;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Slot;
import org.trapnest.property.CompiledPropertySet;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/**
 * Expands packed states by running the machine on them. Hot and mutable: a state is unpacked where
 * it differs from the one before, and each successor is packed as a patch over its parent.
 * Benchmark: StepBenchmark.
 */
final class EntryExpander implements Expander, AlternativeSink {
  private final Machine machine;
  private final StateLayout layout;
  private final CompiledPropertySet properties;
  private final MachineState state;
  private final int[] endingBounds;
  private final int haltBound;
  private final Deliveries deliveries;
  private final long possibilities;
  private final long ending;
  // Between two alternatives these are the words of the state that is expanded.
  private final long[] successor;
  private final ChangedWords changed;
  private SuccessorSink sink;
  private boolean ahead;
  private long note;
  private long[] parent = {};
  private int parentOffset;

  /**
   * What is kept of an exploration besides its states.
   *
   * @param endingBounds for each check the bound to count where it ends a path, or -1 where its
   *     violation does not
   * @param haltBound the bound to count where a finding, or behaviour without a rule, ends a path
   * @param possibilities the engine checks that demand that something stays possible, a bit each
   * @param deliveries filled with where events are delivered
   */
  record Notes(int[] endingBounds, int haltBound, long possibilities, Deliveries deliveries) {}

  EntryExpander(Machine machine, StateLayout layout, CompiledPropertySet properties, Notes notes) {
    this.machine = machine;
    this.endingBounds = notes.endingBounds();
    this.haltBound = notes.haltBound();
    this.deliveries = notes.deliveries();
    this.possibilities = notes.possibilities();
    long bits = 0;
    for (int check = 0; check < endingBounds.length; check++) {
      bits |= endingBounds[check] < 0 ? 0 : 1L << check;
    }
    this.ending = bits;
    this.layout = layout;
    this.properties = properties;
    this.state = machine.initialState();
    this.successor = new long[layout.wordCount()];
    this.changed = new ChangedWords(layout.wordCount());
    state.commit();
    layout.encode(state, successor);
  }

  @Override
  public void initialStates(SuccessorSink target) {
    MachineState initial = machine.initialState();
    long[] words = new long[layout.wordCount()];
    layout.encode(initial, words);
    changed.clear();
    changed.addAll();
    Observation nothing = new Observation();
    long violated = engineChecks(initial, properties.violated(initial, nothing));
    target.successor(0, words, changed, violated, reached(initial, nothing));
  }

  @Override
  public void expand(long[] words, int offset, SuccessorSink target) {
    sink = target;
    parent = words;
    parentOffset = offset;
    layout.decode(words, offset, successor, state);
    state.commit();
    machine.expand(state, this);
  }

  @Override
  public void expandAhead(long[] words, ChangedWords moved, SuccessorSink target) {
    sink = target;
    parent = words;
    parentOffset = 0;
    layout.decode(words, moved, successor, state);
    state.commit();
    ahead = true;
    machine.expand(state, this);
    ahead = false;
  }

  @Override
  public long note() {
    return note;
  }

  @Override
  public void take(long noted) {
    if (noted != 0) {
      deliveries.take(noted);
    }
  }

  @Override
  public void alternative(int choice, MachineState after, Observation seen) {
    note = Deliveries.note(seen);
    if (!ahead) {
      take(note);
    }
    long broken = properties.violated(after, seen);
    long violated = engineChecks(after, broken);
    long reached = reached(after, seen);
    int mark = after.mark();
    if ((broken & ending) != 0) {
      end(after, broken & ending);
      // What lies behind is not looked at, so that nothing is said to be impossible there.
      reached |= possibilities;
    } else if (cannotGoOn(after)) {
      sink.cut(haltBound);
    }
    changed.clear();
    layout.encodeJournal(after, successor, changed);
    sink.successor(choice, successor, changed, violated, reached);
    for (int i = 0; i < changed.size(); i++) {
      int word = changed.wordIndex(i);
      successor[word] = parent[parentOffset + word];
    }
    after.rollback(mark);
  }

  @Override
  public void cut(int bound) {
    sink.cut(bound);
  }

  private static boolean cannotGoOn(MachineState after) {
    long halt = after.read(Slot.HALT);
    return halt != 0 && Halt.kind(halt) != Halt.Kind.STOPPED;
  }

  private void end(MachineState after, long broken) {
    sink.cut(endingBounds[Long.numberOfTrailingZeros(broken)]);
    if (after.read(Slot.HALT) == 0) {
      after.write(Slot.HALT, Halt.stopped(-1));
    }
  }

  /** The properties' bits moved up by one, below them the check for what no property covers. */
  private static long engineChecks(MachineState after, long broken) {
    return broken << 1 | (EntryModel.endsUncovered(after, broken != 0) ? 1 : 0);
  }

  private long reached(MachineState after, Observation seen) {
    return properties.reached(after, seen) << 1;
  }
}
