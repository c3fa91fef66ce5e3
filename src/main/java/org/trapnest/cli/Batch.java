package org.trapnest.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Runs jobs beside one another, one a thread, and large ones alone. Used by one thread, which waits
 * while all others are busy; so no more jobs exist at a time than run.
 */
final class Batch implements AutoCloseable {
  private final int threads;
  private final Semaphore idle;
  private final ExecutorService executor;

  Batch(int threads) {
    this.threads = threads;
    this.idle = new Semaphore(threads);
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            job -> {
              Thread thread = new Thread(job, "batch");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts a job as soon as a thread is idle. */
  <T> Future<T> beside(Supplier<T> job) {
    idle.acquireUninterruptibly();
    return executor.submit(
        () -> {
          try {
            return job.get();
          } finally {
            idle.release();
          }
        });
  }

  /** Runs a job when all earlier ones have ended. */
  <T> Future<T> alone(Supplier<T> job) {
    idle.acquireUninterruptibly(threads);
    try {
      return CompletableFuture.completedFuture(job.get());
    } finally {
      idle.release(threads);
    }
  }

  /** Waits for a job, and throws what it threw. */
  static <T> T result(Future<T> job) {
    try {
      return job.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a job runs", interruption);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
