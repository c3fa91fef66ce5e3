package org.trapnest.transition;

/** Receives the successors of one state. */
public interface SuccessorSink {

  /**
   * Receives one successor.
   *
   * @param choice the number of the choice that leads there, unique among the parent's successors
   * @param words the successor, from index 0; owned by the expander and valid during the call only
   * @param changed what differs from the parent
   * @param violated the checks that this transition or its target breaks, a bit each
   * @param reached the checks whose antecedent this transition or its target meets, a bit each
   */
  void successor(int choice, long[] words, ChangedWords changed, long violated, long reached);

  /** Says that a bound of the model suppressed a successor of the current state. */
  void cut(int bound);
}
