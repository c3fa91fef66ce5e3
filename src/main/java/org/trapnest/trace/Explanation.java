package org.trapnest.trace;

import java.util.List;
import java.util.Optional;

/**
 * Why a trace breaks its property.
 *
 * @param property what the property demands, in words
 * @param because why it fails here: the values of the clause that failed, the machine's own words
 * @param causes the steps that brought it about
 * @param contexts the contexts that are live at the end, the oldest first
 * @param stack the stack concerned
 */
public record Explanation(
    String property,
    List<String> because,
    List<Cause> causes,
    List<LiveContext> contexts,
    Optional<StackMap> stack) {

  public Explanation {
    because = List.copyOf(because);
    causes = List.copyOf(causes);
    contexts = List.copyOf(contexts);
  }

  /**
   * A step without which the property would not have failed here.
   *
   * @param step its number
   * @param text what it did
   */
  public record Cause(int step, String text) {}
}
