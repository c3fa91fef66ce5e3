package org.trapnest.slip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.trapnest.asm.SourceReader;
import org.trapnest.diag.Diagnostics;
import org.trapnest.explore.Exploration;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.model.Check;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.EntryModel;
import org.trapnest.model.ModelLoader;
import org.trapnest.model.Verdict;
import org.trapnest.property.PropertyDeclaration;
import org.trapnest.slip.SlipResult.Outcome;

/** Verifies one configuration of a model with slips in its text. Safe for all threads. */
public final class SlipTrial {
  private final ConfiguredModel model;
  private final SourceReader sources;
  private final List<PropertyDeclaration> catalogue;
  private final ExplorationOptions options;

  /**
   * Trials of a configured model.
   *
   * @param sources what it was read from
   * @param catalogue the properties
   * @param options how to explore each; one that hits a limit is undecided
   */
  public SlipTrial(
      ConfiguredModel model,
      SourceReader sources,
      List<PropertyDeclaration> catalogue,
      ExplorationOptions options) {
    this.model = model;
    this.sources = sources;
    this.catalogue = List.copyOf(catalogue);
    this.options = options;
  }

  /** Verifies with one slip, until a verdict differs. */
  public SlipResult run(Slip slip, BooleanSupplier interruption) {
    Diagnostics diagnostics = new Diagnostics();
    ModelLoader loader = new ModelLoader(new SlippedSources(sources, slip));
    Optional<ConfiguredModel> slipped =
        loader
            .load(model.model().file().path(), model.model().name(), diagnostics)
            .flatMap(m -> loader.configure(m, model.configuration(), catalogue, diagnostics));
    if (slipped.isEmpty()) {
      return new SlipResult(slip, Outcome.CAUGHT, List.of("the model is rejected"));
    }
    EntryModel system = slipped.get().transitionSystem();
    Alarm alarm = new Alarm(system, unexpected(slipped.get().checks()), interruption);
    ExplorationResult result = Exploration.run(alarm, options, alarm.monitor());
    List<String> by = differing(slipped.get().checks(), result, alarm.rung());
    if (!by.isEmpty()) {
      return new SlipResult(slip, Outcome.CAUGHT, by);
    }
    boolean complete = decided(result.completion()) && result.undecided() == 0;
    return complete
        ? new SlipResult(slip, Outcome.MISSED, List.of())
        : new SlipResult(slip, Outcome.UNDECIDED, List.of(words(result.completion())));
  }

  private static boolean decided(Completion completion) {
    return completion == Completion.COMPLETE || completion == Completion.DECIDED;
  }

  private static String words(Completion completion) {
    return completion.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The engine checks whose violation is not what the model expects, a bit each. */
  private static long unexpected(List<Check> checks) {
    long mask = 1L << EntryModel.UNMODELLED_CHECK;
    for (int i = 0; i < checks.size(); i++) {
      if (checks.get(i).expected() != Verdict.VIOLATED) {
        mask |= 1L << i + 1;
      }
    }
    return mask;
  }

  private static List<String> differing(List<Check> checks, ExplorationResult result, long rung) {
    List<String> by = new ArrayList<>();
    if ((rung & 1L << EntryModel.UNMODELLED_CHECK) != 0) {
      by.add("unmodelled");
    }
    for (int i = 0; i < checks.size(); i++) {
      Check check = checks.get(i);
      Verdict verdict = check.verdict(i + 1, result);
      boolean differs = verdict != Verdict.INCOMPLETE && verdict != check.expected();
      if (differs || (rung >>> i + 1 & 1) != 0) {
        by.add(check.id());
      }
    }
    return by;
  }
}
