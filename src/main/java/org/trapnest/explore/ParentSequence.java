package org.trapnest.explore;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.trapnest.store.MemoryBudget;
import org.trapnest.store.PagedRows;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;

/**
 * The parent of each state of a breadth-first search, in about two bits a state.
 *
 * <p>Breadth-first numbers grow with the parents' numbers, so that the parents, read in the order
 * of their children, never decrease. They are kept in unary: for each child as many zeros as the
 * parent advances, then a one. So child {@code c} of parent {@code p} is the one at position {@code
 * c + p}, which any worker can set, and is found as the one that is preceded by {@code c} ones.
 * Every 512th child has its position noted, from which the search for others starts. After
 * Jacobson, "Space-efficient static trees and graphs" (1989).
 */
final class ParentSequence {
  private static final int SAMPLE_SHIFT = 9;
  private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

  private final PagedRows bits;
  private final PagedRows samples;
  private long wordCount;
  private long sampleCount;

  ParentSequence(MemoryBudget budget) {
    this.bits = new PagedRows(1, budget);
    this.samples = new PagedRows(1, budget);
  }

  /** Makes room for children and their parents up to these; false when memory is spent. */
  boolean ensure(long lastChild, long lastParent) {
    long lastWord = lastChild + lastParent >>> 6;
    long lastSample = lastChild >>> SAMPLE_SHIFT;
    if (!bits.ensure(lastWord) || !samples.ensure(lastSample)) {
      return false;
    }
    wordCount = Math.max(wordCount, lastWord + 1);
    sampleCount = Math.max(sampleCount, lastSample + 1);
    return true;
  }

  void save(SnapshotWriter out) throws IOException {
    out.put(wordCount);
    out.put(sampleCount);
    bits.save(out, wordCount);
    samples.save(out, sampleCount);
  }

  void load(SnapshotReader in) throws IOException {
    wordCount = in.take();
    sampleCount = in.take();
    bits.load(in, wordCount);
    samples.load(in, sampleCount);
  }

  /** A writer of some of the parents; several may write at once. */
  Writer newWriter() {
    return new Writer();
  }

  /** A reader of parents, which is fast where children are asked for from the last to the first. */
  Reader newReader() {
    return new Reader();
  }

  /** The parent of a child, both counted from zero. */
  long parent(long child) {
    return position(child) - child;
  }

  /** Where the one of a child is. */
  private long position(long child) {
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
    return base + Long.numberOfTrailingZeros(word);
  }

  /** The position of the last one before a position, which has one before it. */
  private long before(long position) {
    long last = position - 1;
    long word = bits.get(last >>> 6) & -1L >>> 63 - (last & 63);
    for (long index = last >>> 6; ; word = bits.get(index)) {
      if (word != 0) {
        return (index << 6) + 63 - Long.numberOfLeadingZeros(word);
      }
      index--;
    }
  }

  /** Reads parents; confined to one thread. */
  final class Reader {
    private static final int NEAR = 8;

    private long child = -1;
    private long position;

    /** The parent of a child, both counted from zero. */
    long parent(long asked) {
      if (asked < 0 || asked > child || child - asked > NEAR) {
        position = position(asked);
      } else {
        for (long steps = child - asked; steps > 0; steps--) {
          position = before(position);
        }
      }
      child = asked;
      return position - asked;
    }
  }

  long bytes() {
    return bits.bytes() + samples.bytes();
  }

  /** Notes parents, a word at a time; what it wrote is there when it is flushed. */
  final class Writer {
    private long word;
    private long ones;

    /** Notes the parent of a child, for which there must be room. */
    void put(long child, long parent) {
      long position = child + parent;
      if (position >>> 6 != word) {
        flush();
        word = position >>> 6;
      }
      ones |= 1L << position;
      if ((child & (1 << SAMPLE_SHIFT) - 1) == 0) {
        samples.set(child >>> SAMPLE_SHIFT, position);
      }
    }

    void flush() {
      if (ones != 0) {
        // Others may write the same word at the edges of what they write.
        BITS.getAndBitwiseOr(bits.page(word), bits.offset(word), ones);
        ones = 0;
      }
    }
  }
}
