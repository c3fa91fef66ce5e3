package org.trapnest.property;

import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/** One property as fast code. Immutable and free of state, so any thread may use it. */
public interface CompiledProperty {

  /** Whether a transition breaks the property. */
  boolean violated(MachineState after, Observation seen);

  /** Whether a transition meets an antecedent of the property; see {@link BoundProperty}. */
  boolean reached(MachineState after, Observation seen);
}
