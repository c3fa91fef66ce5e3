package org.trapnest.coverage;

import java.util.List;
import java.util.Optional;
import org.trapnest.machine.Reception;
import org.trapnest.x86.Vector;

/**
 * What each instruction boundary of a model has been through.
 *
 * @param survey the exploration behind it
 * @param rows one for each boundary and kind of context in which it is reached
 * @param unreached the instructions that are never reached
 */
public record CoverageReport(Survey survey, List<Row> rows, List<Unreached> unreached) {

  public CoverageReport {
    rows = List.copyOf(rows);
    unreached = List.copyOf(unreached);
  }

  /**
   * A boundary in contexts of one kind.
   *
   * @param kind on whose behalf the kernel runs; empty for user mode
   * @param index the index of the instruction behind the boundary; -1 for user mode
   * @param place the boundary, {@code label+2 (file:line)}
   * @param states in how many states it is reached
   * @param events what becomes of each declared event there
   */
  public record Row(
      Optional<ContextKind> kind, int index, String place, long states, List<Received> events) {
    public Row {
      events = List.copyOf(events);
    }

    /** Whether events fare alike at another boundary of the same kind of context. */
    public boolean faresAs(Row other) {
      return kind.equals(other.kind) && outcomes().equals(other.outcomes());
    }

    private List<String> outcomes() {
      return events.stream().map(e -> e.vector() + " " + e.reception()).toList();
    }
  }

  /**
   * What becomes of an event at a boundary in some states.
   *
   * @param vector the event
   * @param reception what becomes of it
   * @param states in how many states
   */
  public record Received(Vector vector, Reception reception, long states) {}

  /**
   * Consecutive instructions that no state reaches.
   *
   * @param first the first one, {@code label+2 (file:line)}
   * @param last the last one
   * @param instructions how many
   * @param why why not
   */
  public record Unreached(String first, String last, int instructions, String why) {}
}
