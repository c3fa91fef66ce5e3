package org.trapnest.model;

import java.util.List;
import org.trapnest.machine.MachineModel;

/**
 * A model linked in one configuration: all that an exploration and a report need.
 *
 * @param model the model
 * @param configuration the values of its switches
 * @param machine the linked machine model
 * @param checks the properties that apply in this configuration, with expectations
 * @param contentHash SHA-256 over the texts of all files read and the configuration, hexadecimal
 */
public record ConfiguredModel(
    Model model,
    Configuration configuration,
    MachineModel machine,
    List<Check> checks,
    String contentHash) {

  public ConfiguredModel {
    checks = List.copyOf(checks);
  }

  /** The same model with another nesting bound, at least one. */
  public ConfiguredModel withNesting(int maxContexts) {
    throw new UnsupportedOperationException();
  }

  /** The same model, checked against fewer properties. */
  public ConfiguredModel withChecks(List<Check> fewer) {
    return new ConfiguredModel(model, configuration, machine, fewer, contentHash);
  }

  public EntryModel transitionSystem() {
    return new EntryModel(machine, checks);
  }
}
