package org.trapnest.explore;

import org.trapnest.store.MemoryBudget;
import org.trapnest.store.PagedRows;

/** A growing list of edges between states, by their numbers, as long as there is memory for it. */
final class KeptEdges implements AutoCloseable {
  private final MemoryBudget budget;
  private final PagedRows rows;
  private long count;
  private boolean lost;

  /** An empty list. */
  KeptEdges(MemoryBudget budget) {
    this.budget = budget;
    this.rows = new PagedRows(2, budget);
  }

  /** Appends an edge; without memory, this one and all later ones are lost. */
  void add(long from, long to) {
    if (lost || !rows.ensure(count)) {
      lost = true;
      return;
    }
    long[] page = rows.page(count);
    int offset = rows.offset(count);
    page[offset] = from;
    page[offset + 1] = to;
    count++;
  }

  /** Takes the last ones away, so that so many are left. */
  void truncate(long left) {
    count = left;
  }

  long count() {
    return count;
  }

  /** Whether none was lost. */
  boolean areAll() {
    return !lost;
  }

  long from(long edge) {
    return rows.get(edge);
  }

  long to(long edge) {
    return rows.page(edge)[rows.offset(edge) + 1];
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    budget.release(rows.bytes());
  }
}
