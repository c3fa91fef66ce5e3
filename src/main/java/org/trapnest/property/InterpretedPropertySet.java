package org.trapnest.property;

import java.util.List;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/** A property set that is interpreted, for properties too large to be compiled. */
final class InterpretedPropertySet extends PropertySetCode {
  private final List<BoundProperty> properties;

  InterpretedPropertySet(List<BoundProperty> properties) {
    super(new CodeTable[0]);
    this.properties = List.copyOf(properties);
  }

  @Override
  public long violated(MachineState after, Observation seen) {
    long mask = 0;
    for (int i = 0; i < properties.size(); i++) {
      mask |= properties.get(i).violated(after, seen) ? 1L << i : 0;
    }
    return mask;
  }

  @Override
  public long reached(MachineState after, Observation seen) {
    long mask = 0;
    for (int i = 0; i < properties.size(); i++) {
      mask |= properties.get(i).reached(after, seen) ? 1L << i : 0;
    }
    return mask;
  }
}
