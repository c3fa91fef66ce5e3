package org.trapnest.trace;

import java.util.List;

/**
 * Where a path leaves what a model offers.
 *
 * @param step the number of the step that could not be taken, from one
 * @param choice the choice that is not offered
 * @param offered what is offered instead, in words
 */
public record Departure(int step, String choice, List<String> offered) {

  public Departure {
    offered = List.copyOf(offered);
  }
}
