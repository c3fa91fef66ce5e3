package org.trapnest.model;

import java.util.List;
import java.util.Optional;
import org.trapnest.asm.SourceReader;
import org.trapnest.diag.Diagnostics;
import org.trapnest.property.PropertyDeclaration;

/** Reads model files and links them, one configuration at a time. */
public final class ModelLoader {
  private final SourceReader reader;

  public ModelLoader(SourceReader reader) {
    this.reader = reader;
  }

  /**
   * Reads what a model says of itself.
   *
   * @param path the file
   * @param name the model's name in tables
   * @return empty when the file was rejected, with the reasons among the diagnostics
   */
  public Optional<Model> load(String path, String name, Diagnostics diagnostics) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }
}
