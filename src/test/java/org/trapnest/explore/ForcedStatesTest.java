package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.Diagnostics;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.EntryModel;
import org.trapnest.model.Model;
import org.trapnest.model.ModelLoader;
import org.trapnest.property.PropertyDeclaration;
import org.trapnest.property.ShippedCatalogue;
import org.trapnest.trace.PlainInterpreter;

/** The machine's way of passing over forced states against the plain one and against none. */
class ForcedStatesTest {
  private static final Path TINY = Path.of("src/test/resources/models/tiny");

  private static List<ConfiguredModel> configurations(String name) {
    Diagnostics diagnostics = new Diagnostics();
    List<PropertyDeclaration> catalogue = ShippedCatalogue.read().properties();
    ModelLoader loader = new ModelLoader(new FileSources());
    Model model = loader.load(TINY.resolve(name).toString(), name, diagnostics).orElseThrow();
    return model.configurations().stream()
        .map(c -> loader.configure(model, c, catalogue, diagnostics).orElseThrow())
        .toList();
  }

  private static ExplorationResult run(
      org.trapnest.transition.TransitionSystem system, int workers) {
    return Exploration.run(
        system,
        new ExplorationOptions(Search.BFS, StoreKind.TREE, workers, Limits.NONE, true),
        ExplorationMonitor.SILENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"syscall-nmi.S", "nmi-trusts-saved-cs.S", "shadow-stacks.S", "fred.S"})
  void passedOver_byTheMachine_isAsThePlainTwinDoesIt(String name) {
    for (ConfiguredModel configured : configurations(name)) {
      EntryModel every = configured.transitionSystem();
      EntryModel fewer = every.withoutForcedStates();
      ChoicePoints twin = new ChoicePoints(configured.transitionSystem());
      ExplorationResult plain = run(twin, 1);
      ExplorationResult result = run(fewer, 2);
      assertEquals(plain.digest(), result.digest());
      assertEquals(plain.statistics().states(), result.statistics().states());
      assertEquals(plain.statistics().transitions(), result.statistics().transitions());
      assertEquals(plain.cuts(), result.cuts());
      assertEquals(plain.reached(), result.reached());
      assertEquals(plain.violations(), result.violations());
      assertEquals(
          plain.withPaths(twin::unrolled).violations(),
          result.withPaths(fewer::unrolled).violations());
      ExplorationResult all = run(every, 2);
      assertEquals(checks(all), checks(result));
      assertEquals(every.deliveries(), fewer.deliveries());
      assertTrue(result.statistics().states() < all.statistics().states());
      confirm(configured, fewer, result);
    }
  }

  private static List<Integer> checks(ExplorationResult result) {
    return result.violations().stream().map(Violation::check).toList();
  }

  private static void confirm(
      ConfiguredModel configured, EntryModel fewer, ExplorationResult result) {
    PlainInterpreter interpreter = new PlainInterpreter(configured);
    for (Violation violation : result.withPaths(fewer::unrolled).violations()) {
      int check = violation.check() - 1;
      assertTrue(check >= 0, "nothing is unmodelled");
      interpreter.confirm(java.util.Optional.of(configured.checks().get(check)), violation.path());
    }
  }
}
