package org.trapnest.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.model.Configuration;
import org.trapnest.model.Model;

/**
 * Which configurations of a model run.
 *
 * @param config the values that a configuration must have
 * @param ablation the defence that must be taken out; "none" for none
 * @param deep whether those that a model marks as deep run
 */
record Selection(Map<String, Long> config, Optional<String> ablation, boolean deep) {

  /** The configurations that are asked for, deep ones among them. */
  List<Configuration> of(Model model) {
    return model.configurations().stream().filter(this::selects).toList();
  }

  private boolean selects(Configuration configuration) {
    return configuration.values().entrySet().containsAll(config.entrySet())
        && ablation.map(configuration.ablation().orElse("none")::equals).orElse(true);
  }

  /**
   * Whether a configuration is passed over. A deep one runs when it is asked for: by --deep, or by
   * the values that make it so.
   */
  boolean passesOver(Model model, Configuration configuration) {
    return model.isDeep(configuration)
        && !deep
        && model.deep().stream()
            .filter(configuration::meets)
            .noneMatch(when -> when.keySet().stream().allMatch(this::names));
  }

  private boolean names(String name) {
    return config.containsKey(name) || ablation.filter(name::equals).isPresent();
  }
}
