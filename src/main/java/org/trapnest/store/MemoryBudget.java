package org.trapnest.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes an exploration may take, and how many it has taken. Safe for all threads.
 *
 * <p>Whoever allocates in bulk reserves here first and treats a refusal as a limit.
 */
public final class MemoryBudget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /** A budget of so many bytes. */
  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * A budget that also leaves a fifth of the heap, and at least six megabytes, to everything else:
   * the collector needs slack to move objects, and the program needs some memory of its own.
   */
  public static MemoryBudget withinHeap(long limitBytes) {
    long heapBytes = Runtime.getRuntime().maxMemory();
    long slackBytes = Math.max(heapBytes / 5, 6L << 20);
    return new MemoryBudget(Math.min(limitBytes, Math.max(0, heapBytes - slackBytes)));
  }

  /** Takes bytes from the budget; false, without effect, when it has not that many left. */
  public boolean reserve(long bytes) {
    if (usedBytes.addAndGet(bytes) > limitBytes) {
      usedBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Takes a few bytes that cannot be refused. */
  void charge(long bytes) {
    usedBytes.addAndGet(bytes);
  }

  /** Gives bytes back. */
  public void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  /** The most bytes that can be reserved. */
  public long limitBytes() {
    return limitBytes;
  }

  public long usedBytes() {
    return usedBytes.get();
  }
}
