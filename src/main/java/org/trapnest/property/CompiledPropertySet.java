package org.trapnest.property;

import java.util.List;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/** Placeholder. */
public final class CompiledPropertySet {
  public CompiledPropertySet(List<BoundProperty> properties) {}

  /** Placeholder. */
  public long violated(MachineState s, Observation o) {
    return 0;
  }

  /** Placeholder. */
  public long reached(MachineState s, Observation o) {
    return 0;
  }
}
