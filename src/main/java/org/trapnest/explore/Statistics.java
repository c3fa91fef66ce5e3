package org.trapnest.explore;

/**
 * Counts of an exploration.
 *
 * @param states distinct states, the initial ones included
 * @param transitions transitions followed, those to known states included
 * @param depth the greatest distance of a stored state from an initial one (breadth-first), or the
 *     greatest depth of the search stack (depth-first)
 * @param waiting states that were stored but not expanded
 * @param seconds wall-clock time
 * @param storeBytes bytes of the store and of all that the search keeps besides, as measured at the
 *     end: parents breadth-first, the stack depth-first
 */
public record Statistics(
    long states, long transitions, int depth, long waiting, double seconds, long storeBytes) {

  public double statesPerSecond() {
    return seconds > 0 ? states / seconds : 0;
  }

  public double bytesPerState() {
    return states > 0 ? (double) storeBytes / states : 0;
  }
}
