package org.trapnest.explore;

import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.store.Derivation;
import org.trapnest.store.FlatStore;
import org.trapnest.store.HashStore;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.RunStore;
import org.trapnest.store.StateStore;
import org.trapnest.store.TreeStore;
import org.trapnest.transition.Expander;
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

  /**
   * A store for a search that keeps parents.
   *
   * @param parents the state that a state was first reached from
   */
  StateStore newStore(MemoryBudget budget, LongUnaryOperator parents) {
    if (options.store() != StoreKind.TREE || !system.expandsAhead()) {
      return newStore(budget);
    }
    Derivation derivation =
        new Derivation() {
          @Override
          public long parent(long state) {
            return parents.applyAsLong(state);
          }

          @Override
          public Expander newExpander() {
            return system.newExpander();
          }
        };
    return new RunStore(system.wordCount(), options.limits().maxStates(), budget, derivation);
  }

  /** A store that takes states for equal only if it has compared them. */
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
