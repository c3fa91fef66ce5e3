package org.trapnest.coverage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.trapnest.coverage.CoverageReport.Received;
import org.trapnest.coverage.CoverageReport.Row;
import org.trapnest.coverage.CoverageReport.Unreached;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Opcode;

/** Makes the report on coverage from what an exploration has seen. */
public final class CoverageFinder {
  private final Survey survey;
  private final MachineModel model;
  private final BitSet reached = new BitSet();

  private CoverageFinder(Survey survey) {
    this.survey = survey;
    this.model = survey.model().machine();
  }

  public static CoverageReport report(Survey survey) {
    return new CoverageFinder(survey).report();
  }

  private CoverageReport report() {
    List<Row> rows = new ArrayList<>();
    rows.add(row(Optional.empty(), BoundaryLog.USER, survey.log().user()));
    survey
        .log()
        .kernel()
        .forEach(
            (kind, boundaries) ->
                boundaries.forEach(
                    (index, boundary) -> {
                      if (boundary.states() > 0) {
                        reached.set(index);
                        rows.add(row(Optional.of(kind), index, boundary));
                      }
                    }));
    return new CoverageReport(survey, rows, unreached());
  }

  private Row row(Optional<ContextKind> kind, int index, Boundary boundary) {
    List<Received> events = new ArrayList<>();
    boundary
        .receptions()
        .forEach(
            (vector, counts) ->
                counts.forEach(
                    (reception, states) -> events.add(new Received(vector, reception, states))));
    return new Row(kind, index, Places.of(model, index), boundary.states(), events);
  }

  private List<Unreached> unreached() {
    UnreachedReasons reasons = new UnreachedReasons(model, reached);
    List<Unreached> runs = new ArrayList<>();
    model.program().instructions().stream()
        .filter(i -> i.opcode() == Opcode.END)
        .forEach(i -> reached.set(i.index()));
    int count = model.program().instructions().size();
    int first = reached.nextClearBit(0);
    while (first < count) {
      int behind = reached.nextSetBit(first);
      int last = (behind < 0 ? count : behind) - 1;
      runs.add(
          new Unreached(
              Places.of(model, first),
              Places.of(model, last),
              last - first + 1,
              reasons.why(first, last)));
      first = reached.nextClearBit(last + 1);
    }
    return runs;
  }
}
