package org.trapnest.coverage;

import java.nio.file.Path;
import java.util.Optional;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.explore.ExplorationMonitor;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.Limits;
import org.trapnest.model.Configuration;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.Model;
import org.trapnest.model.ModelLoader;
import org.trapnest.property.ShippedCatalogue;

/** Explores models in their first configuration. */
final class Surveys {
  static final Path TINY = Path.of("src/test/resources/models/tiny");

  private Surveys() {}

  static Survey of(Path file) {
    return of(file, Search.BFS, Limits.NONE);
  }

  static Survey of(Path file, Search search, Limits limits) {
    Diagnostics diagnostics = new Diagnostics();
    ModelLoader loader = new ModelLoader(new FileSources());
    ConfiguredModel model =
        loader
            .load(file.toString(), "tiny", diagnostics)
            .flatMap(m -> configured(loader, m, diagnostics))
            .orElseThrow(() -> new AssertionError(DiagnosticPrinter.print(diagnostics.all())));
    ExplorationOptions options = new ExplorationOptions(search, StoreKind.FLAT, 1, limits, false);
    return Survey.of(model, options, ExplorationMonitor.SILENT);
  }

  private static Optional<ConfiguredModel> configured(
      ModelLoader loader, Model model, Diagnostics diagnostics) {
    Configuration first = model.configurations().get(0);
    return loader.configure(model, first, ShippedCatalogue.read().properties(), diagnostics);
  }
}
