package org.trapnest.trace;

import java.util.List;
import java.util.Optional;

/**
 * A return from a context.
 *
 * @param event the event of the context that ended, or that goes on at a continuation
 * @param to where execution goes on, a label with a distance, or {@code user mode}
 * @param continuation the declared continuation that was taken
 * @param differences what is not as it was when the context began: {@code rbx user.rbx→clobbered}
 */
public record Return(
    String event, String to, Optional<String> continuation, List<String> differences) {

  public Return {
    differences = List.copyOf(differences);
  }
}
