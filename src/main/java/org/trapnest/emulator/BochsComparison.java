package org.trapnest.emulator;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.trapnest.emulator.StateTransfer.Difference;
import org.trapnest.machine.FlagsImage;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Rflags;

/**
 * What differs between a state of the machine and Bochs: all registers, the shadow-stack pointers
 * and their MSRs, whether NMIs are blocked and what is latched, and every declared word of memory.
 *
 * <p>Not compared are dead words and flags that depend on a token, since nothing may depend on
 * them. Confined to one thread.
 */
final class BochsComparison {
  /** The slots that are compared as registers. */
  static final int[] REGISTERS = {
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    Slot.RIP,
    Slot.RFLAGS,
    Slot.CS,
    Slot.SS,
    Slot.DS,
    Slot.ES,
    Slot.FS,
    Slot.GS,
    Slot.FS_BASE,
    Slot.GS_BASE,
    Slot.KERNEL_GS_BASE,
    Slot.CR2,
    Slot.CR3,
    Slot.DR6,
    Slot.DR7,
    Slot.SSP
  };

  private static final String MASKED = "event_mask";
  private static final String PENDING = "pending_event";

  private final BochsGuest guest;
  private final BochsSystem system;
  private final MachineModel model;
  private final Translation translation;
  private final List<String> names = new ArrayList<>();
  private final Set<BochsDifference> met = EnumSet.noneOf(BochsDifference.class);
  private final Map<String, Long> corrections = new LinkedHashMap<>();
  private List<Difference> found = List.of();
  private long undefined;
  private long frame;
  private boolean doubleFault;
  private boolean failedDelivery;
  private long spillAddress;
  private long spilled;

  BochsComparison(
      BochsGuest guest, BochsSystem system, MachineModel model, Translation translation) {
    this.guest = guest;
    this.system = system;
    this.model = model;
    this.translation = translation;
    for (int slot : REGISTERS) {
      names.add(BochsSystem.name(slot));
    }
    names.addAll(system.msrs().keySet());
    names.add(MASKED);
    names.add(PENDING);
  }

  /** The known differences that were met. */
  Set<BochsDifference> met() {
    return met.isEmpty() ? EnumSet.noneOf(BochsDifference.class) : EnumSet.copyOf(met);
  }

  /** Says that a known difference was met. */
  void note(BochsDifference difference) {
    met.add(difference);
  }

  /** Begins a step, behind which no flag is undefined and no frame pushed yet. */
  void begin() {
    undefined = 0;
    frame = 0;
    doubleFault = false;
    failedDelivery = false;
    spillAddress = 0;
  }

  /** Says which flags the step leaves undefined; Bochs takes the machine's. */
  void undefined(long flags) {
    undefined = flags;
  }

  /** Says where the lowest word of the frame lies that the step pushes, or 0. */
  void frame(long address) {
    frame = address;
  }

  /** Says that the step delivers a double fault. */
  void doubleFault() {
    doubleFault = true;
  }

  /** Says that the step delivers #GP in place of an interrupt or a trap. */
  void failedDelivery() {
    failedDelivery = true;
  }

  /** Says what a CALL that faults would have pushed, and where. */
  void spilled(long address, long value) {
    spillAddress = address;
    spilled = value;
  }

  /** What differs. */
  List<Difference> compare(MachineState state) {
    found = new ArrayList<>();
    corrections.clear();
    Map<String, Long> values = guest.read(names);
    for (int slot : REGISTERS) {
      register(state, slot, values.get(BochsSystem.name(slot)));
    }
    system
        .msrs()
        .forEach((name, slot) -> equal(name.substring(4), state.read(slot), values.get(name)));
    long blocked = values.get(MASKED) & BochsSystem.NMI_EVENT;
    equal("nmi_blocked", state.read(Slot.NMI_BLOCKED), blocked);
    long pending = values.get(PENDING);
    equal("nmi_pending", state.read(Slot.NMI_PENDING), pending & BochsSystem.NMI_EVENT);
    long interrupt = (pending & BochsSystem.APIC_EVENT) != 0 ? 1 : 0;
    equal("irq_pending", state.read(Slot.IRQ_PENDING), interrupt);
    for (Region region : model.memory().regions()) {
      region(state, region);
    }
    if (!corrections.isEmpty()) {
      guest.write(corrections);
    }
    return found;
  }

