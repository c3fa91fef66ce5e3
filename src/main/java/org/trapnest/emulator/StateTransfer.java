package org.trapnest.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.trapnest.emulator.ServicePage.Service;
import org.trapnest.machine.FlagsImage;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;

/**
 * Architectural state between the machine and a guest: writes all of it, compares all of it.
 *
 * <p>Compared are the general-purpose registers, RIP, RFLAGS, all selectors, the FS base and both
 * GS bases, CR2, CR3, DR6 and DR7, and every declared word of memory. Not compared are dead stack
 * words and flags that depend on a token, since nothing may depend on them. Confined to one thread.
 */
final class StateTransfer {
  /** B0 to B3, BD and BS. */
  static final long DR6_COMPARED = 0x600f;

  /** B0 to B3 of DR6. */
  static final long HIT = 0xf;

  /** BS of DR6. */
  static final long SINGLE_STEP = 1L << 14;

  /** All of DR7 but bits 12:10, of which bit 10 reads as one. */
  static final long DR7_COMPARED = 0xffff_e3ffL;

  private static final int[] REGISTERS = {
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
    Slot.CR3
  };

  /** RDI: 32-bit code has eight registers. */
  private static final int LAST_LEGACY_REGISTER = 7;

  private final Guest guest;
  private final GuestSystem system;
  private final MachineModel model;
  private final Translation translation;
  private Map<Integer, Long> agreedMsrs = Map.of();
  private final Set<KnownDifference> met = EnumSet.noneOf(KnownDifference.class);

  StateTransfer(Guest guest, GuestSystem system, MachineModel model, Translation translation) {
    this.guest = guest;
    this.system = system;
    this.model = model;
    this.translation = translation;
  }

  /** The known differences that were met. */
  Set<KnownDifference> met() {
    return met.isEmpty() ? EnumSet.noneOf(KnownDifference.class) : EnumSet.copyOf(met);
  }

  /** Says that a known difference was met. */
  void note(KnownDifference difference) {
    met.add(difference);
  }

  /** One thing in which the two sides differ. */
  record Difference(String where, String machine, String emulator) {
    @Override
    public String toString() {
      return where + ": machine " + machine + ", emulator " + emulator;
    }
  }

  /** Writes a whole state of the machine; NMIs are not blocked. */
  void write(MachineState state) {
    msrSlots().forEach((number, slot) -> system.writeMsr(number, state.read(slot)));
    system.service(Service.WRITE_DR7, state.read(Slot.DR7) | 0x400, 0, 0);
    system.service(Service.WRITE_DR6, state.read(Slot.DR6), 0, 0);
    for (Region region : model.memory().regions()) {
      writeRegion(state, region);
    }
    system.synchronise(state, translation);
    writeRegisters(state);
  }

  /** Writes all registers that are compared. */
  void writeRegisters(MachineState state) {
    // Selectors first, since each brings its base.
    for (int i = Slot.CS; i <= Slot.GS; i++) {
      guest.write(i, state.read(i));
    }
    for (int slot : REGISTERS) {
      guest.write(slot, translation.toGuest(state.read(slot)));
    }
  }

  private void writeRegion(MachineState state, Region region) {
    ByteBuffer bytes = ByteBuffer.allocate((int) region.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < region.wordCount(); i++) {
      put(bytes, region.wordBytes(), translation.toGuest(state.read(region.firstSlot() + i)));
    }
    system.writeLinear(region.base(), bytes.array());
  }

  private static void put(ByteBuffer bytes, int width, long value) {
    for (int i = 0; i < width; i++) {
      bytes.put((byte) (value >>> 8 * i));
    }
  }

  /** Writes one slot of the machine, a register that the debugger shows or a word of memory. */
  void writeSlot(MachineState state, int slot) {
    long value = translation.toGuest(state.read(slot));
    if (Guest.has(slot)) {
      guest.write(slot, value);
      return;
    }
    for (Region region : model.memory().regions()) {
      int index = slot - region.firstSlot();
      if (index >= 0 && index < region.wordCount()) {
        long at = region.base() + (long) index * region.wordBytes();
        guest.writeMemory(system.physical(at), value, region.wordBytes());
        return;
      }
    }
    switch (slot) {
      case Slot.MCG_STATUS -> system.writeMsr(Msr.MCG_STATUS, value);
      case Slot.SPEC_CTRL -> system.writeMsr(Msr.SPEC_CTRL, value);
      case Slot.DR6 -> system.service(Service.WRITE_DR6, value, 0, 0);
      case Slot.DR7 -> system.service(Service.WRITE_DR7, value | 0x400, 0, 0);
      default -> {
        return;
      }
    }
  }

