package org.trapnest.explore;

import java.util.ArrayList;
import java.util.List;

/**
 * A fixed number of workers that do one task after the other, all at once; the calling thread is
 * worker zero. What one did in a task is visible to all in the next.
 */
final class Crew implements AutoCloseable {

  /** What each worker does; {@code worker} counts from zero. */
  interface Task {
    void run(int worker);
  }

  private final int workers;
  private final Barrier barrier;
  private final List<Thread> threads = new ArrayList<>();
  private final Throwable[] failures;
  private Task task = worker -> {};
  private boolean closed;

  /** A crew whose threads are not started before the first task for all of them. */
  Crew(int workers) {
    this.workers = workers;
    this.barrier = new Barrier(workers);
    this.failures = new Throwable[workers];
  }

  int workers() {
    return workers;
  }

  /** Runs a task on all workers and returns when each has done it; rethrows what one has thrown. */
  void run(Task next) {
    if (workers == 1) {
      next.run(0);
      return;
    }
    startThreads();
    task = next;
    barrier.await();
    runTask(0);
    barrier.await();
    for (int worker = 0; worker < workers; worker++) {
      rethrow(failures[worker]);
      failures[worker] = null;
    }
  }

  private void startThreads() {
    for (int worker = threads.size() + 1; worker < workers; worker++) {
      int number = worker;
      Thread thread = new Thread(() -> serve(number), "worker-" + number);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void serve(int worker) {
    barrier.await();
    while (!closed) {
      runTask(worker);
      barrier.await();
      barrier.await();
    }
  }

  private void runTask(int worker) {
    try {
      task.run(worker);
    } catch (RuntimeException | Error failure) {
      failures[worker] = failure;
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException exception) {
      throw exception;
    } else if (failure instanceof Error error) {
      throw error;
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    if (!threads.isEmpty()) {
      closed = true;
      barrier.await();
    }
  }
}
