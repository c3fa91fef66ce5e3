package org.trapnest.trace;

import java.util.List;
import java.util.Optional;
import org.trapnest.machine.Choice;

/**
 * One step of a trace.
 *
 * @param number from one
 * @param choice the {@link Choice} number that leads here
 * @param depth the number of contexts that were live before the step
 * @param context the newest of them, or {@code user}
 * @param place the instruction that ran, or before which an event arrived; empty in user mode
 * @param delivery the context that the step began
 * @param returned the return that the step was
 * @param changes what else changed
 * @param findings what the machine noticed, by the names that properties use
 */
public record TraceStep(
    int number,
    int choice,
    int depth,
    String context,
    Optional<Place> place,
    Optional<Delivery> delivery,
    Optional<Return> returned,
    List<Change> changes,
    List<String> findings) {

  public TraceStep {
    changes = List.copyOf(changes);
    findings = List.copyOf(findings);
  }

  public Choice.Kind kind() {
    return Choice.kind(choice);
  }

  /** Whether the step is printed as a marked line. */
  public boolean isMarked() {
    return delivery.isPresent() || returned.isPresent();
  }

  /** Whether an instruction ran, in contrast to an event that arrived before it. */
  public boolean ranInstruction() {
    return place.isPresent() && kind() == Choice.Kind.INSTRUCTION;
  }
}
