package org.trapnest.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;

/** Names what differs between two states. Contexts and owners of stack words are not named. */
final class Changes {
  private static final String[] SPEC_CTRL_BITS = {"IBRS", "STIBP", "SSBD"};
  private static final String[] MCG_STATUS_BITS = {"RIPV", "EIPV", "MCIP"};
  private static final Map<Long, String> FLAGS = flags();

  private final MachineModel model;
  private final ValueNames values;
  private final Contexts contexts;

  Changes(MachineModel model, ValueNames values) {
    this.model = model;
    this.values = values;
    this.contexts = new Contexts(model);
  }

  private static Map<Long, String> flags() {
    Map<Long, String> names = new java.util.LinkedHashMap<>();
    names.put(Rflags.IF, "IF");
    names.put(Rflags.DF, "DF");
    names.put(Rflags.TF, "TF");
    names.put(Rflags.AC, "AC");
    names.put(Rflags.NT, "NT");
    names.put(Rflags.RF, "RF");
    names.put(Rflags.CF, "CF");
    names.put(Rflags.PF, "PF");
    names.put(Rflags.AF, "AF");
    names.put(Rflags.ZF, "ZF");
    names.put(Rflags.SF, "SF");
    names.put(Rflags.OF, "OF");
    names.put(Rflags.VM, "VM");
    names.put(Rflags.VIF, "VIF");
    names.put(Rflags.VIP, "VIP");
    names.put(Rflags.ID, "ID");
    return names;
  }

  /** All changes, registers first, memory last; RIP is not among them. */
  List<Change> between(long[] before, long[] after) {
    List<Change> changes = new ArrayList<>();
    for (int slot = 0; slot < Slot.FIXED; slot++) {
      if (before[slot] != after[slot]) {
        fixed(slot, before[slot], after[slot], changes);
      }
    }
    model
        .system()
        .msrSlots()
        .forEach((msr, slot) -> declaredMsr(msr, slot, before, after).ifPresent(changes::add));
    for (Region region : model.memory().regions()) {
      for (int i = 0; i < region.wordCount(); i++) {
        int slot = region.firstSlot() + i;
        if (before[slot] != after[slot]) {
          changes.add(memory(region, i, before, after));
        }
      }
    }
    return changes;
  }

  /** The changes of one slot; none for a slot that traces do not show. */
  List<Change> ofSlot(int slot, long[] before, long[] after) {
    long[] only = before.clone();
    only[slot] = after[slot];
    return between(before, only);
  }

  private Optional<Change> declaredMsr(int msr, int slot, long[] before, long[] after) {
    boolean ownSlot = slot >= Slot.FIXED;
    return ownSlot && before[slot] != after[slot]
        ? Optional.of(
            new Change(
                Change.Kind.SYSTEM,
                Msr.name(msr).orElse("MSR 0x" + Integer.toHexString(msr)),
                values.value(before[slot]),
                values.value(after[slot])))
        : Optional.empty();
  }

  private void fixed(int slot, long before, long after, List<Change> changes) {
    switch (slot) {
      case Slot.RIP, Slot.CONTEXTS, Slot.HALT, Slot.FLAGS_TOKEN -> {}
      case Slot.RFLAGS -> flagChanges(before, after, changes);
      case Slot.SPEC_CTRL -> bits("SPEC_CTRL", SPEC_CTRL_BITS, before, after, changes);
      case Slot.MCG_STATUS -> bits("MCG_STATUS", MCG_STATUS_BITS, before, after, changes);
      default ->
          changes.add(
              new Change(
                  kind(slot),
                  slotName(slot),
                  values.inSlot(slot, before),
                  values.inSlot(slot, after)));
    }
  }

  private static Change.Kind kind(int slot) {
    return switch (slot) {
      case Slot.RSP -> Change.Kind.STACK_POINTER;
      case Slot.NMI_BLOCKED,
          Slot.NMI_PENDING,
          Slot.IRQ_PENDING,
          Slot.DB_PENDING,
          Slot.SHADOW,
          Slot.NMI_OWED ->
          Change.Kind.LATCH;
      case Slot.CS, Slot.SS, Slot.DS, Slot.ES, Slot.FS, Slot.GS -> Change.Kind.REGISTER;
      default -> slot < Slot.RIP ? Change.Kind.REGISTER : Change.Kind.SYSTEM;
    };
  }

