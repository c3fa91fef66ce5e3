package org.trapnest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Enumerates the configurations of a model. */
final class Configurations {
  private Configurations() {}

  static List<Configuration> of(Model model) {
    List<Map<String, Long>> combinations = new ArrayList<>();
    combinations.add(new LinkedHashMap<>());
    for (Model.Switch declared : model.switches()) {
      List<Map<String, Long>> longer = new ArrayList<>();
      for (Map<String, Long> shorter : combinations) {
        for (long value : declared.values()) {
          Map<String, Long> extended = new LinkedHashMap<>(shorter);
          extended.put(declared.name(), value);
          longer.add(extended);
        }
      }
      combinations = longer;
    }
    List<Configuration> all = new ArrayList<>();
    combinations.forEach(c -> all.add(new Configuration(c, Optional.empty())));
    for (Model.Ablation ablation : model.ablations()) {
      all.add(new Configuration(combinations.get(0), Optional.of(ablation.name())));
    }
    return List.copyOf(all);
  }
}
