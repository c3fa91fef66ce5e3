package org.trapnest.model;

import java.util.List;
import java.util.Map;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/**
 * A model file as {@code list} shows it: what it says of itself, and the configurations in which it
 * is checked.
 *
 * @param name the path below the models' folder without {@code .S}, as in {@code ibrs/nmi}
 * @param file the file
 * @param header what it says of itself
 * @param switches the switches, in the order of their declaration
 * @param ablations the ablations, in the order of their declaration
 * @param deep the values, by the names of switches and ablations, that make a configuration deep:
 *     too large to be verified every time
 */
public record Model(
    String name,
    SourceFile file,
    Header header,
    List<Switch> switches,
    List<Ablation> ablations,
    List<Map<String, Long>> deep) {

  public Model {
    switches = List.copyOf(switches);
    ablations = List.copyOf(ablations);
    deep = List.copyOf(deep);
  }

  /**
   * What a model says of itself.
   *
   * @param sentence one sentence
   * @param sources the mails, kernel files and sections that it encodes
   * @param abstractions what it leaves out, a sentence each
   * @param findings what the checker found, in words
   */
  public record Header(
      String sentence, List<String> sources, List<String> abstractions, List<String> findings) {
    public Header {
      sources = List.copyOf(sources);
      abstractions = List.copyOf(abstractions);
      findings = List.copyOf(findings);
    }
  }

  /**
   * A configuration switch; every combination of all switches' values is checked.
   *
   * @param values the values, the default first
   */
  public record Switch(String name, List<Long> values, String description, SourceSpan span) {
    public Switch {
      values = List.copyOf(values);
    }
  }

  /** A defence that can be taken out; each is taken out alone, with the switches' defaults. */
  public record Ablation(String name, String description, SourceSpan span) {}

  /** Whether a configuration is only verified when it is asked for. */
  public boolean isDeep(Configuration configuration) {
    return deep.stream().anyMatch(configuration::meets);
  }

  /** Whether a switch or an ablation has this name. */
  public boolean declares(String name) {
    return switches.stream().anyMatch(s -> s.name().equals(name))
        || ablations.stream().anyMatch(a -> a.name().equals(name));
  }

  /** The configurations: all combinations of switches in order, then the ablations in order. */
  public List<Configuration> configurations() {
    return Configurations.of(this);
  }
}
