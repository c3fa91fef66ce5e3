package org.trapnest.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.AssembledFile;
import org.trapnest.asm.Assembler;
import org.trapnest.asm.SourceReader;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.MachineModel;
import org.trapnest.property.PropertyDeclaration;

/** Reads model files and links them, one configuration at a time. */
public final class ModelLoader {
  private final SourceReader reader;
  private final Assembler assembler;

  public ModelLoader(SourceReader reader) {
    this.reader = reader;
    this.assembler = new Assembler(reader);
  }

  /**
   * Reads what a model says of itself.
   *
   * @param path the file
   * @param name the model's name in tables
   * @return empty when the file was rejected, with the reasons among the diagnostics
   */
  public Optional<Model> load(String path, String name, Diagnostics diagnostics) {
    SourceFile file;
    try {
      file = reader.read(path);
    } catch (NoSuchFileException missing) {
      return unreadable(path, "there is no file '" + path + "'", diagnostics);
    } catch (IOException failure) {
      return unreadable(path, failure.getMessage(), diagnostics);
    }
    return new HeaderReader(assembler, file, diagnostics).read(name);
  }

  private static Optional<Model> unreadable(String path, String why, Diagnostics diagnostics) {
    SourceSpan nowhere = SourceSpan.of(new SourceFile(path, ""), 0, 0);
    diagnostics.report(ModelProblem.UNREADABLE, nowhere, why);
    return Optional.empty();
  }

  /**
   * Assembles and links a model in one configuration.
   *
   * @param catalogue every property that a model may name
   * @return empty when the model was rejected in this configuration
   */
  public Optional<ConfiguredModel> configure(
      Model model,
      Configuration configuration,
      List<PropertyDeclaration> catalogue,
      Diagnostics diagnostics) {
    AssembledFile assembled =
        assembler.assemble(model.file(), definitions(model, configuration), diagnostics);
    if (diagnostics.hasErrors()) {
      return Optional.empty();
    }
    Linker linker = new Linker(assembled, diagnostics);
    Optional<MachineModel> machine = linker.link();
    if (machine.isEmpty()) {
      return Optional.empty();
    }
    List<Check> checks =
        new CheckLinker(linker.declarations(), catalogue, model, configuration, diagnostics)
            .link(machine.get());
    return diagnostics.hasErrors()
        ? Optional.empty()
        : Optional.of(
            new ConfiguredModel(
                model,
                configuration,
                Variant.AS_WRITTEN,
                machine.get(),
                checks,
                hash(assembled, configuration)));
  }

  private static Map<String, Long> definitions(Model model, Configuration configuration) {
    Map<String, Long> definitions = new HashMap<>(configuration.values());
    model.ablations().forEach(a -> definitions.put(a.name(), 0L));
    configuration.ablation().ifPresent(a -> definitions.put(a, 1L));
    return definitions;
  }

  private static String hash(AssembledFile assembled, Configuration configuration) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (SourceFile file : assembled.files()) {
        digest.update(file.text().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      digest.update(configuration.name().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
