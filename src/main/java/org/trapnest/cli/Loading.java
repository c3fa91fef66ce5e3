package org.trapnest.cli;

import java.io.IOException;
import java.io.PrintStream;
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
import org.trapnest.model.Configuration;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.Model;
import org.trapnest.model.ModelLoader;
import org.trapnest.property.PropertyCatalogue;
import org.trapnest.property.PropertyDeclaration;

/** Reads properties and models for a command and prints what is wrong with them. */
final class Loading {
  private final ModelLoader loader = new ModelLoader(new FileSources());
  private final PrintStream err;
  private final List<PropertyDeclaration> catalogue;
  private boolean rejectedAny;

  /**
   * Reads the properties.
   *
   * @throws Rejection if the folder cannot be read or a property is wrong
   */
  Loading(Path properties, PrintStream err) {
    this.err = err;
    Diagnostics diagnostics = new Diagnostics();
    this.catalogue = PropertyCatalogue.parse(propertyFiles(properties), diagnostics).properties();
    print(diagnostics);
    if (diagnostics.hasErrors()) {
      throw new Rejection(ExitStatus.REJECTED, "the properties were rejected");
    }
  }

  private static List<SourceFile> propertyFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Rejection(
          ExitStatus.USAGE,
          "there is no folder '" + folder + "' with properties; see --properties");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<SourceFile> sources = new ArrayList<>();
      FileSources reader = new FileSources();
      for (Path file : files.filter(f -> f.toString().endsWith(".prop")).sorted().toList()) {
        sources.add(reader.read(file.toString()));
      }
      return sources;
    } catch (IOException failure) {
      throw new Rejection(ExitStatus.USAGE, "properties cannot be read: " + failure.getMessage());
    }
  }

  List<PropertyDeclaration> catalogue() {
    return catalogue;
  }

  /** Whether any model was rejected so far. */
  boolean rejectedAny() {
    return rejectedAny;
  }

  /** Reads a model's header, or prints why it cannot be read. */
  Optional<Model> load(ModelFiles.Found file) {
    Diagnostics diagnostics = new Diagnostics();
    Optional<Model> model = loader.load(file.path(), file.name(), diagnostics);
    print(diagnostics);
    rejectedAny |= model.isEmpty();
    return model;
  }

  /** Links a model in one configuration, or prints why it cannot be linked. */
  Optional<ConfiguredModel> configure(Model model, Configuration configuration) {
    Diagnostics diagnostics = new Diagnostics();
    Optional<ConfiguredModel> configured =
        loader.configure(model, configuration, catalogue, diagnostics);
    print(diagnostics);
    rejectedAny |= configured.isEmpty();
    return configured;
  }

  private void print(Diagnostics diagnostics) {
    if (!diagnostics.all().isEmpty()) {
      err.print(DiagnosticPrinter.print(diagnostics.all()));
    }
  }
}
