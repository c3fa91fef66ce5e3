package org.trapnest.explore;

import org.trapnest.explore.ExplorationResult.Completion;

/**
 * When an exploration ends before it is complete.
 *
 * @param maxStates distinct states, at least one
 * @param maxMemoryBytes bytes that store, frontier and parents may take together
 * @param timeLimitNanos from the start of the exploration
 * @param maxDepth transitions from the initial state
 */
public record Limits(long maxStates, long maxMemoryBytes, long timeLimitNanos, int maxDepth) {

  /** No limit but what the machine has. */
  public static final Limits NONE =
      new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);

  /** The limit that is hit when a store of so many states takes no further one. */
  Completion refusedAt(long states) {
    return states >= maxStates ? Completion.STATE_LIMIT : Completion.MEMORY_LIMIT;
  }
}
