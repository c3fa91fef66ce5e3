package org.trapnest.explore;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;
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
 * From which states something can still come true: the checks that demand that it stays possible.
 *
 * <p>Mutable; used by one thread.
 */
final class Possibilities {
  /*
   * Representation. Bit n of a check's marks says that a run from state n to its claim is known.
   * While the search goes on, a state is marked when the claim is so in it or in a successor; bit n
   * of `merging` says that state n has a successor that was known already, so that its edges are
   * more than those to its children in the search tree.
   *
   * When all is explored, marks are passed on against the edges until nothing changes: from a child
   * to its parent in the search tree by number alone; along the other edges by expanding the
   * merging states that are still unmarked once more. These are few, since most states have one
   * successor, and it is a new one. The edges of those that stay unmarked are kept, so that none is
   * expanded a third time, unless there is no memory for them.
   */
  private static final int MOST_CHECKS = 8;

  private final TransitionSystem system;
  private final StateStore store;
  private final MemoryBudget budget;
  private final int[] checks;
  private final PagedRows[] marks;
  private final PagedRows merging;
  private boolean refused;

  Possibilities(TransitionSystem system, StateStore store, MemoryBudget budget) {
    this.system = system;
    this.store = store;
    this.budget = budget;
    this.checks = checksOf(system.possibilities());
    this.marks = new PagedRows[checks.length];
    Arrays.setAll(marks, i -> new PagedRows(1, budget));
    this.merging = new PagedRows(1, budget);
  }

