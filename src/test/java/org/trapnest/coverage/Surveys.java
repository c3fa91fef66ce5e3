package org.trapnest.coverage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.explore.ExplorationMonitor;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.Limits;
import org.trapnest.model.Configuration;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.Model;
import org.trapnest.model.ModelLoader;
import org.trapnest.property.PropertyCatalogue;
import org.trapnest.property.PropertyDeclaration;

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
    return loader.configure(model, first, properties(diagnostics), diagnostics);
  }

  private static List<PropertyDeclaration> properties(Diagnostics diagnostics) {
    try (Stream<Path> files = Files.list(Path.of("properties"))) {
      List<SourceFile> sources = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".prop")).sorted().toList()) {
        sources.add(new SourceFile(file.toString(), Files.readString(file)));
      }
      return PropertyCatalogue.parse(sources, diagnostics).properties();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
