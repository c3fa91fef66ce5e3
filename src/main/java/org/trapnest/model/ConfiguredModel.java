package org.trapnest.model;

import java.util.ArrayList;
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

  /** The same model with another nesting bound, 1 to 15. */
  public ConfiguredModel withNesting(int maxContexts) {
    List<String> bounds = new ArrayList<>(machine.boundNames());
    bounds.set(0, "at most " + maxContexts + " live contexts");
    MachineModel bounded =
        new MachineModel(
            machine.program(),
            machine.memory(),
            machine.gates(),
            machine.system(),
            machine.events(),
            machine.user(),
            machine.c(),
            machine.continuations(),
            machine.marks(),
            machine.assumptions(),
            maxContexts,
            machine.faultContexts(),
            bounds,
            machine.symbols(),
            machine.tokenNames(),
            machine.slots().withContexts(maxContexts + machine.faultContexts()));
    return new ConfiguredModel(model, configuration, bounded, checks, contentHash);
  }

  /** The same model, checked against fewer properties. */
  public ConfiguredModel withChecks(List<Check> fewer) {
    return new ConfiguredModel(model, configuration, machine, fewer, contentHash);
  }

  public EntryModel transitionSystem() {
    return new EntryModel(machine, checks);
  }
}
