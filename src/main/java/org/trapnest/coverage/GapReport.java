package org.trapnest.coverage;

import java.util.List;

/**
 * The gaps of one model.
 *
 * @param survey the exploration behind it
 * @param delivery {@code IDT} or {@code FRED}
 * @param gaps every gap, in the order of their numbers
 */
public record GapReport(Survey survey, String delivery, List<Openings> gaps) {

  public GapReport {
    gaps = List.copyOf(gaps);
  }

  /**
   * Where one gap is open.
   *
   * @param gap which
   * @param tracked whether the model has what the gap is about
   * @param paths the paths on which it is open
   */
  public record Openings(Gap gap, boolean tracked, List<Path> paths) {
    public Openings {
      paths = List.copyOf(paths);
    }
  }

  /**
   * A path through the kernel.
   *
   * @param kind on whose behalf it runs
   * @param phase which part of it
   * @param windows runs of boundaries at which the gap is open, in the order in which a context
   *     comes to them
   */
  public record Path(ContextKind kind, Phase phase, List<Window> windows) {
    public Path {
      windows = List.copyOf(windows);
    }

    /** The number of boundaries. */
    public int boundaries() {
      return windows.stream().mapToInt(Window::boundaries).sum();
    }
  }

  /**
   * Consecutive boundaries at which a gap is open. The boundary before an instruction bears the
   * instruction's name.
   *
   * @param first the first boundary, {@code label+2 (file:line)}
   * @param last the last one
   * @param boundaries how many
   * @param always whether it is open in every state at each of them
   * @param closedBy the instructions of the window that close it, as written
   * @param arriving the events that are delivered in it, with what handles them
   * @param held the events that are not, with what holds them off
   */
  public record Window(
      String first,
      String last,
      int boundaries,
      boolean always,
      List<String> closedBy,
      List<Arrival> arriving,
      List<Held> held) {
    public Window {
      closedBy = List.copyOf(closedBy);
      arriving = List.copyOf(arriving);
      held = List.copyOf(held);
    }
  }

  /**
   * An event that arrives in a window.
   *
   * @param event its name
   * @param handler the entry point's label
   * @param stack where its frame goes
   */
  public record Arrival(String event, String handler, String stack) {}

  /**
   * An event that does not.
   *
   * @param event its name
   * @param reasons what holds it off
   */
  public record Held(String event, List<String> reasons) {
    public Held {
      reasons = List.copyOf(reasons);
    }
  }
}
