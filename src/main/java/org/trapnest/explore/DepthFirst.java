package org.trapnest.explore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.PagedRows;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;
import org.trapnest.store.StateCursor;
import org.trapnest.store.StateStore;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * Depth-first search with an explicit stack.
 *
 * <p>A stack entry is a state's number and the choice by which the search last left it. A state
 * that the search comes back to is expanded again, and the choices up to that one are skipped: no
 * successor waits in memory. At the bottom of the stack stands the origin, whose successors are the
 * initial states.
 */
final class DepthFirst implements SuccessorSink {
  private static final long ORIGIN = -1;
  private static final long NONE = -1;
  private static final int NO_CHOICE = Integer.MIN_VALUE;

  private final ExplorationOptions options;
  private final StateStore store;
  private final StateCursor cursor;
  private final Expander expander;
  private final PagedRows stack;
  private final Verdicts verdicts;
  private final List<Violation> violations = new ArrayList<>();
  private final Meter meter;
  private final Setting setting;
  private final Possibilities possibilities;
  private final ChangedWords allWords;
  private final CheckpointSchedule checkpoints;
  private int stackSize;
  private long parent;
  private int lastChoice;
  private boolean cutInState;
  private long child;
  // A new state for which the stack had no room.
  private long waiting = NONE;
  private boolean depthLimited;
  private Optional<Completion> end = Optional.empty();

  DepthFirst(Setting setting, MemoryBudget budget) {
    TransitionSystem system = setting.system();
    this.setting = setting;
    this.options = setting.options();
    this.store = setting.newStore(budget);
    this.cursor = store.newCursor();
    this.expander = system.newExpander();
    this.stack = new PagedRows(1, budget);
    this.verdicts = new Verdicts(system.checkCount());
    this.meter = new Meter(setting, store, budget);
    this.possibilities = new Possibilities(system, store, budget);
    this.checkpoints = new CheckpointSchedule(setting);
    this.allWords = new ChangedWords(system.wordCount());
    allWords.addAll();
  }

  ExplorationResult run() {
    Optional<CheckpointFile> source = checkpoints.source();
    if (source.isPresent()) {
      Optional<ExplorationResult> finished = source.get().read(this::load);
      if (finished.isPresent()) {
        return finished.get();
      }
    }
    Completion completion = search();
    if (unfinished(completion)) {
      store.settle();
      checkpoints.save(this::save);
      return result(completion);
    }
    ExplorationResult result = result(completion);
    checkpoints.save(out -> FinishedSearch.saveMarked(result, out));
    return result;
  }

  /** Whether more states, memory or time would continue it; more depth would not. */
  private static boolean unfinished(Completion completion) {
    return switch (completion) {
      case COMPLETE, DECIDED, DEPTH_LIMIT -> false;
      case STATE_LIMIT, MEMORY_LIMIT, TIME_LIMIT, INTERRUPTED -> true;
    };
  }

  private void save(SnapshotWriter out) throws IOException {
    FinishedSearch.markUnfinished(out);
    out.putArray(new long[] {stackSize, waiting, depthLimited ? 1 : 0});
    stack.save(out, stackSize);
    FinishedSearch.saveViolations(violations, out);
    meter.save(out);
    verdicts.save(out);
    possibilities.save(out);
    store.save(out);
  }

  /** Reads either the result or all that is needed to continue. */
  private Optional<ExplorationResult> load(SnapshotReader in) throws IOException {
    if (FinishedSearch.isMarkedFinished(in)) {
      return Optional.of(FinishedSearch.load(in));
    }
    long[] place = in.takeArray();
    stackSize = Math.toIntExact(place[0]);
    waiting = place[1];
    depthLimited = place[2] != 0;
    stack.load(in, stackSize);
    violations.addAll(FinishedSearch.loadViolations(in));
    meter.load(in);
    verdicts.load(in);
    possibilities.load(in);
    store.load(in);
    return Optional.empty();
  }

  private ExplorationResult result(Completion completion) {
    long undecided = completion == Completion.COMPLETE ? decidePossibilities() : 0;
    violations.sort(Comparator.comparingInt(Violation::check));
    return new ExplorationResult(
        completion,
        meter.statistics(),
        store.digest(),
        violations,
        verdicts.reached(),
        undecided,
        meter.cuts());
  }

  /**
   * Decides the checks that demand a possibility; returns those left undecided. This search keeps
   * no parents, so that the path to a violation is that of a breadth-first search.
   */
  private long decidePossibilities() {
    if (!possibilities.wanted()) {
      return 0;
    }
    boolean broken = false;
    for (int i = 0; i < possibilities.count(); i++) {
      broken |= possibilities.firstWithout(i, state -> NONE).isPresent();
    }
    if (possibilities.refused()) {
      return setting.system().possibilities();
    }
    if (broken) {
      ExplorationResult shortest = Exploration.breadthFirst(setting.withoutCheckpoints());
      shortest.violations().stream()
          .filter(v -> (setting.system().possibilities() >>> v.check() & 1) != 0)
          .forEach(violations::add);
    }
    return 0;
  }

