package org.trapnest.model;

import java.util.List;
import org.trapnest.layout.StateLayout;
import org.trapnest.machine.Halt;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Slot;
import org.trapnest.property.BoundProperty;
import org.trapnest.property.CompiledPropertySet;
import org.trapnest.transition.Expander;
import org.trapnest.transition.TransitionSystem;

/**
 * A model in one configuration as a transition system.
 *
 * <p>Engine check 0 is "behaviour was reached that no rule and no property covers"; check {@code i
 * + 1} is {@link #checks} position {@code i}.
 */
public final class EntryModel implements TransitionSystem {
  /** The engine check that is violated when the machine has no rule. */
  public static final int UNMODELLED_CHECK = 0;

  private final MachineModel machine;
  private final List<Check> checks;
  private final StateLayout layout;

  public EntryModel(MachineModel machine, List<Check> checks) {
    this.machine = machine;
    this.checks = List.copyOf(checks);
    this.layout = new StateLayout(machine.slots().widthBits());
  }

  public MachineModel machine() {
    return machine;
  }

  public List<Check> checks() {
    return checks;
  }

  /**
   * Whether a transition ended the machine's run with nobody to say so: for want of a rule, or by a
   * finding that breaks no checked property. Without this check such a path would be cut silently.
   *
   * @param broken whether the transition breaks a checked property
   */
  public static boolean endsUncovered(MachineState after, boolean broken) {
    long halt = after.read(Slot.HALT);
    return halt != 0
        && switch (Halt.kind(halt)) {
          case UNMODELLED -> true;
          case FINDING -> !broken;
          case STOPPED -> false;
        };
  }

  /** The name of an engine check: a property's id, or {@code unmodelled}. */
  public String checkName(int engineCheck) {
    return engineCheck == UNMODELLED_CHECK ? "unmodelled" : checks.get(engineCheck - 1).id();
  }

  @Override
  public int wordCount() {
    return layout.wordCount();
  }

  @Override
  public int checkCount() {
    return checks.size() + 1;
  }

  @Override
  public int boundCount() {
    return machine.boundNames().size();
  }

  @Override
  public Expander newExpander() {
    List<BoundProperty> properties = checks.stream().map(Check::property).toList();
    return new EntryExpander(new Machine(machine), layout, new CompiledPropertySet(properties));
  }

  @Override
  public int preference(long[] words, int offset) {
    return (int) layout.read(words, offset, Slot.CONTEXTS);
  }
}
