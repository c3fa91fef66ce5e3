package org.trapnest.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.trapnest.store.Candidates;
import org.trapnest.store.StateStore;
import org.trapnest.transition.TransitionSystem;

/**
 * Some states in a row of one level, expanded by all workers together.
 *
 * <p>Three tasks: expand blocks of states to candidates; look the candidates up; number the new
 * ones of each block and note their parents. Few workers expand and look up in a {@link Pipeline},
 * block by block. One worker at a time looks up then, which takes a third of the work; so many
 * workers have a barrier behind each task instead, and each looks up its share of all candidates.
 * Nothing that comes of it depends on which worker did what: a candidate's place in the order of
 * (parent, choice) alone decides whether it is the new one among equals, and its number.
 */
final class Round implements AutoCloseable {

  /** How the expansion of a round went. */
  enum Outcome {
    READY,
    /** There are more new states than are allowed. */
    TOO_MANY_STATES,
    MEMORY_SPENT
  }

  /** With more workers, those who expand would wait for the one who looks up. */
  private static final int MOST_PIPELINED = 3;

  /** How many lookups take as long as the expansion of a state. */
  private static final int LOOKUPS_PER_EXPANSION = 8;

  private final TransitionSystem system;
  private final StateStore store;
  private final ParentSequence parents;
  private final Crew crew;
  private final Pacing pacing;
  private final List<BlockExpander> expanders = new ArrayList<>();
  private final List<Block> pool = new ArrayList<>();
  private final Foresight foresight;
  private List<Block> blocks = List.of();
  private int workers;
  private int freshCount;
  private long rootCount;

  Round(Setting setting, StateStore store, ParentSequence parents, Foresight foresight) {
    this.system = setting.system();
    this.foresight = foresight;
    this.store = store;
    this.parents = parents;
    this.crew = new Crew(setting.options().workers());
    this.pacing =
        setting.pacing().orElseGet(() -> Pacing.usual(store.candidateBytes(), crew.workers()));
  }

  /** The greatest number of states in a round. */
  int mostStates() {
    return pacing.blockStates() * pacing.blocksPerWorker() * crew.workers();
  }

  /** The blocks of the last round, in order. */
  List<Block> blocks() {
    return blocks;
  }

  /** How many new states the last round found. */
  int freshCount() {
    return freshCount;
  }

  /**
   * Expands states and looks up their successors. Only if it is {@code READY} the round may be
   * numbered as it is.
   */
  Outcome expand(long first, int count, int depth, long decidedChecks) {
    freshCount = 0;
    foresight.begin(depth, first, store.states() - first);
    long expansions = foresight.unforeseen(first, count) * (1L + foresight.steps());
    workers = expansions <= pacing.soloStates() ? 1 : crew.workers();
    boolean pipelined =
        workers <= MOST_PIPELINED || count <= LOOKUPS_PER_EXPANSION * pacing.soloStates();
    divide(first, count, pipelined ? 1 : workers, decidedChecks);
    List<Candidates> candidates = blocks.stream().map(Block::candidates).toList();
    if (!(pipelined ? pipeline(depth, candidates) : inTurn(depth, candidates))) {
      return Outcome.MEMORY_SPENT;
    }
    for (Candidates block : candidates) {
      freshCount += block.freshCount();
    }
    if (freshCount > store.allowance()) {
      return Outcome.TOO_MANY_STATES;
    }
    return reserve() ? Outcome.READY : Outcome.MEMORY_SPENT;
  }

  /** Expands and looks up each block as it comes; false when memory is spent. */
  private boolean pipeline(int depth, List<Candidates> candidates) {
    store.begin(candidates);
    Pipeline pipeline =
        new Pipeline(blocks.size(), block -> looksUp(blocks.get(block)), pacing.pause());
    run(
        worker -> {
          BlockExpander expander = expanders.get(worker);
          pipeline.work(block -> expander.expand(blocks.get(block), depth));
        });
    return !pipeline.refused();
  }

  /** Expands all blocks, then looks up all shares; false when memory is spent. */
  private boolean inTurn(int depth, List<Candidates> candidates) {
    AtomicInteger taken = new AtomicInteger();
    run(
        worker -> {
          BlockExpander expander = expanders.get(worker);
          forEachBlock(taken, block -> expander.expand(blocks.get(block), depth));
        });
    if (blocks.stream().anyMatch(Block::refused) || !store.begin(candidates)) {
      return false;
    }
    AtomicBoolean refused = new AtomicBoolean();
    run(
        worker -> {
          if (!findsRoom(() -> store.lookUp(worker))) {
            refused.set(true);
          }
        });
    return !refused.get();
  }

