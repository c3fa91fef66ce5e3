package org.trapnest.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final boolean passesOver;
  private final List<Deliveries> deliveries = new ArrayList<>();
  private final List<EntryExpander> expanders = new ArrayList<>();

  public EntryModel(MachineModel machine, List<Check> checks) {
    this(machine, checks, false);
  }

  private EntryModel(MachineModel machine, List<Check> checks, boolean passesOver) {
    this.machine = machine;
    this.passesOver = passesOver;
    this.checks = List.copyOf(checks);
    this.layout = new StateLayout(machine);
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
    return boundNames().size();
  }

  /**
   * What keeps the exploration from going on, in words: the machine's bounds in their order, then
   * the properties whose violation ends a path, then the machine where it cannot go on.
   */
  public List<String> boundNames() {
    List<String> names = new ArrayList<>(machine.boundNames());
    for (Check check : checks) {
      if (check.ends()) {
        names.add("paths end where " + check.id() + " is violated");
      }
    }
    names.add("paths end where the machine cannot go on");
    return names;
  }

  @Override
  public Expander newExpander() {
    Deliveries seen = new Deliveries();
    EntryExpander expander = expander(seen);
    synchronized (deliveries) {
      deliveries.add(seen);
      expanders.add(expander);
    }
    return expander;
  }

  private EntryExpander expander(Deliveries seen) {
    List<BoundProperty> properties = checks.stream().map(Check::property).toList();
    return new EntryExpander(
        new Machine(machine),
        layout,
        new CompiledPropertySet(properties),
        new EntryExpander.Notes(
            endingChecks(), boundCount() - 1, possibilities(), seen, passesOver));
  }

  /**
   * The same without the states at which nothing is chosen: a transition of it is one of this
   * system and all that must follow. What is checked on the way is checked as ever, so that
   * verdicts are the same; the shortest counterexample is one with the fewest choices.
   */
  public EntryModel withoutForcedStates() {
    return new EntryModel(machine, checks, true);
  }

  /** How many states were passed over so far, by all expanders; to be asked when they rest. */
  public long passedOver() {
    synchronized (deliveries) {
      return expanders.stream().mapToLong(EntryExpander::passedOver).sum();
    }
  }

  /**
   * The path, one instruction after the other, that a path of this system stands for.
   *
   * @param path choices from the start, the first of which picks the initial state
   */
  public List<Integer> unrolled(List<Integer> path) {
    return passesOver ? new Unrolling(expander(new Deliveries())).of(path) : path;
  }

  /**
   * Where each event was delivered, in words, by all expanders so far; to be asked when they rest.
   *
   * @return for each event its places in program order: {@code user}, {@code label+2}, {@code
   *     label+4-9}
   */
  public Map<String, List<String>> deliveries() {
    Deliveries all = new Deliveries();
    synchronized (deliveries) {
      deliveries.forEach(all::addAll);
    }
    return all.inWords(machine.program());
  }

  /** The engine's bound of each check that ends paths, by check; -1 for the others. */
  private int[] endingChecks() {
    int[] bounds = new int[checks.size()];
    int bound = machine.boundNames().size();
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = checks.get(i).ends() ? bound++ : -1;
    }
    return bounds;
  }

  @Override
  public long possibilities() {
    long mask = 0;
    for (int i = 0; i < checks.size(); i++) {
      mask |= checks.get(i).property().declaration().mustStayPossible() ? 2L << i : 0;
    }
    return mask;
  }

  @Override
  public boolean expandsAhead() {
    return !passesOver;
  }

  @Override
  public int preference(long[] words, int offset) {
    return (int) layout.read(words, offset, Slot.CONTEXTS);
  }
}
