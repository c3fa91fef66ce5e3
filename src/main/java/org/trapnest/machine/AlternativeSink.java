package org.trapnest.machine;

/** Receives the alternatives of a state, one after the other. */
public interface AlternativeSink {

  /**
   * Receives one alternative.
   *
   * @param choice its {@link Choice} number
   * @param after the state behind it; valid during the call, its journal holds the change
   * @param seen what the transition did
   */
  void alternative(int choice, MachineState after, Observation seen);

  /** Says that a bound suppressed an alternative. */
  void cut(int bound);
}
