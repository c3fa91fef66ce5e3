package org.trapnest.emulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.trapnest.emulator.StateTransfer.Difference;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Slot;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.x86.Msr;

/**
 * Runs a trace on an emulated processor: the model's own file assembled, the trace's events
 * delivered at its steps, all state compared behind each.
 */
public final class EmulatedReplay {
  private final Emulator emulator;
  private final ConfiguredModel configured;
  private final List<Integer> choices;

  /**
   * Prepares a replay.
   *
   * @param choices the choices from the start; the first picks the initial state
   */
  public EmulatedReplay(Emulator emulator, ConfiguredModel configured, List<Integer> choices) {
    this.emulator = emulator;
    this.configured = configured;
    this.choices = List.copyOf(choices);
  }

  /**
   * What a replay came to.
   *
   * @param steps how many steps both took alike
   * @param departure where and how they parted, or empty
   * @param notes what stood for something else, and known differences that were met
   */
  public record Result(int steps, Optional<String> departure, List<String> notes) {
    public Result {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Runs the trace.
   *
   * @throws EmulatorFailure if a tool or the emulator fails
   */
  public Result run() {
    MachineModel model = configured.machine();
    Lockstep lockstep = new Lockstep(emulator, model, program(model));
    lockstep.begin();
    Optional<String> departure = differs(0, lockstep.differences());
    int step = 0;
    while (departure.isEmpty() && step + 1 < choices.size()) {
      step++;
      departure = take(lockstep, step);
    }
    int alike = departure.isEmpty() ? step : Math.max(0, step - 1);
    return new Result(alike, departure, notes(lockstep));
  }

  private GuestProgram program(MachineModel model) {
    Map<String, Long> definitions = new HashMap<>(configured.configuration().values());
    configured.configuration().ablation().ifPresent(a -> definitions.put(a, 1L));
    Path file = Path.of(configured.model().file().path());
    return GuestProgram.build(file, definitions, model, emulator.folder());
  }

  private Optional<String> take(Lockstep lockstep, int step) {
    String place = lockstep.place();
    int choice = choices.get(step);
    if (!lockstep.offered().contains(choice)) {
      return Optional.of("step %d, at %s: the model does not offer it".formatted(step, place));
    }
    try {
      boolean last = step + 1 == choices.size();
      return switch (lockstep.take(choice)) {
        case TAKEN -> {
          List<Difference> found = last ? lockstep.differences() : lockstep.newDifferences();
          yield differs(step, found).map(d -> d + "\n  behind " + place);
        }
        case SHUT_DOWN -> Optional.empty();
        case MACHINE_ENDED ->
            last ? Optional.empty() : Optional.of("step " + step + " ends the run");
      };
    } catch (Unsupported unsupported) {
      return Optional.of("step %d, at %s: %s".formatted(step, place, unsupported.getMessage()));
    } catch (EmulatorFailure failure) {
      return Optional.of("step %d, at %s: %s".formatted(step, place, failure.getMessage()));
    }
  }

  private static Optional<String> differs(int step, List<Difference> found) {
    if (found.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder("step " + step + ":");
    found.forEach(d -> text.append("\n  ").append(d));
    return Optional.of(text.toString());
  }

  private static List<String> notes(Lockstep lockstep) {
    List<String> notes = new ArrayList<>();
    lockstep
        .standInsUsed()
        .forEach(
            (number, real) ->
                notes.add(
                    "%s (MSR 0x%x), which the emulator lacks, was kept in MSR 0x%x"
                        .formatted(name(number), number, real)));
    for (KnownDifference difference : new TreeSet<>(lockstep.met())) {
      notes.add("known difference: " + difference.emulator() + " (" + difference.manual() + ")");
    }
    return notes;
  }

  private static String name(int msr) {
    return msr == Msr.SPEC_CTRL
        ? Slot.name(Slot.SPEC_CTRL).toUpperCase(java.util.Locale.ROOT)
        : "a declared register";
  }
}
