package org.trapnest.property;

import java.util.List;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/**
 * Several properties as fast code: bit {@code i} of each result is the property at position {@code
 * i} of the list. Immutable and free of state, so any thread may use it.
 */
public interface CompiledPropertySet {
  /** The greatest number of properties in a set. */
  int MAX_PROPERTIES = 63;

  /**
   * Compiles properties.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_PROPERTIES}
   */
  static CompiledPropertySet of(List<BoundProperty> properties) {
    if (properties.size() > MAX_PROPERTIES) {
      throw new IllegalArgumentException(properties.size() + " properties in a set");
    }
    return PropertySetCompiler.compile(properties);
  }

  /** The properties that a transition breaks. */
  long violated(MachineState after, Observation seen);

  /** The properties of which a transition meets an antecedent; see {@link BoundProperty}. */
  long reached(MachineState after, Observation seen);
}
