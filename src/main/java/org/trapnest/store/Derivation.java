package org.trapnest.store;

import org.trapnest.transition.Expander;

/** From what a state follows, so that a store need not keep all of it. */
public interface Derivation {
  /** The state that a state was first reached from, which is not an initial one. */
  long parent(long state);

  /** A new expander, to be used by one thread. */
  Expander newExpander();
}
