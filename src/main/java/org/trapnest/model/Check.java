package org.trapnest.model;

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
}
