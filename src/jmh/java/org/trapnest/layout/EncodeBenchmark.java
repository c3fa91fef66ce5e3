package org.trapnest.layout;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Slot;
import org.trapnest.model.Sample;
import org.trapnest.transition.ChangedWords;

/** Packing and unpacking of machine states: whole, as a patch, and from one state to the next. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EncodeBenchmark {
  private static final int STATES = 256;

  private StateLayout layout;
  private MachineState state;
  private List<long[]> states;
  private long[] packed;
  private ChangedWords changed;
  private int next;

  @Setup
  public void load() throws IOException {
    Sample sample = new Sample(30_000, STATES);
    layout = new StateLayout(sample.model().machine());
    states = sample.states();
    state = new Machine(sample.model().machine()).initialState();
    packed = new long[layout.wordCount()];
    changed = new ChangedWords(layout.wordCount());
    layout.encode(state, packed);
  }

  @Benchmark
  public long[] encodeWhole() {
    layout.encode(state, packed);
    return packed;
  }

  /** As after a push: three slots. */
  @Benchmark
  public ChangedWords encodeJournal() {
    changed.clear();
    int mark = state.mark();
    state.write(Slot.RIP, state.read(Slot.RIP) ^ 16);
    state.write(Slot.RSP, state.read(Slot.RSP) ^ 8);
    state.write(Slot.RAX, state.read(Slot.RAX) ^ 1);
    layout.encodeJournal(state, packed, changed);
    state.rollback(mark);
    return changed;
  }

  /** From each state of a breadth-first level to the next. */
  @Benchmark
  public MachineState decode() {
    next = next + 1 & STATES - 1;
    layout.decode(states.get(next), 0, packed, state);
    return state;
  }
}
