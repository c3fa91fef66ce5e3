package org.trapnest.explore;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * The blocks of a round on their way through two tasks: any worker expands the next one, and one
 * worker at a time looks up those that are expanded, in order. So nobody waits for the others but
 * at the end of the round.
 */
final class Pipeline {
  /** How often a worker that has nothing to do looks again before it lets other threads run. */
  private static final int SPINS = 1000;

  private final int blocks;
  private final IntPredicate lookUp;
  private final Runnable pause;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicIntegerArray expanded;
  private final AtomicBoolean lookingUp = new AtomicBoolean();
  private volatile int lookedUp;
  private volatile boolean stopped;
  private volatile boolean refused;

  /**
   * A pipeline for some blocks, which count from zero.
   *
   * @param lookUp looks up a block; false when memory is spent, which stops the pipeline
   * @param pause what a worker does behind each expansion
   */
  Pipeline(int blocks, IntPredicate lookUp, Runnable pause) {
    this.blocks = blocks;
    this.lookUp = lookUp;
    this.pause = pause;
    this.expanded = new AtomicIntegerArray(blocks);
  }

  /** Whether a block was refused memory, so that those behind it were not looked up. */
  boolean refused() {
    return refused;
  }

  /** What each worker does, until all blocks are looked up or one is refused. */
  void work(IntConsumer expand) {
    boolean ended = false;
    try {
      int idle = 0;
      while (!stopped && lookedUp < blocks) {
        if (lookUpNext() || expandNext(expand)) {
          idle = 0;
        } else if (++idle < SPINS) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
      ended = true;
    } finally {
      // Or the others would wait for the block of a worker that has failed.
      stopped |= !ended;
    }
  }

  private boolean expandNext(IntConsumer expand) {
    if (taken.get() >= blocks) {
      return false;
    }
    int next = taken.getAndIncrement();
    if (next >= blocks) {
      return false;
    }
    expand.accept(next);
    expanded.set(next, 1);
    pause.run();
    return true;
  }

  /** Looks up the next block if it is expanded and no other worker does it. */
  private boolean lookUpNext() {
    if (!isReady(lookedUp) || !lookingUp.compareAndSet(false, true)) {
      return false;
    }
    try {
      int next = lookedUp;
      if (stopped || !isReady(next)) {
        return false;
      }
      if (!lookUp.test(next)) {
        refused = true;
        stopped = true;
      }
      lookedUp = next + 1;
      return true;
    } finally {
      lookingUp.set(false);
    }
  }

  private boolean isReady(int block) {
    return block < blocks && expanded.get(block) != 0;
  }
}
