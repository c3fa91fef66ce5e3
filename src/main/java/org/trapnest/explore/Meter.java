package org.trapnest.explore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;
import org.trapnest.store.StateStore;

/**
 * Counts an exploration and says when the clock or the monitor ends it.
 *
 * <p>Mutable; confined to one thread.
 */
final class Meter {
  private static final int BLOCK = 4096;

  private final StateStore store;
  private final MemoryBudget budget;
  private final ExplorationMonitor monitor;
  private final LongSupplier clock;
  private final long startNanos;
  private final long timeLimitNanos;
  private final long[] cuts;
  private long polls;
  private long expanded;
  private long transitions;
  private int depth;
  private double earlierSeconds;

  Meter(Setting setting, StateStore store, MemoryBudget budget) {
    this.store = store;
    this.budget = budget;
    this.monitor = setting.monitor();
    this.clock = setting.clock();
    this.startNanos = clock.getAsLong();
    this.timeLimitNanos = setting.options().limits().timeLimitNanos();
    this.cuts = new long[setting.system().boundCount()];
  }

  /** Counts states as expanded. */
  void expanded(long stateCount, long transitionsOfStates) {
    expanded += stateCount;
    transitions += transitionsOfStates;
  }

  /** Counts a transition of a state that is not counted as expanded yet. */
  void transition() {
    transitions++;
  }

  void cut(int bound, long times) {
    cuts[bound] += times;
  }

  void reachDepth(int newDepth) {
    depth = Math.max(depth, newDepth);
  }

  /** Called once a state; once in a block of states it reports and says whether to end. */
  Optional<Completion> poll() {
    return (++polls & BLOCK - 1) == 0 ? report() : Optional.empty();
  }

  /** Reports and says whether to end. */
  Optional<Completion> report() {
    monitor.progress(statistics());
    if (monitor.interrupted()) {
      return Optional.of(Completion.INTERRUPTED);
    }
    return clock.getAsLong() - startNanos > timeLimitNanos
        ? Optional.of(Completion.TIME_LIMIT)
        : Optional.empty();
  }

  Statistics statistics() {
    double seconds = earlierSeconds + (clock.getAsLong() - startNanos) / 1e9;
    long states = store.states();
    return new Statistics(
        states, transitions, depth, states - expanded, seconds, budget.usedBytes());
  }

  void save(SnapshotWriter out) throws IOException {
    out.put(expanded);
    out.put(transitions);
    out.put(depth);
    out.put(Double.doubleToLongBits(statistics().seconds()));
    out.putArray(cuts);
  }

  void load(SnapshotReader in) throws IOException {
    expanded = in.take();
    transitions = in.take();
    depth = Math.toIntExact(in.take());
    earlierSeconds = Double.longBitsToDouble(in.take());
    System.arraycopy(in.takeArray(), 0, cuts, 0, cuts.length);
  }

  List<Long> cuts() {
    List<Long> counts = new ArrayList<>();
    for (long count : cuts) {
      counts.add(count);
    }
    return counts;
  }
}