  private void equal(String where, long machine, long emulated) {
    if (!translation.agree(machine, emulated)) {
      found.add(difference(where, machine, emulated));
    }
  }

  private void register(MachineState state, int slot, long emulated) {
    long machine = state.read(slot);
    switch (slot) {
      case Slot.RFLAGS -> flags(state, emulated);
      case Slot.DR6 -> {
        // While MOV SS holds a trap off, the machine has its cause in DR6 already.
        if (state.read(Slot.DB_PENDING) == 0) {
          causes(machine, emulated);
        }
      }
      case Slot.DR7 -> masked(slot, machine, emulated, StateTransfer.DR7_COMPARED);
      default -> equal(Slot.name(slot), machine, emulated);
    }
  }

  private void causes(long machine, long emulated) {
    boolean singleStep = (machine & StateTransfer.SINGLE_STEP) != 0;
    if (singleStep && (emulated & StateTransfer.HIT) == 0 && (machine & StateTransfer.HIT) != 0) {
      note(BochsDifference.SINGLE_STEP_CLEARS_HITS);
      long hits = machine & StateTransfer.HIT;
      corrections.put(BochsSystem.name(Slot.DR6), emulated | hits);
      masked(Slot.DR6, machine, emulated | hits, StateTransfer.DR6_COMPARED);
    } else {
      masked(Slot.DR6, machine, emulated, StateTransfer.DR6_COMPARED);
    }
  }

  private void masked(int slot, long machine, long emulated, long mask) {
    if (!Token.is(machine) && ((machine ^ emulated) & mask) != 0) {
      found.add(difference(Slot.name(slot), machine & mask, emulated & mask));
    }
  }

  private void flags(MachineState state, long emulated) {
    long open = undefined | Token.dependentFlags(state.read(Slot.FLAGS_TOKEN));
    long machine = state.read(Slot.RFLAGS);
    if ((emulated & ~machine & Rflags.RF) != 0) {
      note(BochsDifference.RF_KEPT);
      open |= Rflags.RF;
    }
    if (((machine ^ emulated) & ~open) != 0) {
      found.add(difference("rflags", machine & ~open, emulated & ~open));
    }
    long taken = undefined | Rflags.RF;
    long corrected = emulated & ~taken | machine & taken;
    if (corrected != emulated) {
      corrections.put(BochsSystem.name(Slot.RFLAGS), corrected);
    }
  }

  private void region(MachineState state, Region region) {
    long[] words = system.readRegion(region);
    for (int i = 0; i < words.length; i++) {
      long machine = state.read(region.firstSlot() + i);
      long at = region.base() + (long) i * region.wordBytes();
      boolean image = frame != 0 && at == frame + 16;
      if (image && flagsAgree(machine, words[i])) {
        continue;
      }
      if (failedDelivery && at == frame - 8 && machine == 0 && words[i] == 1) {
        note(BochsDifference.TOKEN_ERROR_CODE);
        system.writeWord(at, 0);
        continue;
      }
      if (spillAddress != 0 && at == spillAddress && words[i] == translation.toGuest(spilled)) {
        note(BochsDifference.CALL_WRITES_BEFORE_ITS_FAULT);
        system.writeWord(at, translation.toGuest(machine));
        continue;
      }
      if (!translation.agree(machine, words[i])) {
        boolean stack = region.kind() != Region.Kind.VARIABLE;
        String place = stack ? " -" + (region.end() - at) : "";
        found.add(difference(region.name() + place, machine, words[i]));
      }
    }
  }

  /** Whether the flags of a frame agree but for undefined ones. */
  private boolean flagsAgree(long image, long emulated) {
    long open = undefined | FlagsImage.unknown(image);
    if (doubleFault && (emulated & ~image & Rflags.RF) != 0) {
      note(BochsDifference.DOUBLE_FAULT_PUSHES_RF);
      system.writeWord(frame + 16, emulated & ~Rflags.RF);
      open |= Rflags.RF;
    }
    return ((FlagsImage.known(image) ^ emulated) & ~open) == 0;
  }

  private Difference difference(String where, long machine, long emulated) {
    String name = Token.is(machine) ? Token.name(machine, model.tokenNames()) + " = " : "";
    return new Difference(where, name + hex(translation.toGuest(machine)), hex(emulated));
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
