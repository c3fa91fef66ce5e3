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

  /**
   * Whether every named switch has the given value.
   *
   * @param when values by the names of switches and ablations; an ablation is 1 when it is on
   */
  public boolean meets(Map<String, Long> when) {
    return when.entrySet().stream().allMatch(e -> valueOf(e.getKey()) == e.getValue());
  }

  private long valueOf(String name) {
    return ablation.filter(name::equals).isPresent() ? 1 : values.getOrDefault(name, 0L);
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
