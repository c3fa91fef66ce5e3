package org.trapnest.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.store.StateCursor;
import org.trapnest.store.StateStore;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * Rebuilds the choices that lead to a state: its ancestors are known by number, and the choice
 * between two of them is the first that leads from one to the other.
 */
final class PathFinder {
  private final ParentSequence.Reader parents;
  private final long rootCount;
  private final Expander expander;
  private final StateCursor cursor;

  /**
   * A finder over a search that has ended.
   *
   * @param rootCount the number of initial states, which have no parents
   */
  PathFinder(TransitionSystem system, StateStore store, ParentSequence parents, long rootCount) {
    this.parents = parents.newReader();
    this.rootCount = rootCount;
    this.expander = system.newExpander();
    this.cursor = store.newCursor();
  }

  /** The violations that the verdicts hold, by check number. */
  List<Violation> violations(Verdicts verdicts) {
    List<Violation> violations = new ArrayList<>();
    for (long rest = verdicts.violated(); rest != 0; rest &= rest - 1) {
      int check = Long.numberOfTrailingZeros(rest);
      List<Integer> path = pathTo(verdicts.parent(check));
      path.add(verdicts.choice(check));
      violations.add(new Violation(check, path));
    }
    return violations;
  }

  /** The choices from the start to a state; none for the state before the initial ones, -1. */
  List<Integer> pathTo(long state) {
    Deque<Long> ancestors = new ArrayDeque<>();
    for (long number = state; number >= 0; number = parent(number)) {
      ancestors.addFirst(number);
    }
    List<Integer> path = new ArrayList<>();
    long[] words = new long[0];
    for (long target : ancestors) {
      Step step = new Step(target);
      if (path.isEmpty()) {
        expander.initialStates(step);
      } else {
        expander.expand(words, 0, step);
      }
      if (step.choice < 0) {
        throw new IllegalStateException(
            "expansion is deterministic: state " + target + " is not found again from its parent");
      }
      path.add(step.choice);
      words = step.words;
    }
    return path;
  }

  /** The parent of a state in the search tree; -1 for an initial one. */
  long parent(long number) {
    return number < rootCount ? -1 : parents.parent(number - rootCount);
  }

  /** Waits for the first successor that has a given number. */
  private final class Step implements SuccessorSink {
    private final long target;
    private int choice = -1;
    private long[] words = new long[0];

    Step(long target) {
      this.target = target;
    }

    @Override
    public void successor(
        int offered, long[] successor, ChangedWords changed, long violated, long reached) {
      if (choice < 0 && cursor.holds(target, successor)) {
        choice = offered;
        words = successor.clone();
      }
    }

    @Override
    public void cut(int bound) {}
  }
}
