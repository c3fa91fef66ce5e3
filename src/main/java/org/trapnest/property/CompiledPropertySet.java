package org.trapnest.property;

import java.util.List;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/**
 * Several properties as fast code: bit {@code i} of each result is the property at position {@code
 * i} of the list. Immutable, so any thread may use it.
 */
public final class CompiledPropertySet {
  /** The greatest number of properties in a set. */
  public static final int MAX_PROPERTIES = 63;

  private final PropertySetCode code;

  /**
   * Compiles properties.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_PROPERTIES}
   */
  public CompiledPropertySet(List<BoundProperty> properties) {
    if (properties.size() > MAX_PROPERTIES) {
      throw new IllegalArgumentException(properties.size() + " properties in a set");
    }
    code = PropertySetCompiler.compile(properties);
  }

  /** The properties that a transition breaks. */
  public long violated(MachineState after, Observation seen) {
    return code.violated(after, seen);
  }

  /** The properties of which a transition meets an antecedent; see {@link BoundProperty}. */
  public long reached(MachineState after, Observation seen) {
    return code.reached(after, seen);
  }

  /** Whether the properties were too large for a class and are interpreted. */
  boolean interpreted() {
    return code instanceof InterpretedPropertySet;
  }
}
