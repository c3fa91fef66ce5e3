package org.trapnest.explore;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an exploration found.
 *
 * @param completion whether everything reachable was explored, or what ended it
 * @param statistics the counts
 * @param digest the order-independent 128-bit digest of the reachable states, 32 hexadecimal digits
 * @param violations the first violation of each broken check, by check number
 * @param reached the checks whose antecedent was met at least once, a bit each
 * @param undecided the checks of which a complete search can say nothing, a bit each: those that
 *     demand a possibility, where there was no memory to keep track of it
 * @param cuts how often each bound suppressed a successor, by bound number
 */
public record ExplorationResult(
    Completion completion,
    Statistics statistics,
    String digest,
    List<Violation> violations,
    long reached,
    long undecided,
    List<Long> cuts) {

  public ExplorationResult {
    violations = List.copyOf(violations);
    cuts = List.copyOf(cuts);
  }

  /** The violation of a check, if it was broken. */
  public Optional<Violation> violation(int check) {
    return violations.stream().filter(v -> v.check() == check).findFirst();
  }

  /** The same, with each violation's path turned into another. */
  public ExplorationResult withPaths(UnaryOperator<List<Integer>> turned) {
    List<Violation> others =
        violations.stream().map(v -> new Violation(v.check(), turned.apply(v.path()))).toList();
    return new ExplorationResult(completion, statistics, digest, others, reached, undecided, cuts);
  }

  /** How an exploration ended. */
  public enum Completion {
    COMPLETE,
    /** Every check was decided at the end of a level; the rest was left unexplored. */
    DECIDED,
    STATE_LIMIT,
    MEMORY_LIMIT,
    TIME_LIMIT,
    DEPTH_LIMIT,
    INTERRUPTED
  }

  /**
   * The first violation of one check.
   *
   * @param check its number
   * @param path the choices from the start: the first picks an initial state, each further one a
   *     successor; the last leads to the violation
   */
  public record Violation(int check, List<Integer> path) {
    public Violation {
      path = List.copyOf(path);
    }

    /** The number of transitions, without the choice of the initial state. */
    public int length() {
      return path.size() - 1;
    }
  }
}
