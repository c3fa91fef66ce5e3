package org.trapnest.coverage;

import java.util.Set;
import org.trapnest.explore.Exploration;
import org.trapnest.explore.ExplorationMonitor;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationResult;
import org.trapnest.explore.ExplorationResult.Completion;
import org.trapnest.model.Check;
import org.trapnest.model.ConfiguredModel;

/** An exploration of a model with everything that was seen at its boundaries. */
public final class Survey {
  private static final Set<String> ABOUT_IBRS =
      Set.of("kernel-runs-with-ibrs", "user-runs-without-ibrs", "no-ret-before-ibrs");

  private final ConfiguredModel model;
  private final ExplorationResult result;
  private final BoundaryLog log;
  private final Set<Gap> tracked;

  private Survey(
      ConfiguredModel model, ExplorationResult result, BoundaryLog log, Set<Gap> tracked) {
    this.model = model;
    this.result = result;
    this.log = log;
    this.tracked = Set.copyOf(tracked);
  }

  /** Explores with one worker, and goes on behind violations. */
  public static Survey of(
      ConfiguredModel model, ExplorationOptions options, ExplorationMonitor monitor) {
    boolean ibrs = model.checks().stream().map(Check::id).anyMatch(ABOUT_IBRS::contains);
    GapRules rules = new GapRules(model.machine(), ibrs);
    BoundaryLog log = new BoundaryLog(model.machine(), rules);
    ExplorationOptions alone =
        new ExplorationOptions(options.search(), options.store(), 1, options.limits(), true);
    ObservedSystem system = new ObservedSystem(model.transitionSystem(), log);
    ExplorationResult result = Exploration.run(system, alone, monitor);
    return new Survey(model, result, log, rules.tracked());
  }

  /** What was explored. */
  public ConfiguredModel model() {
    return model;
  }

  /** How the exploration ended. */
  public ExplorationResult result() {
    return result;
  }

  /** Whether every reachable state was seen. */
  public boolean complete() {
    return result.completion() == Completion.COMPLETE;
  }

  BoundaryLog log() {
    return log;
  }

  /** The gaps that the model can say anything about. */
  Set<Gap> tracked() {
    return tracked;
  }
}
