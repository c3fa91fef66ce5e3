package org.trapnest.slip;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.trapnest.explore.ExplorationMonitor;
import org.trapnest.explore.Statistics;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/** A transition system that ends its exploration soon after some check is violated. */
final class Alarm implements Delegating {
  private final TransitionSystem system;
  private final long checks;
  private final BooleanSupplier interruption;
  private final AtomicLong rung = new AtomicLong();

  /**
   * A system that watches itself.
   *
   * @param checks the checks whose violation is enough, a bit each
   * @param interruption whether the exploration is to end anyway
   */
  Alarm(TransitionSystem system, long checks, BooleanSupplier interruption) {
    this.system = system;
    this.checks = checks;
    this.interruption = interruption;
  }

  /** The checks that were seen violated, of those that are enough. */
  long rung() {
    return rung.get();
  }

  ExplorationMonitor monitor() {
    return new ExplorationMonitor() {
      @Override
      public void progress(Statistics soFar) {}

      @Override
      public boolean interrupted() {
        return rung.get() != 0 || interruption.getAsBoolean();
      }
    };
  }

  @Override
  public long possibilities() {
    return system.possibilities();
  }

  @Override
  public TransitionSystem inner() {
    return system;
  }

  @Override
  public Expander newExpander() {
    return new Watched(system.newExpander());
  }

  /** Passes everything on, and rings. */
  private final class Watched implements Expander, SuccessorSink {
    private final Expander expander;
    private SuccessorSink sink;

    Watched(Expander expander) {
      this.expander = expander;
    }

    @Override
    public void initialStates(SuccessorSink target) {
      sink = target;
      expander.initialStates(this);
    }

    @Override
    public void expand(long[] words, int offset, SuccessorSink target) {
      sink = target;
      expander.expand(words, offset, this);
    }

    @Override
    public void successor(
        int choice, long[] words, ChangedWords changed, long violated, long reached) {
      if ((violated & checks) != 0) {
        rung.accumulateAndGet(violated & checks, (a, b) -> a | b);
      }
      sink.successor(choice, words, changed, violated, reached);
    }

    @Override
    public void cut(int bound) {
      sink.cut(bound);
    }
  }
}
