package org.trapnest.property;

import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.Diagnostics;
import org.trapnest.machine.MachineModel;

/** Placeholder. */
public final class PropertyBinder {
  private PropertyBinder() {}

  /** Placeholder. */
  public static Optional<BoundProperty> bind(
      PropertyDeclaration p, MachineModel m, Map<String, String> a, Diagnostics d) {
    return Optional.of(new BoundProperty(p.id()));
  }
}
