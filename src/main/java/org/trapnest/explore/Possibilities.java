package org.trapnest.explore;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.PagedRows;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;
import org.trapnest.store.StateStore;
import org.trapnest.transition.TransitionSystem;

/**
 * From which states something can still come true: the checks that demand that it stays possible.
 *
 * <p>Mutable; used by one thread.
 */
final class Possibilities {
  /*
   * Representation. Bit n of a check's marks says that a run from state n to its claim is known.
   * While the search goes on, a state is marked when the claim is so in it or in a successor. Each
   * row of `edges` is an edge that is none of the search tree, its source above its target.
   *
   * When all is explored, marks are passed on against the edges until nothing changes: from a child
   * to its parent in the search tree by number alone, and along the other edges one by one. These
   * are few, since most states have one successor, and it is a new one.
   */
  private static final int MOST_CHECKS = 8;

  /** Numbers of states are below 2^31. */
  private static final int TARGET_BITS = 32;

  private final StateStore store;
  private final int[] checks;
  private final PagedRows[] marks;
  private final PagedRows edges;
  private long edgeCount;
  private boolean refused;

  Possibilities(TransitionSystem system, StateStore store, MemoryBudget budget) {
    this.store = store;
    this.checks = checksOf(system.possibilities());
    this.marks = new PagedRows[checks.length];
    Arrays.setAll(marks, i -> new PagedRows(1, budget));
    this.edges = new PagedRows(1, budget);
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
    out.put(edgeCount);
    edges.save(out, edgeCount);
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
    edgeCount = in.take();
    edges.load(in, edgeCount);
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

  /** Notes an edge that is not from a parent in the search tree to its child. */
  void noteEdge(long source, long target) {
    if (edges.ensure(edgeCount)) {
      edges.set(edgeCount++, source << TARGET_BITS | target);
    } else {
      refused = true;
    }
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
   *     always -1, and then all edges were noted
   */
  OptionalLong firstWithout(int position, LongUnaryOperator parent) {
    PagedRows marked = marks[position];
    long states = store.states();
    if (!marked.ensure(states >>> 6)) {
      refused = true;
      return OptionalLong.empty();
    }
    markAllAncestors(marked, parent);
    boolean changed = true;
    while (changed) {
      changed = passOn(marked, parent);
    }
    for (long state = 0; state < states; state++) {
      if (!isSet(marked, state)) {
        return OptionalLong.of(state);
      }
    }
    return OptionalLong.empty();
  }

  /** Follows the edges, the last one first; whether a state was marked. */
  private boolean passOn(PagedRows marked, LongUnaryOperator parent) {
    boolean changed = false;
    for (long i = edgeCount - 1; i >= 0; i--) {
      long edge = edges.get(i);
      long source = edge >>> TARGET_BITS;
      if (!isSet(marked, source) && isSet(marked, edge & (1L << TARGET_BITS) - 1)) {
        mark(marked, source, parent);
        changed = true;
      }
    }
    return changed;
  }

  /** Marks the ancestors of all marked states: a parent has a lower number than its child. */
  private void markAllAncestors(PagedRows marked, LongUnaryOperator parent) {
    for (long state = store.states() - 1; state >= 0; state--) {
      // Parents are found faster in a row than here and there.
      long up = parent.applyAsLong(state);
      if (up >= 0 && isSet(marked, state)) {
        set(marked, up);
      }
    }
  }

  /** Marks an unmarked state and its ancestors. */
  private void mark(PagedRows marked, long state, LongUnaryOperator parent) {
    for (long up = state; up >= 0 && !isSet(marked, up); up = parent.applyAsLong(up)) {
      set(marked, up);
    }
  }
}
