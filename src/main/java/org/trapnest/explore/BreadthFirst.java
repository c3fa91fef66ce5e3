package org.trapnest.explore;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.trapnest.bits.SetDigest;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;
import org.trapnest.store.StateStore;
import org.trapnest.transition.TransitionSystem;

/**
 * Level-synchronous breadth-first search by any number of workers.
 *
 * <p>States are numbered by the order of (least parent, choice), so that a level is a range of
 * numbers, the frontier needs no memory but the store, and all results are the same for any number
 * of workers. A round that hits a limit is undone and repeated with half as many states, down to
 * one, so that the counts at a limit are those of expanding the states one by one.
 */
final class BreadthFirst {
  private static final int MOST_RECORDED_KEY = 8;

  private final TransitionSystem system;
  private final ExplorationOptions options;
  private final StateStore store;
  private final ParentSequence parents;
  private final Foresight foresight;
  private final Round round;
  private final Verdicts verdicts;
  private final Meter meter;
  private final Possibilities possibilities;
  private final SetDigest digest = new SetDigest();
  private final CheckpointSchedule checkpoints;
  private boolean rooted;
  private long expanded;
  private long levelEnd;
  private long decidedBefore;
  private int depth;
  private int roundStates;

  /**
   * A search that has not begun.
   *
   * @param derives whether the store may derive states from others; if not, there is no collision
   */
  BreadthFirst(Setting setting, MemoryBudget budget, boolean derives) {
    this.system = setting.system();
    this.options = setting.options();
    this.store = derives ? setting.newStore(budget, this::parent) : setting.newStore(budget);
    this.parents = new ParentSequence(budget);
    this.foresight = new Foresight(budget, expandsAhead() ? Foresight.usualRoom() : 0);
    this.round = new Round(setting, store, parents, foresight);
    this.verdicts = new Verdicts(system.checkCount());
    this.meter = new Meter(setting, store, budget);
    this.possibilities = new Possibilities(system, store, budget);
    this.checkpoints = new CheckpointSchedule(setting);
    this.roundStates = round.mostStates();
  }

  /** Whether records are worth while: they contain keys. */
  private boolean expandsAhead() {
    return system.expandsAhead() && store.keyWidth() <= MOST_RECORDED_KEY;
  }

  /** The parent of a state that is not initial. */
  private long parent(long state) {
    return parents.parent(state - round.rootCount());
  }

  /**
   * Searches.
   *
   * @throws KeyCollision if the store took two states for equal that are not, by which it is void
   */
  ExplorationResult run() {
    Optional<CheckpointFile> source = checkpoints.source();
    if (source.isPresent()) {
      Optional<ExplorationResult> finished = source.get().read(this::load);
      if (finished.isPresent()) {
        return finished.get();
      }
    }
    try (round) {
      Completion completion = search();
      if (unfinished(completion)) {
        checkpoints.save(this::save);
        return result(completion);
      }
      ExplorationResult result = result(completion);
      checkpoints.save(out -> FinishedSearch.saveMarked(result, out));
      return result;
    }
  }

  private ExplorationResult result(Completion completion) {
    foresight.close();
    Statistics statistics = meter.statistics();
    store.digestInto(digest, expanded);
    PathFinder paths = new PathFinder(system, store, parents, round.rootCount());
    List<Violation> violations = paths.violations(verdicts);
    long undecided = 0;
    if (completion == Completion.COMPLETE && possibilities.wanted()) {
      undecided = decidePossibilities(paths, violations);
    }
    return new ExplorationResult(
        completion,
        statistics,
        digest.toString(),
        violations,
        verdicts.reached(),
        undecided,
        meter.cuts());
  }

  /** Adds the violations of checks that demand a possibility; returns those left undecided. */
  private long decidePossibilities(PathFinder paths, List<Violation> violations) {
    for (int i = 0; i < possibilities.count(); i++) {
      int check = possibilities.check(i);
      possibilities
          .firstWithout(i, paths::parent)
          .ifPresent(state -> violations.add(new Violation(check, paths.pathTo(state))));
    }
    violations.sort(Comparator.comparingInt(Violation::check));
    return possibilities.refused() ? system.possibilities() : 0;
  }

  /** Whether more states, memory or time would continue it. */
  private boolean unfinished(Completion completion) {
    return switch (completion) {
      case COMPLETE, DECIDED -> false;
      case STATE_LIMIT, MEMORY_LIMIT, TIME_LIMIT, DEPTH_LIMIT, INTERRUPTED -> rooted;
    };
  }

  private void save(SnapshotWriter out) throws IOException {
    FinishedSearch.markUnfinished(out);
    out.put(store.derives() ? 1 : 0);
    out.putArray(
        new long[] {
          expanded, levelEnd, depth, decidedBefore, round.rootCount(), digest.low(), digest.high()
        });
    meter.save(out);
    verdicts.save(out);
    parents.save(out);
    possibilities.save(out);
    store.save(out);
  }

