package org.trapnest.coverage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.trapnest.machine.Gate;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Reception;
import org.trapnest.x86.Vector;

/** Makes the report on gaps from what an exploration has seen. */
public final class GapFinder {
  private final Survey survey;
  private final MachineModel model;

  private GapFinder(Survey survey) {
    this.survey = survey;
    this.model = survey.model().machine();
  }

  public static GapReport report(Survey survey) {
    return new GapFinder(survey).report();
  }

  private GapReport report() {
    List<GapReport.Openings> gaps = new ArrayList<>();
    for (Gap gap : Gap.values()) {
      List<GapReport.Path> paths = new ArrayList<>();
      survey.log().kernel().forEach((kind, boundaries) -> paths(gap, kind, boundaries, paths));
      gaps.add(new GapReport.Openings(gap, survey.tracked().contains(gap), paths));
    }
    return new GapReport(survey, model.system().fred().isPresent() ? "FRED" : "IDT", gaps);
  }

  private void paths(
      Gap gap,
      ContextKind kind,
      SortedMap<Integer, Boundary> boundaries,
      List<GapReport.Path> paths) {
    Phases phases = new Phases(model, boundaries);
    for (Phase phase : Phase.values()) {
      List<SortedMap<Integer, Boundary>> runs = new ArrayList<>();
      boundaries.forEach(
          (index, boundary) -> {
            if (boundary.open(gap) > 0 && phases.of(index) == phase) {
              if (runs.isEmpty() || runs.get(runs.size() - 1).lastKey() != index - 1) {
                runs.add(new TreeMap<>());
              }
              runs.get(runs.size() - 1).put(index, boundary);
            }
          });
      runs.sort(Comparator.comparingInt(run -> firstOnTheWay(phases, run)));
      if (!runs.isEmpty()) {
        paths.add(new GapReport.Path(kind, phase, runs.stream().map(r -> window(gap, r)).toList()));
      }
    }
  }

  private static int firstOnTheWay(Phases phases, SortedMap<Integer, Boundary> run) {
    return run.keySet().stream().mapToInt(phases::distance).min().orElse(Integer.MAX_VALUE);
  }

  private GapReport.Window window(Gap gap, SortedMap<Integer, Boundary> run) {
    Set<String> closers = new LinkedHashSet<>();
    Map<Vector, Map<Reception, Long>> events = new EnumMap<>(Vector.class);
    run.forEach(
        (index, boundary) -> {
          if (boundary.closes(gap)) {
            boolean released = gap == Gap.REENTRANCE && model.marks().releases().containsKey(index);
            closers.add((released ? "the release before " : "") + Places.instruction(model, index));
          }
          boundary.receptions(gap).forEach((vector, counts) -> add(events, vector, counts));
        });
    List<GapReport.Arrival> arriving = new ArrayList<>();
    List<GapReport.Held> held = new ArrayList<>();
    events.forEach(
        (vector, counts) -> {
          if (counts.containsKey(Reception.DELIVERED)) {
            arriving.add(arrival(vector));
          } else {
            List<String> reasons = counts.keySet().stream().map(Reception::words).toList();
            held.add(new GapReport.Held(vector.manualName(), reasons));
          }
        });
    boolean always = run.values().stream().allMatch(b -> b.open(gap) == b.states());
    return new GapReport.Window(
        Places.of(model, run.firstKey()),
        Places.of(model, run.lastKey()),
        run.size(),
        always,
        new ArrayList<>(closers),
        arriving,
        held);
  }

  private static void add(
      Map<Vector, Map<Reception, Long>> events, Vector vector, Map<Reception, Long> counts) {
    Map<Reception, Long> sum = events.computeIfAbsent(vector, v -> new EnumMap<>(Reception.class));
    counts.forEach((reception, count) -> sum.merge(reception, count, Long::sum));
  }

  /** What handles an event that interrupts the kernel. */
  private GapReport.Arrival arrival(Vector vector) {
    if (model.system().fred().isPresent()) {
      MachineModel.Fred fred = model.system().fred().get();
      int level =
          vector == Vector.IRQ
              ? fred.interruptLevel()
              : (int) (fred.stackLevels() >>> 2 * vector.number() & 3);
      return new GapReport.Arrival(
          vector.manualName(), label(fred.kernelEntry()), "stack level " + level);
    }
    Gate gate = model.gates().get(vector);
    if (gate == null) {
      return new GapReport.Arrival(vector.manualName(), "no gate", "none");
    }
    String stack = gate.ist() == 0 ? "the interrupted stack" : "IST " + gate.ist();
    return new GapReport.Arrival(vector.manualName(), label(gate.handler()), stack);
  }

  private String label(long address) {
    int index = model.program().indexAt(address);
    return index < 0 ? "0x" + Long.toHexString(address) : model.program().at(index).label();
  }
}
