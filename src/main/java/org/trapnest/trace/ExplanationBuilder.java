package org.trapnest.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.model.Check;

/** Says why a run ends in a violation: the clause, the steps behind it, the contexts, the stack. */
final class ExplanationBuilder {
  private static final int MOST_CAUSES = 6;

  private final MachineModel model;
  private final Contexts contexts;
  private final ValueNames values;

  ExplanationBuilder(MachineModel model) {
    this.model = model;
    this.contexts = new Contexts(model);
    this.values = new ValueNames(model);
  }

  Explanation build(Optional<Check> check, PlainInterpreter.Ending ending, List<TraceStep> steps) {
    List<String> because = new ArrayList<>();
    if (!ending.because().isEmpty()) {
      because.add(ending.because());
    }
    if (!ending.machineWords().isEmpty() && !ending.because().contains(ending.machineWords())) {
      because.add(ending.machineWords());
    }
    String demanded =
        check
            .map(c -> c.property().declaration().sentence())
            .orElse("The machine has a rule for everything that happens.");
    return new Explanation(
        demanded,
        because,
        causes(steps, String.join(" ", because)),
        liveContexts(ending.after(), steps),
        stackMap(ending.after()));
  }

  /** The last step that wrote each thing which the reasons name, and the last deliveries. */
  private static List<Explanation.Cause> causes(List<TraceStep> steps, String reasons) {
    List<Explanation.Cause> causes = new ArrayList<>();
    String text = reasons.toLowerCase(java.util.Locale.ROOT);
    java.util.Set<String> named = new java.util.HashSet<>();
    for (int i = steps.size() - 1; i >= 0 && causes.size() < MOST_CAUSES; i--) {
      TraceStep step = steps.get(i);
      for (Change change : step.changes()) {
        boolean relevant = text.contains(change.name().toLowerCase(java.util.Locale.ROOT));
        if (relevant && named.add(change.name())) {
          causes.add(0, new Explanation.Cause(step.number(), change.text() + where(step)));
        }
      }
    }
    return causes;
  }

  private static String where(TraceStep step) {
    return step.place().map(p -> " by " + p.text() + " at " + p.label()).orElse(" in user mode");
  }

  private List<LiveContext> liveContexts(long[] state, List<TraceStep> steps) {
    List<LiveContext> live = new ArrayList<>();
    for (int number = 0; number < contexts.count(state); number++) {
      long frame = contexts.field(state, number, ContextField.FRAME);
      live.add(
          new LiveContext(
              contexts.event(state, number).manualName(),
              since(steps, number),
              values.codePlace(contexts.interruptedRip(state, number)),
              frame == 0 ? "no frame" : "frame at " + values.value(frame)));
    }
    return live;
  }

  /** The last step that was taken with a number of live contexts and delivered one more. */
  private static int since(List<TraceStep> steps, int contextNumber) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).depth() == contextNumber && steps.get(i).delivery().isPresent()) {
        return steps.get(i).number();
      }
    }
    return 0;
  }

  private Optional<StackMap> stackMap(long[] state) {
    long rsp = state[Slot.RSP];
    return model.memory().regions().stream()
        .filter(r -> r.kind() == Region.Kind.STACK)
        .filter(r -> r.contains(rsp) || r.end() == rsp)
        .findFirst()
        .map(r -> stackMap(state, r, rsp));
  }

  private StackMap stackMap(long[] state, Region region, long rsp) {
    List<StackMap.Row> rows = new ArrayList<>();
    for (int i = region.wordCount() - 1; i >= 0; i--) {
      long address = region.base() + 8L * i;
      long owner = state[region.firstOwnerSlot() + i];
      long value = state[region.firstSlot() + i];
      int word = i;
      String name =
          region.namedWords().stream()
              .filter(w -> w.index() == word)
              .findFirst()
              .map(Region.NamedWord::name)
              .orElse("");
      String frame = contexts.frameMeaning(state, address);
      String meaning = name.isEmpty() || frame.isEmpty() ? name + frame : name + ", " + frame;
      if (owner != 0 || !Token.isDead(value) || address == rsp) {
        rows.add(
            new StackMap.Row(
                (int) (address - region.end()),
                values.value(value),
                owner == 0 ? "" : contexts.event(state, (int) owner - 1).manualName(),
                meaning,
                address == rsp));
      }
    }
    return new StackMap(ValueNames.stackName(region), rows);
  }
}
