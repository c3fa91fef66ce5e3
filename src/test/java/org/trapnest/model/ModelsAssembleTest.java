package org.trapnest.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.property.PropertyDeclaration;
import org.trapnest.property.ShippedCatalogue;

/** Every model links in every configuration, and GNU as takes it where gcc is there. */
class ModelsAssembleTest {
  @TempDir private Path folder;

  private static List<Path> models() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String root : List.of("models", "src/test/resources/models")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        files.filter(f -> f.toString().endsWith(".S")).sorted().forEach(found::add);
      }
    }
    return found;
  }

  @Test
  void everyModel_linksInEveryConfiguration() throws IOException {
    ModelLoader loader = new ModelLoader(new FileSources());
    List<PropertyDeclaration> catalogue = ShippedCatalogue.read().properties();
    assertFalse(models().isEmpty());
    for (Path path : models()) {
      Diagnostics diagnostics = new Diagnostics();
      Optional<Model> model = loader.load(path.toString(), path.toString(), diagnostics);
      for (Configuration configuration : model.orElseThrow().configurations()) {
        loader.configure(model.orElseThrow(), configuration, catalogue, diagnostics);
      }
      assertEquals("", DiagnosticPrinter.print(diagnostics.all()));
    }
  }

  @Test
  void everyModel_isAcceptedByGnuAs_inEveryConfiguration() throws Exception {
    if (!gccIsThere()) {
      return;
    }
    ModelLoader loader = new ModelLoader(new FileSources());
    for (Path path : models()) {
      Model model = loader.load(path.toString(), "m", new Diagnostics()).orElseThrow();
      for (Configuration configuration : model.configurations()) {
        assertEquals("", assemble(path, configuration), path + " " + configuration.name());
      }
    }
  }

  private static boolean gccIsThere() throws InterruptedException {
    try {
      return new ProcessBuilder("gcc", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private String assemble(Path path, Configuration configuration)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("gcc", "-c", path.toString(), "-o"));
    command.add(folder.resolve("out.o").toString());
    configuration.values().forEach((name, value) -> command.add("-D" + name + "=" + value));
    configuration.ablation().ifPresent(a -> command.add("-D" + a + "=1"));
    Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(gcc.getInputStream().readAllBytes());
    return gcc.waitFor() == 0 ? "" : output;
  }
}