  private void divide(long first, int count, int lookingUp, long decidedChecks) {
    int blockStates =
        workers == 1
            ? pacing.blockStates()
            : Math.min(pacing.blockStates(), Math.max(1, count / (4 * workers)));
    int blockCount = (count + blockStates - 1) / blockStates;
    while (pool.size() < blockCount) {
      pool.add(new Block(system, store));
    }
    while (expanders.size() < workers) {
      expanders.add(new BlockExpander(system, store, foresight));
    }
    blocks = pool.subList(0, blockCount);
    for (int i = 0; i < blockCount; i++) {
      int from = i * blockStates;
      int states = Math.min(blockStates, count - from);
      blocks.get(i).begin(first + from, states, lookingUp, decidedChecks);
    }
  }

  private static boolean findsRoom(BooleanSupplier lookUp) {
    try {
      return lookUp.getAsBoolean();
    } catch (OutOfMemoryError e) {
      // As in the expansion, what is within the budget may be missing.
      return false;
    }
  }

  private boolean looksUp(Block block) {
    return !block.refused() && findsRoom(() -> store.lookUp(block.candidates()));
  }

  private boolean reserve() {
    Block last = blocks.get(blocks.size() - 1);
    if (!store.reserve(freshCount)) {
      return false;
    }
    foresight.ensure(blocks.get(0).firstState(), store.states() + freshCount);
    if (freshCount == 0 || last.firstState() == Block.ORIGIN) {
      return true;
    }
    long lastChild = store.states() + freshCount - 1 - rootCount;
    return parents.ensure(lastChild, last.firstState() + last.stateCount() - 1);
  }

  /** Takes all new states away but the first few; false when there is no memory for those. */
  boolean truncate(int kept) {
    freshCount = kept;
    store.truncate(kept);
    return reserve();
  }

  /** Ends the round as if it had not been begun. */
  void abandon() {
    store.truncate(0);
    store.end(0);
  }

  /**
   * Gives the new states their numbers and notes their parents, and ends the round.
   *
   * @return whether all successors that seemed to be known are; if not, the search is void
   */
  boolean number() {
    long[] firsts = new long[blocks.size()];
    long next = store.states();
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = next;
      next += blocks.get(i).candidates().freshCount();
    }
    AtomicInteger taken = new AtomicInteger();
    run(
        worker -> {
          store.renumber(worker, firsts);
          forEachBlock(taken, i -> number(blocks.get(i), firsts[i]));
        });
    if (blocks.get(0).firstState() == Block.ORIGIN) {
      rootCount = freshCount;
    }
    for (Block block : blocks) {
      foresight.learn(block.foreseen() - block.foreseenInVain(), block.foreseenInVain());
    }
    store.end(freshCount);
    return !store.derives() || confirm();
  }

  private boolean confirm() {
    AtomicInteger taken = new AtomicInteger();
    AtomicBoolean wrong = new AtomicBoolean();
    run(
        worker -> {
          BlockExpander expander = expanders.get(worker);
          forEachBlock(taken, i -> compare(expander, blocks.get(i), wrong));
        });
    return !wrong.get();
  }

  private static void compare(BlockExpander expander, Block block, AtomicBoolean wrong) {
    if (!expander.confirms(block)) {
      wrong.set(true);
    }
  }

  private void number(Block block, long firstNumber) {
    store.store(block.candidates(), firstNumber);
    notePointers(block, firstNumber);
    if (block.firstState() != Block.ORIGIN) {
      noteParents(block, firstNumber - rootCount);
    }
  }

  private void notePointers(Block block, long firstNumber) {
    if (!foresight.isPossible()) {
      return;
    }
    long number = firstNumber;
    for (int candidate = 0; candidate < block.candidates().size(); candidate++) {
      long pointer = block.pointer(candidate);
      if (block.candidates().isFresh(candidate)) {
        foresight.put(number++, pointer);
      } else if (pointer != Foresight.NONE) {
        block.foreseeInVain();
      }
    }
  }

  private void noteParents(Block block, long firstChild) {
    ParentSequence.Writer writer = parents.newWriter();
    long child = firstChild;
    int candidate = 0;
    for (int state = 0; state < block.stateCount(); state++) {
      for (; candidate < block.end(state); candidate++) {
        if (block.candidates().isFresh(candidate)) {
          writer.put(child++, block.firstState() + state);
        }
      }
    }
    writer.flush();
  }

  /** The number of initial states, once they are numbered. */
  long rootCount() {
    return rootCount;
  }

  /** Says how many initial states there are, when they were numbered before. */
  void resume(long numberedRoots) {
    rootCount = numberedRoots;
  }

  /** Does a task for each block that no other worker has taken. */
  private void forEachBlock(AtomicInteger taken, IntConsumer task) {
    for (int i = taken.getAndIncrement(); i < blocks.size(); i = taken.getAndIncrement()) {
      task.accept(i);
      pacing.pause().run();
    }
  }

  private void run(Crew.Task task) {
    if (workers == 1) {
      task.run(0);
    } else {
      crew.run(task);
    }
  }

  @Override
  public void close() {
    crew.close();
  }
}
