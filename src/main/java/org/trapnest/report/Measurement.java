package org.trapnest.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.trapnest.bench.NestReference;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.explore.Statistics;

/**
 * One measured exploration.
 *
 * @param workload what kind of system: {@code nest} or {@code model}
 * @param title the system's name for people
 * @param parameters what identifies it, in order: numbers and strings
 * @param wordCount the words in each of its states
 * @param options how it was explored
 * @param warm whether the same was explored before in the same process
 * @param result what was found
 * @param reference what an independent program counts on it, if that is known
 */
public record Measurement(
    String workload,
    String title,
    Map<String, Object> parameters,
    int wordCount,
    ExplorationOptions options,
    boolean warm,
    ExplorationResult result,
    Optional<NestReference.Counts> reference) {

  public Measurement {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Whether the counts of a complete exploration differ from those of the reference. */
  public boolean contradictsReference() {
    Statistics found = result.statistics();
    return result.completion() == Completion.COMPLETE
        && reference
            .filter(
                r ->
                    r.states() != found.states()
                        || r.transitions() != found.transitions()
                        || options.search() == Search.BFS && r.depth() != found.depth())
            .isPresent();
  }
}
