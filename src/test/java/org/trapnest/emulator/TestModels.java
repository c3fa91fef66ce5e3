package org.trapnest.emulator;

import java.nio.file.Path;
import java.util.Map;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.machine.MachineModel;
import org.trapnest.model.Model;
import org.trapnest.model.ModelLoader;
import org.trapnest.property.ShippedCatalogue;

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
        .configure(
            model, model.configurations().get(0), ShippedCatalogue.read().properties(), diagnostics)
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
}