  /** Reads either the result or all that is needed to continue. */
  private Optional<ExplorationResult> load(SnapshotReader in) throws IOException {
    if (FinishedSearch.isMarkedFinished(in)) {
      return Optional.of(FinishedSearch.load(in));
    }
    if (in.take() == 1 != store.derives()) {
      return otherStore();
    }
    long[] place = in.takeArray();
    expanded = place[0];
    levelEnd = place[1];
    depth = (int) place[2];
    decidedBefore = place[3];
    round.resume(place[4]);
    digest.add(place[5], place[6]);
    meter.load(in);
    verdicts.load(in);
    parents.load(in);
    possibilities.load(in);
    store.load(in);
    foresight.forget(store.states());
    rooted = true;
    return Optional.empty();
  }

  /** What becomes of a file that was written with another store: see {@link Exploration}. */
  private Optional<ExplorationResult> otherStore() {
    if (store.derives()) {
      throw new KeyCollision();
    }
    // The search that it is of is void, so that this one begins anew.
    return Optional.empty();
  }

  private Completion search() {
    Optional<Completion> end = rooted ? Optional.empty() : expand(Block.ORIGIN, 1);
    while (end.isEmpty() && expanded < store.states()) {
      if (expanded == levelEnd) {
        if (verdicts.allDecided() && !options.continueAfterViolations()) {
          return Completion.DECIDED;
        }
        if (depth >= options.limits().maxDepth()) {
          return Completion.DEPTH_LIMIT;
        }
        depth++;
        decidedBefore = verdicts.violated();
        levelEnd = store.states();
      }
      end = expandLevel();
    }
    return end.orElse(Completion.COMPLETE);
  }

  private Optional<Completion> expandLevel() {
    Optional<Completion> end = Optional.empty();
    while (end.isEmpty() && expanded < levelEnd) {
      if (store.settle()) {
        foresight.forget(store.states());
      }
      int count = (int) Math.min(roundStates, levelEnd - expanded);
      end = expand(expanded, count);
      if (end.isEmpty() && checkpoints.isDue()) {
        checkpoints.save(this::save);
      }
    }
    return end;
  }

  private Optional<Completion> expand(long first, int count) {
    return switch (round.expand(first, count, depth, decidedBefore)) {
      case READY -> {
        accept(first, count);
        yield expanded < store.states() ? meter.report() : Optional.empty();
      }
      case TOO_MANY_STATES -> retreat(count, Completion.STATE_LIMIT);
      case MEMORY_SPENT -> retreat(count, Completion.MEMORY_LIMIT);
    };
  }

  private void accept(long first, int count) {
    long transitions = 0;
    for (Block block : round.blocks()) {
      verdicts.add(block.verdicts());
      digest.add(block.digest());
      transitions += block.candidates().size();
      for (int bound = 0; bound < block.cuts().length; bound++) {
        meter.cut(bound, block.cuts()[bound]);
      }
    }
    number();
    if (first == Block.ORIGIN) {
      rooted = true;
    } else {
      meter.expanded(count, transitions);
      expanded += count;
      store.release(first, expanded);
    }
  }

  /** Notes where claims are so, by the numbers that the new states have got. */
  private void notePossibilities(long firstChild) {
    long child = firstChild;
    for (Block block : possibilities.wanted() ? round.blocks() : List.<Block>of()) {
      int candidate = 0;
      for (int i = 0; i < block.stateCount(); i++) {
        long state = block.firstState() == Block.ORIGIN ? Block.ORIGIN : block.firstState() + i;
        if (state >= 0 && block.isCutOff(i)) {
          possibilities.notePresumed(state);
        }
        for (; candidate < block.end(i); candidate++) {
          note(state, block.claims(candidate));
          if (block.candidates().isFresh(candidate)) {
            note(child++, block.claims(candidate));
          }
        }
      }
      noteEdges(block);
    }
  }

  private void note(long state, int claims) {
    if (state >= 0) {
      possibilities.note(state, claims);
    }
  }

  private void noteEdges(Block block) {
    if (block.firstState() != Block.ORIGIN) {
      store.forEachKnown(
          block.candidates(),
          (candidate, known) -> possibilities.noteEdge(block.parent(candidate), known));
    }
  }

  private void number() {
    if (round.freshCount() > 0) {
      meter.reachDepth(depth);
    }
    long firstChild = store.states();
    if (!round.number()) {
      throw new KeyCollision();
    }
    notePossibilities(firstChild);
  }

  /** Undoes a round that hit a limit; at one state keeps what is allowed and ends. */
  private Optional<Completion> retreat(int count, Completion limit) {
    if (limit == Completion.MEMORY_LIMIT) {
      foresight.close();
    }
    if (count > 1) {
      round.abandon();
      roundStates = count / 2;
      return Optional.empty();
    }
    if (limit == Completion.STATE_LIMIT && round.truncate((int) store.allowance())) {
      verdicts.add(round.blocks().get(0).verdicts());
      number();
    } else {
      round.abandon();
    }
    return Optional.of(limit);
  }
}
