package org.trapnest.property;

import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/** The code of a property set: generated classes, and the interpreter behind the same interface. */
abstract class PropertySetCode {
  /** The objects to which generated code refers. */
  final CodeTable[] tables;

  PropertySetCode(CodeTable[] tables) {
    this.tables = tables;
  }

  /** The properties that a transition breaks, a bit each. */
  public abstract long violated(MachineState after, Observation seen);

  /** The properties that a transition reaches, a bit each. */
  public abstract long reached(MachineState after, Observation seen);
}
