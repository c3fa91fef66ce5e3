package org.trapnest.explore;

import org.trapnest.store.MemoryBudget;
import org.trapnest.store.StateStore;
import org.trapnest.transition.TransitionSystem;

/** Explores a transition system exhaustively. */
public final class Exploration {
  private Exploration() {}

  /**
   * Explores until everything is explored, everything is decided, a limit is hit, or the monitor
   * interrupts.
   */
  public static ExplorationResult run(
      TransitionSystem system, ExplorationOptions options, ExplorationMonitor monitor) {
    return run(new Setting(system, options, monitor, System::nanoTime));
  }

  static ExplorationResult run(Setting setting) {
    MemoryBudget budget = MemoryBudget.withinHeap(setting.options().limits().maxMemoryBytes());
    StateStore store = setting.newStore(budget);
    return switch (setting.options().search()) {
      case BFS -> new BreadthFirst(setting, store, budget).run();
      case DFS -> new DepthFirst(setting, store, budget).run();
    };
  }
}
