package org.trapnest.explore;

import java.util.Optional;
import org.trapnest.store.MemoryBudget;
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
    return switch (setting.options().search()) {
      case BFS -> breadthFirst(setting);
      case DFS -> new DepthFirst(setting, newBudget(setting)).run();
    };
  }

  /** Searches again in the rare case that different states were taken for equal. */
  static ExplorationResult breadthFirst(Setting setting) {
    try {
      return new BreadthFirst(setting, newBudget(setting), true).run();
    } catch (KeyCollision collision) {
      return new BreadthFirst(setting, newBudget(setting), false).run();
    }
  }

  private static MemoryBudget newBudget(Setting setting) {
    return MemoryBudget.withinHeap(setting.options().limits().maxMemoryBytes());
  }
}
