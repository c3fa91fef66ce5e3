package org.trapnest.model;

import org.trapnest.explore.ExplorationResult;
import org.trapnest.property.BoundProperty;

/**
 * One property that a configured model is checked against.
 *
 * @param property the property, bound to the model
 * @param expected what the model predicts: {@code HOLDS}, {@code VIOLATED} or {@code VACUOUS}
 * @param ends whether a path is not followed any further where the property is violated
 */
public record Check(BoundProperty property, Verdict expected, boolean ends) {

  public String id() {
    return property.id();
  }

  /**
   * The verdict of an exploration.
   *
   * @param engineCheck the property's number among the checks of the {@link EntryModel}
   */
  public Verdict verdict(int engineCheck, ExplorationResult result) {
    if (result.violation(engineCheck).isPresent()) {
      return Verdict.VIOLATED;
    }
    if (result.completion() != ExplorationResult.Completion.COMPLETE
        || (result.undecided() >>> engineCheck & 1) != 0) {
      return Verdict.INCOMPLETE;
    }
    if ((result.reached() >>> engineCheck & 1) != 0) {
      return Verdict.HOLDS;
    }
    return property.declaration().mustBeReached() ? Verdict.VIOLATED : Verdict.VACUOUS;
  }
}