  /**
   * What differs.
   *
   * @param undefined flags that the last instruction left undefined; the guest takes the machine's
   * @param frame the address of the lowest word of the frame that the last step pushed, or 0
   */
  List<Difference> compare(MachineState state, long undefined, long frame) {
    List<Difference> found = new ArrayList<>();
    compareRegisters(state, undefined, frame, found);
    long[] debug = guest.debugRegisters();
    if (state.read(Slot.DB_PENDING) == 0) {
      // While MOV SS holds a trap off, the machine has its cause in DR6 already.
      long cleared = debug[0] & HIT;
      boolean tolerated = cleared == 0 && (state.read(Slot.DR6) & SINGLE_STEP) != 0;
      if (tolerated && (state.read(Slot.DR6) & HIT) != 0) {
        met.add(KnownDifference.SINGLE_STEP_CLEARS_HITS);
        writeSlot(state, Slot.DR6);
      }
      compareMasked(state, Slot.DR6, debug[0], DR6_COMPARED & (tolerated ? ~HIT : -1), found);
    }
    compareMasked(state, Slot.DR7, debug[1], DR7_COMPARED, found);
    compareMsrs(state, found);
    for (Region region : model.memory().regions()) {
      compareRegion(state, region, undefined, frame, found);
    }
    return found;
  }

  /** The MSRs of the machine, but those that the debugger shows anyway. */
  private Map<Integer, Integer> msrSlots() {
    Map<Integer, Integer> slots = new TreeMap<>(model.system().msrSlots());
    slots.put(Msr.MCG_STATUS, Slot.MCG_STATUS);
    slots.put(Msr.SPEC_CTRL, Slot.SPEC_CTRL);
    return slots;
  }

  /** MSRs are read again when the machine's have changed since the last time. */
  private void compareMsrs(MachineState state, List<Difference> found) {
    Map<Integer, Long> values = new TreeMap<>();
    msrSlots().forEach((number, slot) -> values.put(number, state.read(slot)));
    if (!values.equals(agreedMsrs)) {
      values.forEach(
          (number, value) -> {
            long emulated = system.readMsr(number);
            if (!translation.agree(value, emulated)) {
              found.add(difference("MSR " + hex(number), value, emulated));
            }
          });
      agreedMsrs = values;
    }
  }

  /**
   * What differs in registers, and in the memory that differs from an earlier state.
   *
   * @param before the machine's slots in the earlier state
   */
  List<Difference> compareNew(MachineState state, long undefined, long frame, long[] before) {
    List<Difference> found = new ArrayList<>();
    compareRegisters(state, undefined, frame, found);
    for (Region region : model.memory().regions()) {
      // A frame may repeat what lay there, and is compared with its tolerances all the same.
      boolean changed = frame != 0 && region.contains(frame);
      for (int i = 0; i < region.wordCount() && !changed; i++) {
        changed = before[region.firstSlot() + i] != state.read(region.firstSlot() + i);
      }
      if (changed) {
        compareRegion(state, region, undefined, frame, found);
      }
    }
    return found;
  }

  private void compareRegisters(
      MachineState state, long undefined, long frame, List<Difference> found) {
    boolean halves = state.read(Slot.CS) == Selectors.USER32_CS;
    for (int slot : REGISTERS) {
      long machine = state.read(slot);
      long emulated = guest.read(slot);
      if (halves && slot <= Slot.RIP) {
        compareHalf(slot, machine, emulated, found);
        continue;
      }
      if (slot == Slot.RFLAGS) {
        compareFlags(state, undefined, found);
      } else if (slot == Slot.SS && frame != 0 && emulated == 0 && isKernel(machine)) {
        met.add(KnownDifference.IST_LOADS_NULL_SS);
        guest.write(slot, machine);
      } else if (!translation.agree(machine, emulated)) {
        found.add(difference(Slot.name(slot), machine, emulated));
      }
    }
  }

