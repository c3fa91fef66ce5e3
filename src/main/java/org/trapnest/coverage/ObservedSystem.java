package org.trapnest.coverage;

import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * A transition system that tells a log what an engine with one worker expands. Only the first
 * expander does: those that engines create later retrace what is known.
 */
final class ObservedSystem implements Delegating {
  private final TransitionSystem system;
  private final BoundaryLog log;
  private boolean observed;

  ObservedSystem(TransitionSystem system, BoundaryLog log) {
    this.system = system;
    this.log = log;
  }

  @Override
  public TransitionSystem inner() {
    return system;
  }

  @Override
  public synchronized Expander newExpander() {
    Expander expander = system.newExpander();
    if (observed) {
      return expander;
    }
    observed = true;
    return new Observer(expander);
  }

  /** Passes everything on, and tells the log. */
  private final class Observer implements Expander, SuccessorSink {
    private final Expander expander;
    private SuccessorSink sink;

    Observer(Expander expander) {
      this.expander = expander;
    }

    @Override
    public void initialStates(SuccessorSink target) {
      expander.initialStates(target);
    }

    @Override
    public void expand(long[] words, int offset, SuccessorSink target) {
      sink = target;
      log.expands(words, offset);
      expander.expand(words, offset, this);
    }

    @Override
    public void successor(
        int choice, long[] words, ChangedWords changed, long violated, long reached) {
      log.leadsTo(words);
      sink.successor(choice, words, changed, violated, reached);
    }

    @Override
    public void cut(int bound) {
      sink.cut(bound);
    }
  }
}
