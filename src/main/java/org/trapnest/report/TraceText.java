package org.trapnest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.trapnest.trace.Change;
import org.trapnest.trace.Counterexample;
import org.trapnest.trace.Delivery;
import org.trapnest.trace.Explanation;
import org.trapnest.trace.LiveContext;
import org.trapnest.trace.Return;
import org.trapnest.trace.StackMap;
import org.trapnest.trace.TraceStep;

/** A trace as text: each step, or one screen on which uneventful stretches are folded. */
public final class TraceText {
  private static final int SHORTEST_FOLD = 3;
  private static final int LAST_STEPS = 3;
  private static final int SCREEN_ROWS = 12;

  private final Counterexample trace;
  private final boolean oneScreen;
  private final StringBuilder out = new StringBuilder();

  private TraceText(Counterexample trace, boolean oneScreen) {
    this.trace = trace;
    this.oneScreen = oneScreen;
  }

  /** Every step, and the whole map of the stack. */
  public static String longForm(Counterexample trace) {
    return new TraceText(trace, false).print();
  }

  /** Deliveries, returns, and the steps that the explanation names; the rest is folded. */
  public static String oneScreen(Counterexample trace) {
    return new TraceText(trace, true).print();
  }

  private String print() {
    line(
        "%s [%s]: %s, %d steps"
            .formatted(
                trace.model(),
                trace.configuration().name(),
                trace.property().map(p -> p + " violated").orElse("run"),
                trace.length()));
    line("");
    steps();
    line("");
    explanation(trace.explanation());
    return out.toString();
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }

  private void steps() {
    List<TraceStep> folded = new ArrayList<>();
    for (TraceStep step : trace.steps()) {
      if (oneScreen && !matters(step)) {
        folded.add(step);
      } else {
        fold(folded);
        step(step);
      }
    }
    fold(folded);
  }

  private boolean matters(TraceStep step) {
    boolean cause = trace.explanation().causes().stream().anyMatch(c -> c.step() == step.number());
    boolean last = step.number() > trace.length() - LAST_STEPS;
    boolean system =
        step.changes().stream()
            .anyMatch(c -> c.kind() == Change.Kind.SYSTEM || c.kind() == Change.Kind.LATCH);
    return step.isMarked() || cause || last || system || !step.findings().isEmpty();
  }

  private void fold(List<TraceStep> folded) {
    if (folded.size() >= SHORTEST_FOLD) {
      TraceStep first = folded.get(0);
      line(
          "     %s… %d instructions: %s to %s"
              .formatted(
                  indent(first),
                  folded.size(),
                  label(first),
                  label(folded.get(folded.size() - 1))));
    } else {
      folded.forEach(this::step);
    }
    folded.clear();
  }

  private static String label(TraceStep step) {
    return step.place().map(p -> p.label()).orElse("user mode");
  }

  private static String indent(TraceStep step) {
    return "  ".repeat(step.depth());
  }

  private void step(TraceStep step) {
    String where =
        step.place()
            .map(p -> "%s  %s:  %s".formatted(p.shortForm(), p.label(), oneLine(p.text())))
            .orElse("user mode");
    boolean arrival = step.delivery().isPresent() && !step.ranInstruction();
    if (!arrival) {
      line("%4d %s%s  %s".formatted(step.number(), indent(step), where, changes(step)));
    }
    step.delivery().ifPresent(d -> delivery(step, d));
    step.returned().ifPresent(r -> returned(step, r));
    if (!step.findings().isEmpty()) {
      line("     " + indent(step) + "!! " + String.join(", ", step.findings()));
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private String changes(TraceStep step) {
    String changed =
        step.changes().stream()
            .filter(c -> !step.isMarked() || c.kind() != Change.Kind.STACK_WORD)
            .filter(c -> !oneScreen || c.kind() != Change.Kind.ARITHMETIC_FLAG)
            .map(Change::text)
            .collect(Collectors.joining(", "));
    return changed.isEmpty() ? "" : "[" + changed + "]";
  }

  private void delivery(TraceStep step, Delivery delivery) {
    String stack = delivery.stack().map(s -> ", frame down to " + s).orElse(", no frame");
    line(
        "%4d %s>>> %s from %s%s, to %s"
            .formatted(
                step.number(),
                indent(step),
                delivery.event(),
                delivery.from(),
                stack,
                delivery.handler()));
    if (!delivery.pushed().isEmpty() && !oneScreen) {
      String pushed =
          delivery.pushed().stream()
              .map(w -> w.name() + "=" + w.value())
              .collect(Collectors.joining(" "));
      line("     " + indent(step) + "    pushed " + pushed);
    }
  }

  private void returned(TraceStep step, Return returned) {
    String how = returned.continuation().map(c -> " goes on at " + c).orElse(" returns to ");
    String to = returned.continuation().isPresent() ? "" : returned.to();
    line("     %s<<< %s%s%s".formatted(indent(step), returned.event(), how, to));
    returned.differences().forEach(d -> line("     " + indent(step) + "    differs: " + d));
  }

  private void explanation(Explanation explanation) {
    line("Demanded: " + explanation.property());
    explanation.because().forEach(b -> line("Broken:   " + b));
    for (Explanation.Cause cause : explanation.causes()) {
      line("          step %d: %s".formatted(cause.step(), oneLine(cause.text())));
    }
    line("");
    line("Live at the end: user mode");
    String indent = "  ";
    for (LiveContext context : explanation.contexts()) {
      line(
          "%s└ %s since step %d, interrupted %s, %s"
              .formatted(
                  indent,
                  context.event(),
                  context.sinceStep(),
                  context.interrupted(),
                  context.frame()));
      indent += "  ";
    }
    explanation.stack().ifPresent(this::stack);
  }

  private void stack(StackMap map) {
    line("");
    line("The " + map.name() + ", from its top:");
    List<StackMap.Row> rows = map.rows();
    int shown = oneScreen ? Math.min(rows.size(), SCREEN_ROWS) : rows.size();
    for (StackMap.Row row : rows.subList(0, shown)) {
      line(
          "  %s %5d  %-26s %-8s %s"
              .formatted(
                  row.stackPointer() ? "rsp→" : "    ",
                  row.offset(),
                  row.value(),
                  row.owner(),
                  row.meaning()));
    }
    if (shown < rows.size()) {
      line("       … %d more words".formatted(rows.size() - shown));
    }
  }
}
