package org.trapnest.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.trapnest.bench.NestReference.Counts;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.Limits;
import org.trapnest.explore.Statistics;

class MeasurementTest {
  private static Measurement measured(Search search, Completion completion, Counts reference) {
    ExplorationOptions options =
        new ExplorationOptions(search, StoreKind.TREE, 1, Limits.NONE, true);
    Statistics statistics = new Statistics(10, 12, 5, 0, 0.5, 400);
    ExplorationResult result =
        new ExplorationResult(completion, statistics, "0", List.of(), 0, 0, List.of());
    return new Measurement(
        "nest", "x", Map.of("levels", 1), 2, options, false, result, Optional.of(reference));
  }

  @Test
  void contradictsReference_anyCountOff_isTrueAndSaid() {
    for (Counts wrong :
        List.of(new Counts(11, 12, 5), new Counts(10, 13, 5), new Counts(10, 12, 6))) {
      Measurement measurement = measured(Search.BFS, Completion.COMPLETE, wrong);
      assertTrue(measurement.contradictsReference());
      assertTrue(MeasurementReport.text(measurement).contains("WRONG: the reference has"));
      assertTrue(MeasurementReport.json(measurement).contains("\"contradictsReference\" : true"));
    }
    assertFalse(
        measured(Search.BFS, Completion.COMPLETE, new Counts(10, 12, 5)).contradictsReference());
  }

  @Test
  void contradictsReference_incompleteOrDepthFirst_comparesOnlyWhatIsComparable() {
    assertFalse(
        measured(Search.BFS, Completion.MEMORY_LIMIT, new Counts(11, 12, 5))
            .contradictsReference());
    assertFalse(
        measured(Search.DFS, Completion.COMPLETE, new Counts(10, 12, 4)).contradictsReference());
    assertTrue(
        measured(Search.DFS, Completion.COMPLETE, new Counts(11, 12, 4)).contradictsReference());
  }
}
