package org.trapnest.property;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;

/** Says in words why a transition breaks a clause. */
final class Explanation {
  private final MachineModel model;

  Explanation(MachineModel model) {
    this.model = model;
  }

  /** The clause as written, what the transition did as far as it matters, the words' values. */
  String of(BoundProperty property, BoundClause clause, MachineState after, Observation seen) {
    List<String> reasons = new ArrayList<>();
    addTransition(clause.clause().trigger(), seen, reasons);
    for (BoundClause.Part part : clause.parts()) {
      reasons.add(part.text() + " = " + value(part, after, seen));
    }
    Map<String, String> arguments = new TreeMap<>(property.arguments());
    arguments.forEach((name, argument) -> reasons.add(name + " is " + argument));
    String text = "'" + clause.clause().text() + "' fails";
    return reasons.isEmpty() ? text : text + ": " + String.join(", ", reasons);
  }

  private static void addTransition(Trigger trigger, Observation seen, List<String> reasons) {
    if (trigger instanceof Trigger.Delivery) {
      String from = seen.deliveredFromUser() ? "user" : "kernel";
      reasons.add(eventName(seen.deliveredEvent()) + " came from " + from + " mode");
    } else if (trigger instanceof Trigger.Resume) {
      reasons.add(eventName(seen.resumedEvent()) + " ended" + differing(seen));
    } else if (trigger instanceof Trigger.ReturnToUser) {
      reasons.add("user mode runs again" + differing(seen));
    } else if (trigger instanceof Trigger.Found found) {
      found.findings().stream()
          .filter(seen::found)
          .forEach(f -> reasons.add("found " + f.propertyName()));
      if (!seen.explanation().isEmpty()) {
        reasons.add(seen.explanation());
      }
    }
  }

  private static String eventName(int ordinal) {
    return Event.byOrdinal(ordinal).manualName();
  }

  private static String differing(Observation seen) {
    List<String> registers = new ArrayList<>();
    for (int i = 0; i < ContextField.snapshotSize(); i++) {
      if ((seen.resumeDifferences() >>> i & 1) != 0) {
        registers.add(Slot.name(ContextField.snapshotSlot(i)));
      }
    }
    return registers.isEmpty() ? "" : " with another " + String.join(" and ", registers);
  }

  private String value(BoundClause.Part part, MachineState after, Observation seen) {
    if (part instanceof BoundClause.Part.OfNumber number) {
      return named(number.number().value(after, seen));
    }
    return Boolean.toString(((BoundClause.Part.OfCondition) part).condition().holds(after, seen));
  }

  /** A value as a reader knows it: a token's name, a label, a stack word, else a number. */
  String named(long value) {
    if (Token.is(value)) {
      return Token.name(value, model.tokenNames());
    }
    if (value == model.system().userRip() && value != 0) {
      return "the user's code";
    }
    int instruction = model.program().indexAt(value);
    if (instruction >= 0) {
      return model.program().at(instruction).label();
    }
    String number = Long.compareUnsigned(value, 10) < 0 ? "" + value : hex(value);
    int region = model.memory().indexOf(value);
    return region < 0 ? number : number + place(model.memory().region(region), value);
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  private static String place(Region region, long address) {
    return region.kind() != Region.Kind.VARIABLE
        ? " (stack " + region.name() + " -" + (region.end() - address) + ")"
        : " (" + region.name() + " + " + (address - region.base()) + ")";
  }
}
