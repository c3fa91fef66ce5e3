package org.trapnest.explore;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.trapnest.store.FlatStore;
import org.trapnest.store.HashStore;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.StateStore;
import org.trapnest.store.TreeStore;
import org.trapnest.transition.TransitionSystem;

/**
 * What an exploration is given.
 *
 * @param clock the time in nanoseconds since some origin
 * @param pacing how to divide the work, if not as usual
 */
record Setting(
    TransitionSystem system,
    ExplorationOptions options,
    ExplorationMonitor monitor,
    LongSupplier clock,
    Optional<Pacing> pacing,
    Checkpoints checkpoints) {

  Setting(
      TransitionSystem system,
      ExplorationOptions options,
      ExplorationMonitor monitor,
      LongSupplier clock,
      Optional<Pacing> pacing) {
    this(system, options, monitor, clock, pacing, Checkpoints.NONE);
  }

  Setting(
      TransitionSystem system,
      ExplorationOptions options,
      ExplorationMonitor monitor,
      LongSupplier clock) {
    this(system, options, monitor, clock, Optional.empty());
  }

  /** The same, but nothing is kept on the disk. */
  Setting withoutCheckpoints() {
    return new Setting(system, options, monitor, clock, pacing);
  }

  StateStore newStore(MemoryBudget budget) {
    int words = system.wordCount();
    long maxStates = options.limits().maxStates();
    return switch (options.store()) {
      case TREE -> new TreeStore(words, maxStates, budget);
      case FLAT -> new FlatStore(words, maxStates, budget);
      case HASH128 -> new HashStore(words, maxStates, budget);
    };
  }
}
