package org.trapnest.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.model.Configuration;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.Model;

/** Loads one model in one configuration for the commands that work on a single one. */
final class OneModel {
  private OneModel() {}

  /**
   * The model in the first configuration that has the given values and ablation.
   *
   * @throws Rejection if there is none or it is rejected
   */
  static ConfiguredModel load(Path file, Path properties, Configuration wanted, PrintStream err) {
    Loading loading = new Loading(properties, err);
    ModelFiles.Found found = ModelFiles.find(List.of(file)).get(0);
    Model model = loading.load(found).orElseThrow(OneModel::rejected);
    Configuration configuration =
        model.configurations().stream()
            .filter(c -> c.ablation().equals(wanted.ablation()))
            .filter(c -> contains(c.values(), wanted.values()))
            .findFirst()
            .orElseThrow(
                () ->
                    new Rejection(
                        ExitStatus.USAGE, "'" + file + "' has no configuration " + wanted.name()));
    return loading.configure(model, configuration).orElseThrow(OneModel::rejected);
  }

  private static boolean contains(Map<String, Long> all, Map<String, Long> some) {
    return all.entrySet().containsAll(some.entrySet());
  }

  private static Rejection rejected() {
    return new Rejection(ExitStatus.REJECTED, "the model was rejected");
  }

  /** A configuration to look for. */
  static Configuration wanted(Map<String, Long> values, Optional<String> ablation) {
    return new Configuration(values, ablation.filter(a -> !a.equals("none")));
  }
}
