package org.trapnest.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.machine.MachineModel;
import org.trapnest.model.Model;
import org.trapnest.model.ModelLoader;
import org.trapnest.property.PropertyCatalogue;
import org.trapnest.property.PropertyDeclaration;

/** Models for the machine and a processor side by side. */
final class TestModels {
  private static final Path FOLDER = Path.of("src/test/resources/conformance");

  private TestModels() {}

  /** A model of the resources' folder in its first configuration. */
  static MachineModel load(Path file) {
    Diagnostics diagnostics = new Diagnostics();
    ModelLoader loader = new ModelLoader(new FileSources());
    Model model = loader.load(file.toString(), "model", diagnostics).orElseThrow(fail(diagnostics));
    return loader
        .configure(model, model.configurations().get(0), catalogue(), diagnostics)
        .orElseThrow(fail(diagnostics))
        .machine();
  }

  private static java.util.function.Supplier<AssertionError> fail(Diagnostics diagnostics) {
    return () -> new AssertionError(DiagnosticPrinter.print(diagnostics.all()));
  }

  static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /** The machine beside the emulator, on a model of the resources' folder. */
  static Lockstep lockstep(Emulator emulator, Path file) {
    MachineModel model = load(file);
    return new Lockstep(
        emulator, model, GuestProgram.build(file, Map.of(), model, emulator.folder()));
  }

  private static List<PropertyDeclaration> catalogue() {
    Diagnostics diagnostics = new Diagnostics();
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("properties"))) {
      for (Path file : all.filter(f -> f.toString().endsWith(".prop")).sorted().toList()) {
        files.add(new FileSources().read(file.toString()));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return PropertyCatalogue.parse(files, diagnostics).properties();
  }
}
