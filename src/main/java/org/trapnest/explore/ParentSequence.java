package org.trapnest.explore;

import org.trapnest.store.MemoryBudget;
import org.trapnest.store.PagedRows;

/**
 * The parent of each state of a breadth-first search, in about two bits a state.
 *
 * <p>Breadth-first numbers grow with the parents' numbers, so that the parents, read in the order
 * of their children, never decrease. They are kept in unary: for each child as many zeros as the
 * parent advances, then a one. The parent of child {@code c} is the number of zeros before the one
 * that is preceded by {@code c} ones. Every 512th child has its position and parent noted, from
 * which the search for others starts. After Jacobson, "Space-efficient static trees and graphs"
 * (1989).
 */
final class ParentSequence {
  private static final int SAMPLE_SHIFT = 9;

  private final PagedRows bits;
  private final PagedRows samples;
  private long size;
  private long bitCount;
  private long lastParent;

  ParentSequence(MemoryBudget budget) {
    this.bits = new PagedRows(1, budget);
    this.samples = new PagedRows(1, budget);
  }

  /** Appends the parent of the next child; false, without effect, when memory is spent. */
  boolean append(long parent) {
    long end = bitCount + (parent - lastParent);
    if (!bits.ensure(end >>> 6) || !samples.ensure(size >>> SAMPLE_SHIFT)) {
      return false;
    }
    if ((size & (1 << SAMPLE_SHIFT) - 1) == 0) {
      samples.set(size >>> SAMPLE_SHIFT, bitCount);
    }
    bits.set(end >>> 6, bits.get(end >>> 6) | 1L << end);
    bitCount = end + 1;
    lastParent = parent;
    size++;
    return true;
  }

  /** The parent of a child, both counted from zero. */
  long parent(long child) {
    long position = samples.get(child >>> SAMPLE_SHIFT);
    long onesToSkip = child & (1 << SAMPLE_SHIFT) - 1;
    long word = bits.get(position >>> 6) & -1L << position;
    long base = position >>> 6 << 6;
    for (int ones = Long.bitCount(word); ones <= onesToSkip; ones = Long.bitCount(word)) {
      onesToSkip -= ones;
      base += 64;
      word = bits.get(base >>> 6);
    }
    for (; onesToSkip > 0; onesToSkip--) {
      word &= word - 1;
    }
    return base + Long.numberOfTrailingZeros(word) - child;
  }

  long bytes() {
    return bits.bytes() + samples.bytes();
  }
}
