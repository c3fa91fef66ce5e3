package org.trapnest.trace;

import java.util.List;
import java.util.Optional;
import org.trapnest.model.Configuration;
import org.trapnest.model.Variant;

/**
 * A run of a model, step by step; as a rule one that breaks a property.
 *
 * @param model the model's name
 * @param file its file
 * @param configuration the configuration
 * @param variant how the model was explored otherwise than its text says
 * @param property the id of the property that the last step breaks; empty for a run that breaks
 *     none, as a simulated one
 * @param choices the choices from the start, as the engine counts them
 * @param steps the steps, one less than choices
 * @param explanation why the property fails at the end, and what is live there
 */
public record Counterexample(
    String model,
    String file,
    Configuration configuration,
    Variant variant,
    Optional<String> property,
    List<Integer> choices,
    List<TraceStep> steps,
    Explanation explanation) {

  public Counterexample {
    choices = List.copyOf(choices);
    steps = List.copyOf(steps);
  }

  public int length() {
    return steps.size();
  }

  /** The name of its files without extension: {@code ibrs-nmi-default-resumes-exactly}. */
  public String fileStem() {
    return fileStem(model, configuration.name(), property.orElse("run"));
  }

  /** The name of a trace's files without extension. */
  public static String fileStem(String model, String configuration, String property) {
    String stem =
        (model + "-" + configuration + "-" + property).replaceAll("[^A-Za-z0-9._=,+-]", "-");
    return stem.length() <= LONGEST_STEM
        ? stem
        : stem.substring(0, LONGEST_STEM) + "-" + Integer.toHexString(stem.hashCode());
  }

  private static final int LONGEST_STEM = 180;
}