  /** The checks of a mask, in increasing order. */
  static int[] checksOf(long mask) {
    if (Long.bitCount(mask) > MOST_CHECKS) {
      throw new IllegalArgumentException("at most eight checks can demand a possibility");
    }
    int[] checks = new int[Long.bitCount(mask)];
    int count = 0;
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      checks[count++] = Long.numberOfTrailingZeros(rest);
    }
    return checks;
  }

  /** Whether there are such checks at all. */
  boolean wanted() {
    return checks.length > 0;
  }

  /** Whether memory was spent, so that nothing can be said. */
  boolean refused() {
    return refused;
  }

  void save(SnapshotWriter out) throws IOException {
    long rows = wanted() ? (store.states() >>> 6) + 1 : 0;
    out.put(rows);
    out.put(refused ? 1 : 0);
    for (PagedRows bits : marks) {
      save(bits, rows, out);
    }
    save(merging, rows, out);
  }

  private static void save(PagedRows bits, long rows, SnapshotWriter out) throws IOException {
    if (rows > 0 && !bits.ensure(rows - 1)) {
      throw new IOException("memory is spent");
    }
    bits.save(out, rows);
  }

  void load(SnapshotReader in) throws IOException {
    long rows = in.take();
    refused = in.take() == 1;
    for (PagedRows bits : marks) {
      bits.load(in, rows);
    }
    merging.load(in, rows);
  }

  /** The check with a position among these checks. */
  int check(int position) {
    return checks[position];
  }

  int count() {
    return checks.length;
  }

  /** The claims among reached checks, a bit each, by position. */
  int positions(long reached) {
    return positions(checks, reached);
  }

  /** The claims of some checks among reached ones, a bit each, by position. */
  static int positions(int[] checks, long reached) {
    int bits = 0;
    for (int i = 0; i < checks.length; i++) {
      bits |= (int) (reached >>> checks[i] & 1) << i;
    }
    return bits;
  }

  /**
   * Notes where claims are so.
   *
   * @param claims a bit for each of these checks, by position
   */
  void note(long state, int claims) {
    for (int i = 0; i < checks.length; i++) {
      if ((claims >>> i & 1) != 0) {
        set(marks[i], state);
      }
    }
  }

  /**
   * Notes a state of which bounds suppressed every successor: what lies behind is unknown, so that
   * nothing is said to be impossible there.
   */
  void notePresumed(long state) {
    note(state, -1);
  }

  /** Notes that a state has a successor that was known. */
  void noteMerging(long state) {
    set(merging, state);
  }

  /** Whether a state will be expanded again, so that the store must not drop it. */
  boolean isMerging(long state) {
    return merging.ensure(state >>> 6) && isSet(merging, state);
  }

  private void set(PagedRows bits, long state) {
    if (bits.ensure(state >>> 6)) {
      bits.set(state >>> 6, bits.get(state >>> 6) | 1L << state);
    } else {
      refused = true;
    }
  }

  private boolean isSet(PagedRows bits, long state) {
    return (bits.get(state >>> 6) >>> state & 1) != 0;
  }

  /**
   * The first state from which no run leads to where the claim of a check is so.
   *
   * @param parent the parent of a state in the search tree, or -1; for a search that keeps none
   *     always -1, and then every state counts as merging
   */
  OptionalLong firstWithout(int position, LongUnaryOperator parent) {
    PagedRows marked = marks[position];
    long states = store.states();
    if (!marked.ensure(states >>> 6) || !merging.ensure(states >>> 6)) {
      refused = true;
      return OptionalLong.empty();
    }
    markAllAncestors(marked, parent);
    try (KeptEdges kept = new KeptEdges(budget)) {
      Edges edges = new Edges(marked, kept);
      boolean changed = passOn(edges, parent);
      while (changed) {
        changed = kept.areAll() ? passOn(kept, marked, parent) : passOn(edges, parent);
      }
    }
    for (long state = 0; state < states; state++) {
      if (!isSet(marked, state)) {
        return OptionalLong.of(state);
      }
    }
    return OptionalLong.empty();
  }

  /** Expands the merging states that are unmarked; whether any of them was marked. */
  private boolean passOn(Edges edges, LongUnaryOperator parent) {
    boolean changed = false;
    for (long state = store.states() - 1; state >= 0; state--) {
      if (!isSet(edges.marked, state) && isSet(merging, state) && edges.leadToMark(state)) {
        mark(edges.marked, state, parent);
        changed = true;
      }
    }
    return changed;
  }

  /** Follows the edges of those that stayed unmarked; whether any of them was marked. */
  private boolean passOn(KeptEdges kept, PagedRows marked, LongUnaryOperator parent) {
    boolean changed = false;
    for (long edge = 0; edge < kept.count(); edge++) {
      long from = kept.from(edge);
      if (!isSet(marked, from) && isSet(marked, kept.to(edge))) {
        mark(marked, from, parent);
        changed = true;
      }
    }
    return changed;
  }

  /** Marks the ancestors of all marked states: a parent has a lower number than its child. */
  private void markAllAncestors(PagedRows marked, LongUnaryOperator parent) {
    for (long state = store.states() - 1; state >= 0; state--) {
      if (isSet(marked, state)) {
        long up = parent.applyAsLong(state);
        if (up >= 0) {
          set(marked, up);
        }
      }
    }
  }

  /** Marks an unmarked state and its ancestors. */
  private void mark(PagedRows marked, long state, LongUnaryOperator parent) {
    for (long up = state; up >= 0 && !isSet(marked, up); up = parent.applyAsLong(up)) {
      set(marked, up);
    }
  }

  /** The successors of one state after the other, by number. */
  private final class Edges implements SuccessorSink {
    private final StateCursor cursor = store.newCursor();
    private final Expander expander = system.newExpander();
    private final PagedRows marked;
    private final KeptEdges kept;
    private long source;
    private boolean found;

    Edges(PagedRows marked, KeptEdges kept) {
      this.marked = marked;
      this.kept = kept;
    }

    /** Whether a successor of a state is marked; if none is, the edges to them are kept. */
    boolean leadToMark(long state) {
      long keptBefore = kept.count();
      source = state;
      found = false;
      cursor.moveTo(state);
      expander.expand(cursor.words(), 0, this);
      if (found) {
        kept.truncate(keptBefore);
      }
      return found;
    }

    @Override
    public void successor(
        int choice, long[] words, ChangedWords changed, long violated, long reached) {
      if (!found) {
        long known = cursor.insert(words, changed);
        if (known >= 0 || known == StateStore.REFUSED) {
          throw new IllegalStateException("a successor is not among the states of a whole search");
        }
        found = isSet(marked, ~known);
        kept.add(source, ~known);
      }
    }

    @Override
    public void cut(int bound) {
      // It was counted when the state was expanded first.
    }
  }
}