  /** In compatibility mode the debugger shows the low halves of eight registers and of RIP. */
  private void compareHalf(int slot, long machine, long emulated, List<Difference> found) {
    boolean shown = slot <= LAST_LEGACY_REGISTER || slot == Slot.RIP;
    boolean same = (int) translation.toGuest(machine) == (int) emulated;
    if (shown && !same && !Translation.isAny(machine)) {
      found.add(difference(Slot.name(slot) + " (low half)", machine, emulated));
    }
  }

  private static boolean isKernel(long selector) {
    return selector == Selectors.KERNEL_DS;
  }

  private void compareFlags(MachineState state, long undefined, List<Difference> found) {
    long open = undefined | Token.dependentFlags(state.read(Slot.FLAGS_TOKEN));
    long machine = state.read(Slot.RFLAGS);
    long emulated = guest.read(Slot.RFLAGS);
    if ((emulated & ~machine & Rflags.RF) != 0) {
      met.add(KnownDifference.RF_NOT_KEPT);
      open |= Rflags.RF;
    }
    if (((machine ^ emulated) & ~open) != 0) {
      found.add(difference("rflags", machine & ~open, emulated & ~open));
    } else {
      long taken = undefined | Rflags.RF;
      guest.write(Slot.RFLAGS, emulated & ~taken | machine & taken);
    }
  }

  private void compareMasked(
      MachineState state, int slot, long emulated, long mask, List<Difference> found) {
    long machine = state.read(slot);
    if (!Token.is(machine) && ((machine ^ emulated) & mask) != 0) {
      found.add(difference(Slot.name(slot), machine & mask, emulated & mask));
    }
  }

  private void compareRegion(
      MachineState state, Region region, long undefined, long frame, List<Difference> found) {
    byte[] bytes = system.readLinear(region.base(), (int) region.bytes());
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < region.wordCount(); i++) {
      long machine = state.read(region.firstSlot() + i);
      long emulated =
          switch (region.wordBytes()) {
            case 1 -> buffer.get() & 0xff;
            case 2 -> buffer.getShort() & 0xffff;
            case 4 -> buffer.getInt() & 0xffff_ffffL;
            default -> buffer.getLong();
          };
      long at = region.base() + (long) i * region.wordBytes();
      boolean tolerated =
          frame != 0
              && (at == frame + 16 && flagsAgree(machine, emulated, undefined)
                  || at == frame - 8 && gateCodesAgree(machine, emulated));
      if (machine != emulated && tolerated) {
        guest.writeMemory(system.physical(at), translation.toGuest(machine), 8);
      } else if (!translation.agree(machine, emulated)) {
        String place = region.kind() == Region.Kind.STACK ? " stack -" + (region.end() - at) : "";
        found.add(difference(region.name() + place, machine, emulated));
      }
    }
  }

  /** Whether the flags of a frame agree but for undefined ones and RF. */
  private boolean flagsAgree(long image, long emulated, long undefined) {
    long machine = FlagsImage.known(image);
    long missing = machine & ~emulated & Rflags.RF;
    if (missing != 0) {
      met.add(KnownDifference.RF_NOT_PUSHED);
    }
    long kept = emulated & ~machine & Rflags.RF;
    if (kept != 0) {
      met.add(KnownDifference.RF_NOT_KEPT);
    }
    long open = undefined | FlagsImage.unknown(image) | missing | kept;
    return ((machine ^ emulated) & ~open) == 0;
  }

  /** Whether two error codes that differ name the same gate. */
  private boolean gateCodesAgree(long machine, long emulated) {
    boolean same = (machine & 2) != 0 && emulated == (machine >>> 3) * 16 + 2;
    if (same) {
      met.add(KnownDifference.GATE_ERROR_CODE);
    }
    return same;
  }

  private Difference difference(String where, long machine, long emulated) {
    long wanted = translation.toGuest(machine);
    String name = Token.is(machine) ? Token.name(machine, model.tokenNames()) + " = " : "";
    return new Difference(where, name + hex(wanted), hex(emulated));
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
