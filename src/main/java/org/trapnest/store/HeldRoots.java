package org.trapnest.store;

import java.io.IOException;
import java.util.Optional;

/**
 * The roots of those states whose trees are kept, by the numbers of the states. One thread alone
 * adds; others may read when they have heard of it.
 */
final class HeldRoots {
  /*
   * Representation. Row r of `marks` has a bit for each of the states from 64 r on, set if its root
   * is kept, and, if there is any, how many roots of lower states are kept. Row i of `roots` is the
   * root of the (i+1)-th state whose bit is set.
   */
  private static final int ROW_SHIFT = 6;

  private final MemoryBudget budget;
  private final PagedRows marks;
  private PagedRows roots;
  private long count;

  HeldRoots(MemoryBudget budget) {
    this.budget = budget;
    this.marks = new PagedRows(2, budget);
    this.roots = new PagedRows(1, budget);
  }

  /** Makes room for so many more roots, of states up to one; false when memory is spent. */
  boolean ensure(long lastState, int more) {
    return marks.ensure(lastState >>> ROW_SHIFT) && roots.ensure(count + more);
  }

  /** Keeps the root of a state that is greater than all others, for which there is room. */
  void put(long state, long root) {
    long row = state >>> ROW_SHIFT;
    long[] page = marks.page(row);
    int offset = marks.offset(row);
    if (page[offset] == 0) {
      page[offset + 1] = count;
    }
    page[offset] |= 1L << state;
    roots.set(count++, root);
  }

  /** The root of a state, or {@link StateTrees#NO_ROOT} if none is kept. */
  long root(long state) {
    long row = state >>> ROW_SHIFT;
    long[] page = marks.page(row);
    int offset = marks.offset(row);
    long bits = page[offset];
    if ((bits >>> state & 1) == 0) {
      return StateTrees.NO_ROOT;
    }
    return roots.get(page[offset + 1] + Long.bitCount(bits & (1L << state) - 1));
  }

  /** How many roots are kept. */
  long count() {
    return count;
  }

  /** The root with a position in the order of their states, from zero. */
  long at(long position) {
    return roots.get(position);
  }

  /**
   * Replaces the trees and all roots if {@link StateTrees#settle} finds that of use.
   *
   * @return the new trees
   */
  Optional<StateTrees> settle(StateTrees trees) {
    PagedRows fresh = new PagedRows(1, budget);
    long[] taken = new long[1];
    Optional<StateTrees> settled =
        trees.settle(
            count,
            this::at,
            root -> {
              boolean room = fresh.ensure(taken[0]);
              if (room) {
                fresh.set(taken[0]++, root);
              }
              return room;
            });
    budget.release(settled.isPresent() ? roots.bytes() : fresh.bytes());
    if (settled.isPresent()) {
      roots = fresh;
    }
    return settled;
  }

  long bytes() {
    return marks.bytes() + roots.bytes();
  }

  /** Writes the roots of so many states. */
  void save(SnapshotWriter out, long states) throws IOException {
    out.put(count);
    marks.save(out, rows(states));
    roots.save(out, count);
  }

  /** Reads the roots of so many states when there are none yet. */
  void load(SnapshotReader in, long states) throws IOException {
    count = in.take();
    marks.load(in, rows(states));
    roots.load(in, count);
  }

  private static long rows(long states) {
    return states + (1 << ROW_SHIFT) - 1 >>> ROW_SHIFT;
  }
}
