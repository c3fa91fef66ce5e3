package org.trapnest.trace;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Program;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;

/** Names values as a developer knows them: tokens, labels, places in stacks, numbers. */
final class ValueNames {
  private static final long BEHIND_HLT = 3;
  private static final long LEAST_ADDRESS = 0x10000;

  private final MachineModel model;
  private final Map<Long, String> symbols = new HashMap<>();

  ValueNames(MachineModel model) {
    this.model = model;
    model.symbols().entrySet().stream()
        .filter(e -> Long.compareUnsigned(e.getValue(), LEAST_ADDRESS) >= 0)
        .sorted(Map.Entry.<String, Long>comparingByKey().reversed())
        .forEach(e -> symbols.put(e.getValue(), e.getKey()));
  }

  /** A value of a fixed slot. */
  String inSlot(int slot, long value) {
    if (Token.is(value)) {
      return value(value);
    }
    return switch (slot) {
      case Slot.CR3 -> cr3(value);
      case Slot.SHADOW -> value == BEHIND_HLT ? "HLT" : value(value);
      case Slot.GS_BASE, Slot.KERNEL_GS_BASE -> gsBase(value);
      default -> value(value);
    };
  }

  private String cr3(long value) {
    if (model.system().kernelCr3() == model.system().userCr3()) {
      return value(value);
    }
    if (value == model.system().kernelCr3()) {
      return "kernel";
    }
    return value == model.system().userCr3() ? "user" : value(value);
  }

  private String gsBase(long value) {
    if (value == model.system().kernelGsBase()) {
      return "kernel";
    }
    return value == model.system().userGsBase() ? "user" : value(value);
  }

  /** Any value. */
  String value(long value) {
    if (Token.is(value)) {
      return Token.name(value, model.tokenNames());
    }
    int index = model.program().indexAt(value);
    if (index >= 0) {
      return model.program().at(index).label();
    }
    String place = memoryPlace(value);
    if (!place.isEmpty()) {
      return place;
    }
    String symbol = symbols.get(value);
    return symbol == null ? number(value) : symbol;
  }

  /** A code address, {@code user mode} when it is the user's. */
  String codePlace(long address) {
    boolean users =
        address == model.system().userRip() || address == model.system().sysenterReturn();
    return users ? "user mode" : value(address);
  }

  static String number(long value) {
    return value >= 0 && value < 10 ? Long.toString(value) : "0x" + Long.toHexString(value);
  }

  /** A place in declared memory, or an empty string. */
  private String memoryPlace(long address) {
    for (Region region : model.memory().regions()) {
      boolean inside = region.contains(address);
      boolean stack = region.kind() != Region.Kind.VARIABLE;
      boolean top = stack && address == region.end();
      if (top || inside && stack) {
        return stackPlace(region, address);
      }
      if (inside) {
        long offset = address - region.base();
        return "&" + region.name() + (offset == 0 ? "" : "+" + offset);
      }
    }
    return "";
  }

  /** {@code NMI stack −40}, {@code NMI stack top}. */
  String stackPlace(Region region, long address) {
    long below = region.end() - address;
    return stackName(region) + (below == 0 ? " top" : " " + offset(-below));
  }

  static String offset(long offset) {
    return offset < 0 ? "−" + -offset : "+" + offset;
  }

  /** {@code NMI stack}: a stack named after an event is written as the event is. */
  static String stackName(Region region) {
    String own = region.name().replaceFirst("-shadow$", "");
    String name =
        Event.parse(own.toUpperCase(Locale.ROOT))
            .map(Event::manualName)
            .orElse(own.replaceFirst("[_-]?stack$", ""));
    boolean shadow = region.kind() == Region.Kind.SHADOW_STACK;
    return (name.isEmpty() ? own : name) + (shadow ? " shadow stack" : " stack");
  }

  /** The label of the instruction with an index, {@code user mode} for −1. */
  String instruction(int index) {
    Program program = model.program();
    return index < 0 ? "user mode" : program.at(index).label();
  }
}
