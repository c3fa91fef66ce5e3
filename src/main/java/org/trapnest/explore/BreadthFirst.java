package org.trapnest.explore;

import java.util.Optional;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.StateCursor;
import org.trapnest.store.StateStore;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * Level-synchronous breadth-first search.
 *
 * <p>States are numbered in the order in which they are found, so that a level is a range of
 * numbers, the frontier needs no memory, and a state's parent is the first state that leads to it.
 */
final class BreadthFirst implements SuccessorSink {
  private final TransitionSystem system;
  private final ExplorationOptions options;
  private final StateStore store;
  private final StateCursor cursor;
  private final Expander expander;
  private final ParentSequence parents;
  private final Verdicts verdicts;
  private final Meter meter;
  private final ChangedWords allWords;
  private long rootCount;
  private long parent = -1;
  private int depth;
  private int successors;
  private Optional<Completion> refusal = Optional.empty();

  BreadthFirst(Setting setting, StateStore store, MemoryBudget budget) {
    this.system = setting.system();
    this.options = setting.options();
    this.store = store;
    this.cursor = store.newCursor();
    this.expander = system.newExpander();
    this.parents = new ParentSequence(budget);
    this.verdicts = new Verdicts(system.checkCount());
    this.meter = new Meter(setting, store, budget);
    this.allWords = new ChangedWords(system.wordCount());
    allWords.addAll();
  }

  ExplorationResult run() {
    Completion completion = search();
    Statistics statistics = meter.statistics();
    PathFinder paths = new PathFinder(system, store, parents, rootCount);
    return new ExplorationResult(
        completion,
        statistics,
        store.digest(),
        paths.violations(verdicts),
        verdicts.reached(),
        meter.cuts());
  }

  private Completion search() {
    expander.initialStates(this);
    rootCount = store.states();
    long levelStart = 0;
    while (refusal.isEmpty() && levelStart < store.states()) {
      if (verdicts.allDecided() && !options.continueAfterViolations()) {
        return Completion.DECIDED;
      }
      if (depth == options.limits().maxDepth()) {
        return Completion.DEPTH_LIMIT;
      }
      long levelEnd = store.states();
      refusal = expandLevel(levelStart, levelEnd);
      levelStart = levelEnd;
    }
    return refusal.orElse(Completion.COMPLETE);
  }

  private Optional<Completion> expandLevel(long levelStart, long levelEnd) {
    depth++;
    for (parent = levelStart; parent < levelEnd; parent++) {
      cursor.moveTo(parent);
      successors = 0;
      expander.expand(cursor.words(), 0, this);
      if (refusal.isPresent()) {
        return refusal;
      }
      store.release(parent);
      meter.expanded(successors);
      Optional<Completion> end = meter.poll();
      if (end.isPresent()) {
        return end;
      }
    }
    return Optional.empty();
  }

  @Override
  public void successor(
      int choice, long[] words, ChangedWords changed, long violated, long reached) {
    if (refusal.isPresent()) {
      return;
    }
    successors++;
    verdicts.reach(reached);
    if (violated != 0 && verdicts.wants(violated, depth)) {
      int preference = system.preference(words, 0);
      verdicts.violate(violated, depth, preference, parent, choice);
    }
    long inserted = cursor.insert(words, parent < 0 ? allWords : changed);
    if (inserted >= 0) {
      enqueue();
    } else if (inserted == StateStore.REFUSED) {
      refusal = Optional.of(options.limits().refusedAt(store.states()));
    }
  }

  private void enqueue() {
    meter.reachDepth(depth);
    if (parent >= 0 && !parents.append(parent)) {
      refusal = Optional.of(Completion.MEMORY_LIMIT);
    }
  }

  @Override
  public void cut(int bound) {
    meter.cut(bound);
  }
}
