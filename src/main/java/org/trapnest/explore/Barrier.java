package org.trapnest.explore;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A meeting point of a fixed number of threads, again and again. Who waits spins for some
 * microseconds first, since the tasks between two meetings may be as short, and then rests.
 */
final class Barrier {
  private static final int SPINS = 2000;

  private final int parties;
  private final int spins;
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile int meetings;

  /** A barrier for so many threads, at which nobody spins if there are fewer processors. */
  Barrier(int parties) {
    this.parties = parties;
    this.spins = Runtime.getRuntime().availableProcessors() < parties ? 0 : SPINS;
  }

  /** Returns when all have called it; what each did before is visible to all. */
  void await() {
    int before = meetings;
    if (arrived.incrementAndGet() == parties) {
      arrived.set(0);
      open(before + 1);
      return;
    }
    for (int spin = 0; spin < spins && meetings == before; spin++) {
      Thread.onSpinWait();
    }
    if (meetings == before) {
      rest(before);
    }
  }

  private synchronized void open(int meeting) {
    meetings = meeting;
    notifyAll();
  }

  private synchronized void rest(int before) {
    try {
      while (meetings == before) {
        wait();
      }
    } catch (InterruptedException failure) {
      throw new IllegalStateException("nobody interrupts the workers", failure);
    }
  }
}