  private Completion search() {
    if (stackSize == 0) {
      push(ORIGIN);
    } else if (waiting != NONE) {
      push(waiting);
    }
    while (stackSize > 0 && end.isEmpty()) {
      expandTop();
      if (end.isEmpty()) {
        if (child != NONE) {
          setTop(parent, lastChoice);
          push(child);
        } else {
          pop();
        }
        store.settle();
        end = end.or(meter::poll);
        if (end.isEmpty() && checkpoints.isDue()) {
          checkpoints.save(this::save);
        }
      }
    }
    return end.orElse(depthLimited ? Completion.DEPTH_LIMIT : Completion.COMPLETE);
  }

  /** Follows the choices after the last one, up to the first that leads to a new state. */
  private void expandTop() {
    long top = stack.get(stackSize - 1);
    parent = top >> 32;
    lastChoice = (int) top;
    child = NONE;
    cutInState = false;
    if (parent == ORIGIN) {
      expander.initialStates(this);
    } else {
      cursor.moveTo(parent);
      expander.expand(cursor.words(), 0, this);
      if (cutInState && lastChoice == NO_CHOICE && possibilities.wanted()) {
        possibilities.notePresumed(parent);
      }
    }
    if (end.isPresent()) {
      // A search that continues from here tries what was refused again.
      setTop(parent, lastChoice);
    }
  }

  private void push(long state) {
    if (!stack.ensure(stackSize)) {
      waiting = state;
      end = Optional.of(Completion.MEMORY_LIMIT);
      return;
    }
    waiting = NONE;
    stackSize++;
    setTop(state, NO_CHOICE);
    meter.reachDepth(depthOfTop());
  }

  private void setTop(long state, int choice) {
    stack.set(stackSize - 1, state << 32 | choice & 0xffffffffL);
  }

  private void pop() {
    stackSize--;
    if (parent != ORIGIN) {
      store.release(parent, parent + 1);
      meter.expanded(1, 0);
    }
  }

  /** The number of transitions from the initial state to the top of the stack. */
  private int depthOfTop() {
    return Math.max(0, stackSize - 2);
  }

  @Override
  public void successor(
      int choice, long[] words, ChangedWords changed, long violated, long reached) {
    if (child != NONE || choice <= lastChoice || end.isPresent()) {
      return;
    }
    verdicts.reach(reached);
    if ((violated & ~verdicts.violated()) != 0) {
      violate(violated & ~verdicts.violated(), choice);
    }
    long inserted = cursor.insert(words, parent == ORIGIN ? allWords : changed);
    if (inserted == StateStore.REFUSED) {
      end = Optional.of(options.limits().refusedAt(store.states()));
      lastChoice = choice - 1;
      return;
    }
    lastChoice = choice;
    if (parent != ORIGIN) {
      meter.transition();
    }
    if (possibilities.wanted()) {
      notePossibilities(inserted, reached);
    }
    if (inserted >= 0) {
      enter(inserted);
    }
  }

  private void notePossibilities(long inserted, long reached) {
    int claims = possibilities.positions(reached);
    if (inserted >= 0) {
      possibilities.note(inserted, claims);
    }
    if (parent != ORIGIN) {
      possibilities.note(parent, claims);
      possibilities.noteEdge(parent, inserted >= 0 ? inserted : ~inserted);
    }
  }

  private void enter(long state) {
    if (stackSize - 1 < options.limits().maxDepth()) {
      child = state;
    } else {
      meter.reachDepth(stackSize - 1);
      depthLimited = true;
    }
  }

  private void violate(long checks, int choice) {
    verdicts.violate(checks, stackSize - 1, 0, parent, choice);
    List<Integer> path = new ArrayList<>();
    for (int i = 0; i < stackSize - 1; i++) {
      path.add((int) stack.get(i));
    }
    path.add(choice);
    for (long rest = checks; rest != 0; rest &= rest - 1) {
      violations.add(new Violation(Long.numberOfTrailingZeros(rest), path));
    }
    if (verdicts.allDecided() && !options.continueAfterViolations()) {
      end = Optional.of(Completion.DECIDED);
    }
  }

  @Override
  public void cut(int bound) {
    cutInState = true;
    if ((int) stack.get(stackSize - 1) == NO_CHOICE) {
      meter.cut(bound, 1);
    }
  }
}
