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
 *
 * <p>Where states at which nothing is chosen are passed over, a successor stands behind the run of
 * forced transitions that follows. The run ends at the first state that has another number of
 * successors than one, in user mode, where a check is violated, where the claim of a possibility is
 * so (it says nothing of the states behind), and after {@link #MOST_FORCED}, since it may be a
 * cycle. A state that two runs pass is passed twice, with the bounds that cut there.
 *
 * <p>Benchmark: StepBenchmark.
 */
final class EntryExpander implements Expander, AlternativeSink {
  private static final int MOST_FORCED = 1 << 12;

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
  private final boolean passesOver;
  // What follows from a successor without a choice is checked as the successor itself.
  private final AlternativeSink following =
      new AlternativeSink() {
        @Override
        public void alternative(int choice, MachineState after, Observation seen) {
          look(after, seen);
        }

        @Override
        public void cut(int bound) {
          sink.cut(bound);
        }
      };
  private long violated;
  private long reached;
  private int forced;
  private long passedOver;
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
   * @param passesOver whether states at which nothing is chosen are not given to the sink
   */
  record Notes(
      int[] endingBounds,
      int haltBound,
      long possibilities,
      Deliveries deliveries,
      boolean passesOver) {}

  EntryExpander(Machine machine, StateLayout layout, CompiledPropertySet properties, Notes notes) {
    this.machine = machine;
    this.endingBounds = notes.endingBounds();
    this.haltBound = notes.haltBound();
    this.deliveries = notes.deliveries();
    this.passesOver = notes.passesOver();
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
    int mark = after.mark();
    look(after, seen);
    long met = reached;
    forced = 0;
    if (passesOver) {
      while (violated == 0
          && (reached & possibilities) == 0
          && forced < MOST_FORCED
          && machine.advance(after, following)) {
        forced++;
        met |= reached;
      }
      passedOver += forced;
    }
    changed.clear();
    layout.encodeJournal(after, successor, changed);
    sink.successor(choice, successor, changed, violated, met);
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

  /** Checks what a transition did and led to, and ends the path where a property wants that. */
  private void look(MachineState after, Observation seen) {
    note = Deliveries.note(seen);
    if (!ahead) {
      take(note);
    }
    long broken = properties.violated(after, seen);
    violated = engineChecks(after, broken);
    reached = reached(after, seen);
    if ((broken & ending) != 0) {
      end(after, broken & ending);
      // What lies behind is not looked at, so that nothing is said to be impossible there.
      reached |= possibilities;
    } else if (cannotGoOn(after)) {
      sink.cut(haltBound);
    }
  }

  private static boolean cannotGoOn(MachineState after) {
    long halt = after.read(Slot.HALT);
    return halt != 0 && Halt.kind(halt) != Halt.Kind.STOPPED;
  }

  /** How many forced transitions the successor that was given last stands behind. */
  int forced() {
    return forced;
  }

  /** How many states were passed over. */
  long passedOver() {
    return passedOver;
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
