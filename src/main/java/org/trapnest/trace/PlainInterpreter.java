package org.trapnest.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Choice;
import org.trapnest.machine.Event;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.model.Check;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.EntryModel;
import org.trapnest.property.BoundProperty;

/**
 * Runs a model along a given path on whole machine states: no store, no packing, no compiled
 * properties. It confirms what a search claims, and records each step for people.
 */
public final class PlainInterpreter {
  private final ConfiguredModel configured;
  private final MachineModel model;
  private final StepRecorder recorder;

  public PlainInterpreter(ConfiguredModel configured) {
    this.configured = configured;
    this.model = configured.machine();
    this.recorder = new StepRecorder(model);
  }

  /** What a replay came to: the run as far as it went, and where it departed, if it did. */
  public record Replay(Counterexample run, Optional<Departure> departure, boolean violated) {}

  /**
   * Replays a violation that a search found.
   *
   * @param check the property, or empty for unmodelled behaviour
   * @param path the choices from the start; the first picks the initial state
   * @throws ReplayMismatch if a choice is not offered or the last step does not break the property
   */
  public Counterexample confirm(Optional<Check> check, List<Integer> path) {
    Replay replay = follow(check, path);
    replay
        .departure()
        .ifPresent(
            d -> {
              throw new ReplayMismatch("step " + d.step() + " is not offered: " + d.choice());
            });
    if (!replay.violated()) {
      throw new ReplayMismatch(
          "the last step does not break " + check.map(Check::id).orElse("unmodelled"));
    }
    return replay.run();
  }

  /** Follows a path as far as the model offers its choices. */
  public Replay follow(Optional<Check> check, List<Integer> path) {
    Walker walker = new Walker();
    List<TraceStep> steps = new ArrayList<>();
    Optional<Departure> departure = Optional.empty();
    for (int i = 1; i < path.size() && departure.isEmpty(); i++) {
      Optional<TraceStep> step = walker.step(i, path.get(i), check);
      step.ifPresent(steps::add);
      if (step.isEmpty()) {
        departure = Optional.of(new Departure(i, inWords(path.get(i)), walker.offered));
      }
    }
    if (path.size() <= 1) {
      walker.violated = violates(check, walker.state, new Observation());
    }
    check
        .filter(c -> c.property().declaration().mustStayPossible())
        .ifPresent(c -> walker.lookAhead(c.property()));
    Explanation explanation = new ExplanationBuilder(model).build(check, walker.ending(), steps);
    Counterexample run =
        new Counterexample(
            configured.model().name(),
            configured.model().file().path(),
            configured.configuration(),
            configured.variant(),
            check.map(Check::id),
            path,
            steps,
            explanation);
    return new Replay(run, departure, walker.violated);
  }

  /** The choice in words, for departures. */
  static String inWords(int choice) {
    return switch (Choice.kind(choice)) {
      case ARRIVAL -> "the arrival of event rule " + Choice.parameter(choice);
      case PENDING -> "the pending " + Event.byOrdinal(Choice.parameter(choice)).manualName();
      case INSTRUCTION -> "the instruction, alternative " + Choice.parameter(choice);
      case USER_ENTRY -> "user entry " + Choice.parameter(choice);
      case USER_WRITE -> "user write " + Choice.parameter(choice);
    };
  }

  private boolean violates(Optional<Check> check, MachineState after, Observation seen) {
    if (check.isPresent()) {
      return check.get().property().violated(after, seen);
    }
    boolean broken = configured.checks().stream().anyMatch(c -> c.property().violated(after, seen));
    return EntryModel.endsUncovered(after, broken);
  }

  /** What the last step came to. */
  record Ending(long[] before, long[] after, String because, String machineWords) {}

  private final class Walker implements AlternativeSink {
    private final Machine machine = new Machine(model);
    private final MachineState state = machine.initialState();
    private List<String> offered = new ArrayList<>();
    private boolean violated;
    private int wanted;
    private int number;
    private Optional<Check> check = Optional.empty();
    private long[] before = state.toArray();
    private Optional<long[]> after = Optional.empty();
    private Optional<TraceStep> recorded = Optional.empty();
    private String because = "";
    private String machineWords = "";

    Walker() {
      machine.explaining(true);
    }

    Optional<TraceStep> step(int stepNumber, int choice, Optional<Check> checked) {
      wanted = choice;
      number = stepNumber;
      check = checked;
      offered = new ArrayList<>();
      recorded = Optional.empty();
      before = state.toArray();
      after = Optional.empty();
      state.commit();
      machine.expand(state, this);
      after.ifPresent(state::loadAll);
      return recorded;
    }

    @Override
    public void alternative(int choice, MachineState reached, Observation seen) {
      offered.add(inWords(choice));
      if (choice != wanted) {
        return;
      }
      long[] values = reached.toArray();
      after = Optional.of(values);
      violated = violates(check, reached, seen);
      because =
          check.filter(c -> violated).map(c -> c.property().because(reached, seen)).orElse("");
      machineWords = seen.explanation();
      recorded = Optional.of(recorder.record(number, choice, seen, before, values));
    }

    @Override
    public void cut(int bound) {
      offered.add("(suppressed: " + model.boundNames().get(bound) + ")");
    }

    /** A property that something stays possible is not broken by a step, but by what follows. */
    void lookAhead(BoundProperty property) {
      PlainSearch search = new PlainSearch(model, property);
      violated = !search.comesTrue(state.toArray());
      if (violated) {
        because =
            "From here on no run comes to '%s': %s%d states lie ahead. %s"
                .formatted(
                    property.claimText(),
                    search.states() < PlainSearch.MOST_STATES ? "" : "more than ",
                    search.states(),
                    new Rest(model).from(state.toArray()));
      }
    }

    Ending ending() {
      return new Ending(before, state.toArray(), because, machineWords);
    }
  }
}
