package org.trapnest.explore;

import java.util.Optional;
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

  /**
   * Explores likewise, and keeps the search in a file, or continues one that was kept.
   *
   * @throws CheckpointRefusal if there is a file to continue from, and it is damaged, or of another
   *     search, or too large for the memory
   */
  public static ExplorationResult run(
      TransitionSystem system,
      ExplorationOptions options,
      ExplorationMonitor monitor,
      Checkpoints checkpoints) {
    return run(
        new Setting(system, options, monitor, System::nanoTime, Optional.empty(), checkpoints));
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
