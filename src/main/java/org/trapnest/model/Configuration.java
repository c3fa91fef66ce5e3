package org.trapnest.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Values for a model's switches, and the ablation that is on, if any.
 *
 * @param values each switch's value, in the order of declaration; ablations are not in it
 * @param ablation the name of the ablation that is 1; all others are 0
 */
public record Configuration(Map<String, Long> values, Optional<String> ablation) {

  public Configuration {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A name for tables and files: {@code default}, {@code PTI=1,KNOB=0}, {@code with X}. */
  public String name() {
    String switches =
        values.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(","));
    return ablation.map(a -> "with " + a).orElse(switches.isEmpty() ? "default" : switches);
  }
}
