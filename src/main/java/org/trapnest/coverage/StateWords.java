package org.trapnest.coverage;

/** Slots of a state, wherever it is kept. */
interface StateWords {
  long read(int slot);
}
