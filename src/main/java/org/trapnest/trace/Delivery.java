package org.trapnest.trace;

import java.util.List;
import java.util.Optional;

/**
 * A context that a step began.
 *
 * @param event the event: {@code NMI}, {@code #PF}, {@code SYSCALL}
 * @param fromUser whether user mode was interrupted
 * @param from the interrupted place, a label with a distance, or {@code user mode}
 * @param handler where execution goes on
 * @param stack the stack that took the frame, and where its lowest word lies; empty when nothing
 *     was pushed
 * @param pushed the words of the frame, from the highest address down
 */
public record Delivery(
    String event,
    boolean fromUser,
    String from,
    String handler,
    Optional<String> stack,
    List<PushedWord> pushed) {

  public Delivery {
    pushed = List.copyOf(pushed);
  }

  /** A word of a hardware frame: {@code RIP}, {@code entry_SYSCALL_64+1}. */
  public record PushedWord(String name, String value) {}
}
