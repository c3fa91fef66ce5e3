package org.trapnest.transition;

/**
 * A system that is another one but for what its class says. Claims of what stays possible and
 * expansion ahead are not passed on, since a class that watches or changes transitions must say
 * itself what becomes of them.
 */
public interface Delegating extends TransitionSystem {
  /** The other system. */
  TransitionSystem inner();

  @Override
  default int wordCount() {
    return inner().wordCount();
  }

  @Override
  default int checkCount() {
    return inner().checkCount();
  }

  @Override
  default int boundCount() {
    return inner().boundCount();
  }

  @Override
  default Expander newExpander() {
    return inner().newExpander();
  }

  @Override
  default int preference(long[] words, int offset) {
    return inner().preference(words, offset);
  }
}