  /** General-purpose registers in lower case as in the text, system registers in upper case. */
  static String slotName(int slot) {
    return switch (slot) {
      case Slot.NMI_BLOCKED -> "NMI blocked";
      case Slot.NMI_PENDING -> "NMI pending";
      case Slot.IRQ_PENDING -> "IRQ pending";
      case Slot.DB_PENDING -> "#DB pending";
      case Slot.SHADOW -> "interrupt shadow";
      case Slot.NMI_OWED -> "NMI owed a handler's run";
      default ->
          slot < Slot.RIP ? Slot.name(slot) : Slot.name(slot).toUpperCase(java.util.Locale.ROOT);
    };
  }

  private static void flagChanges(long before, long after, List<Change> changes) {
    FLAGS.forEach(
        (mask, name) -> {
          if (((before ^ after) & mask) != 0) {
            boolean arithmetic = (mask & Rflags.ARITHMETIC) != 0;
            Change.Kind kind = arithmetic ? Change.Kind.ARITHMETIC_FLAG : Change.Kind.FLAG;
            changes.add(bit(kind, name, before & mask, after & mask));
          }
        });
    if (((before ^ after) & Rflags.IOPL) != 0) {
      long shift = Long.numberOfTrailingZeros(Rflags.IOPL);
      String was = Long.toString((before & Rflags.IOPL) >> shift);
      String is = Long.toString((after & Rflags.IOPL) >> shift);
      changes.add(new Change(Change.Kind.FLAG, "IOPL", was, is));
    }
  }

  private static Change bit(Change.Kind kind, String name, long before, long after) {
    return new Change(kind, name, before == 0 ? "0" : "1", after == 0 ? "0" : "1");
  }

  private void bits(String register, String[] names, long before, long after, List<Change> out) {
    long known = (1L << names.length) - 1;
    if (((before | after) & ~known) != 0) {
      out.add(new Change(Change.Kind.SYSTEM, register, values.value(before), values.value(after)));
      return;
    }
    for (int i = 0; i < names.length; i++) {
      long mask = 1L << i;
      if (((before ^ after) & mask) != 0) {
        out.add(bit(Change.Kind.SYSTEM, register + "." + names[i], before & mask, after & mask));
      }
    }
  }

  private Change memory(Region region, int index, long[] before, long[] after) {
    int slot = region.firstSlot() + index;
    boolean variable = region.isVariableWord(index);
    return new Change(
        variable ? Change.Kind.VARIABLE : Change.Kind.STACK_WORD,
        wordName(region, index, after),
        values.value(before[slot]),
        values.value(after[slot]));
  }

  /** {@code NMI stack −40 (outer NMI frame RIP)}, {@code TSS.sp0}, {@code counter}. */
  String wordName(Region region, int index, long[] state) {
    int slot = region.firstSlot() + index;
    if (region.kind() != Region.Kind.VARIABLE) {
      long address = region.base() + (long) index * region.wordBytes();
      String meaning = wordMeaning(region, index, state);
      String place = values.stackPlace(region, address);
      return meaning.isEmpty() ? place : place + " (" + meaning + ")";
    }
    Optional<String> named = namedWord(region, index);
    if (named.isPresent()) {
      return named.get();
    }
    if (slot == model.system().sp0Slot()) {
      return "TSS.sp0";
    }
    int ist = model.system().istSlots().lastIndexOf(slot);
    if (ist > 0) {
      return "TSS.ist" + ist;
    }
    return region.wordCount() == 1 ? region.name() : region.name() + "[" + index + "]";
  }

  /** What a stack word is: its declared name, or its place in a hardware frame. */
  String wordMeaning(Region region, int index, long[] state) {
    return namedWord(region, index)
        .orElseGet(
            () -> contexts.frameMeaning(state, region.base() + (long) index * region.wordBytes()));
  }

  private static Optional<String> namedWord(Region region, int index) {
    return region.namedWords().stream()
        .filter(w -> w.index() == index)
        .map(Region.NamedWord::name)
        .findFirst();
  }
}
