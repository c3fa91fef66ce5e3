package org.trapnest.explore;

import org.trapnest.transition.Expander;
import org.trapnest.transition.TransitionSystem;

/** A system that is another one but for what its class says. */
interface Delegating extends TransitionSystem {
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
