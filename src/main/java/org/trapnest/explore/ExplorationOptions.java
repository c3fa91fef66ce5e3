package org.trapnest.explore;

import org.trapnest.store.MemoryBudget;

/**
 * How to explore.
 *
 * @param search the order of exploration
 * @param store how states are stored
 * @param workers the number of threads, at least one
 * @param limits when to stop early
 * @param continueAfterViolations explore everything even when every check is decided
 */
public record ExplorationOptions(
    Search search, StoreKind store, int workers, Limits limits, boolean continueAfterViolations) {

  /** The order of exploration. */
  public enum Search {
    BFS,
    DFS
  }

  /** How visited states are kept. */
  public enum StoreKind {
    /** Exact, tree-compressed. */
    TREE,
    /** Exact, whole vectors. */
    FLAT,
    /** 128-bit hash compaction: probabilistic. */
    HASH128
  }

  /** The options of one of so many explorations that share the heap, on one worker. */
  public ExplorationOptions besideOthers(int explorations) {
    long shareBytes = MemoryBudget.withinHeap(Long.MAX_VALUE).limitBytes() / explorations;
    Limits shared =
        new Limits(
            limits.maxStates(),
            Math.min(limits.maxMemoryBytes(), shareBytes),
            limits.timeLimitNanos(),
            limits.maxDepth());
    return new ExplorationOptions(search, store, 1, shared, continueAfterViolations);
  }
}
