package org.trapnest.model;

import java.util.List;
import org.trapnest.machine.Assumption;
import org.trapnest.machine.MachineModel;

/**
 * A model linked in one configuration: all that an exploration and a report need.
 *
 * @param model the model
 * @param configuration the values of its switches
 * @param variant how it is explored otherwise than its text says
 * @param machine the linked machine model
 * @param checks the properties that apply in this configuration, with expectations
 * @param contentHash SHA-256 over the texts of all files read and the configuration, hexadecimal
 */
public record ConfiguredModel(
    Model model,
    Configuration configuration,
    Variant variant,
    MachineModel machine,
    List<Check> checks,
    String contentHash) {

  public ConfiguredModel {
    checks = List.copyOf(checks);
  }

  /** The same model, explored otherwise than its text says. */
  public ConfiguredModel as(Variant other) {
    MachineModel varied = machine;
    if (other.nesting().isPresent()) {
      varied = varied.withNesting(other.nesting().get());
    }
    if (other.latches()) {
      varied = varied.assuming(Assumption.LATCHES);
    }
    return new ConfiguredModel(model, configuration, other, varied, checks, contentHash);
  }

  /** The same model, checked against fewer properties. */
  public ConfiguredModel withChecks(List<Check> fewer) {
    return new ConfiguredModel(model, configuration, variant, machine, fewer, contentHash);
  }

  public EntryModel transitionSystem() {
    return new EntryModel(machine, checks);
  }
}
