package org.trapnest.model;

import java.util.List;
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
 */
public record Model(
    String name, SourceFile file, Header header, List<Switch> switches, List<Ablation> ablations) {

  public Model {
    switches = List.copyOf(switches);
    ablations = List.copyOf(ablations);
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

  /** The configurations: all combinations of switches in order, then the ablations in order. */
  public List<Configuration> configurations() {
    return Configurations.of(this);
  }
}
