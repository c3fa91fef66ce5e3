package org.trapnest.explore;

import java.util.List;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.ExplorationResult.Violation;

/** Everything about an exploration that depends on the system and the limits alone. */
record Facts(
    Completion completion,
    String digest,
    List<Violation> violations,
    List<Long> cuts,
    long reached,
    long undecided,
    long states,
    long transitions,
    int depth,
    long waiting) {

  static Facts of(ExplorationResult result) {
    Statistics s = result.statistics();
    return new Facts(
        result.completion(),
        result.digest(),
        result.violations(),
        result.cuts(),
        result.reached(),
        result.undecided(),
        s.states(),
        s.transitions(),
        s.depth(),
        s.waiting());
  }
}
