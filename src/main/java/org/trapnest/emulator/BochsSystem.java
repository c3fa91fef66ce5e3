package org.trapnest.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.trapnest.machine.Assumption;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;

/**
 * A model in Bochs' memory and registers: page tables, descriptor tables, code, shadow stacks, and
 * whole states of the machine. Confined to one thread.
 */
final class BochsSystem {
  /** NMI, among the bits of pending and of masked events. */
  static final long NMI_EVENT = 1;

  /** An interrupt of the local APIC, among the bits of pending events. */
  static final long APIC_EVENT = 1L << 11;

  /** What is masked besides while IF is 0, and always what belongs to virtual machines. */
  private static final long MASKED_WITHOUT_IF = 0xf40;

  private static final String[] GENERAL = {
    "RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13",
    "R14", "R15"
  };
  private static final String[] SEGMENTS = {"CS", "SS", "DS", "ES", "FS", "GS"};
  private static final Map<Integer, String> MSRS =
      new TreeMap<>(
          Map.of(
              Msr.PL0_SSP,
              "MSR.ia32_pl0_ssp",
              Msr.PL1_SSP,
              "MSR.ia32_pl1_ssp",
              Msr.PL2_SSP,
              "MSR.ia32_pl2_ssp",
              Msr.PL3_SSP,
              "MSR.ia32_pl3_ssp",
              Msr.INTERRUPT_SSP_TABLE_ADDR,
              "MSR.ia32_interrupt_ssp_table",
              Msr.SPEC_CTRL,
              "MSR.ia32_spec_ctrl"));

  /** SH_STK_EN, and WR_SHSTK_EN. */
  private static final long SHADOW_STACKS = 1;

  private static final long SHADOW_STACK_WRITES = 2;

  /** PG, WP, NE, ET, MP and PE. */
  private static final long CR0 = 0x8001_0033L;

  /** PGE and PAE. */
  private static final long CR4 = 0xa0;

  private static final long CR4_FSGSBASE = 1L << 16;
  private static final long CR4_CET = 1L << 23;

  /** NXE, LMA, LME and SCE. */
  private static final long EFER = 0xd01;

  private static final long TSS_LIMIT = 103;
  private static final int CODE = 0xb;
  private static final int DATA = 3;
  private static final int BUSY_TSS = 0xb;

  private final BochsGuest guest;
  private final MachineModel model;
  private final GuestProgram program;
  private final Translation translation;
  private final PageTables pages;
  private final boolean shadowStacks;
  private final long[] stackPointers = new long[8];

  /** What Bochs' memory holds of each region, as it was last read or written. */
  private final Map<Region, long[]> known = new HashMap<>();

  private final Map<String, Long> substitutes = new HashMap<>();
  private final Map<Long, Long> replaced = new HashMap<>();

  BochsSystem(BochsGuest guest, PageTables pages, MachineModel model, GuestProgram program) {
    this.guest = guest;
    this.model = model;
    this.program = program;
    this.translation = new Translation(program);
    this.shadowStacks = model.system().shadowStacks().isPresent();
    this.pages = pages;
    for (Region region : model.memory().regions()) {
      known.put(region, new long[(int) (region.bytes() + 7) / 8]);
    }
  }

  private static byte[] bytes(long[] words) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      buffer.putLong(word);
    }
    return buffer.array();
  }

  private long physical(long linear) {
    return pages
        .physical(linear)
        .orElseThrow(
            () -> new EmulatorFailure("nothing is mapped at 0x" + Long.toHexString(linear)));
  }

  private static int inPage(long linear, int length) {
    return Math.min(length, PageTables.PAGE_BYTES - (int) (linear & PageTables.PAGE_BYTES - 1));
  }

  /** Writes bytes at a mapped linear address; whole words of four bytes. */
  void writeLinear(long linear, byte[] bytes) {
    for (int done = 0; done < bytes.length; ) {
      int part = inPage(linear + done, bytes.length - done);
      guest.writeMemory(physical(linear + done), Arrays.copyOfRange(bytes, done, done + part));
      done += part;
    }
  }

  /** Reads bytes at a mapped linear address. */
  byte[] readLinear(long linear, int length) {
    byte[] found = new byte[length];
    for (int done = 0; done < length; ) {
      int part = inPage(linear + done, length - done);
      System.arraycopy(guest.readMemory(physical(linear + done), part), 0, found, done, part);
      done += part;
    }
    return found;
  }

  /**
   * Lets other bytes stand in for the code's. Bochs keeps decoded instructions by their physical
   * addresses and does not notice what the debugger writes, so another page is mapped, which keeps
   * its content from then on.
   */
  void substitute(long place, byte[] bytes) {
    for (int done = 0; done < bytes.length; ) {
      int part = inPage(place + done, bytes.length - done);
      substituteInPage(place + done, Arrays.copyOfRange(bytes, done, done + part));
      done += part;
    }
    flushTranslations();
  }

  private void substituteInPage(long place, byte[] bytes) {
    String key = place + Arrays.toString(bytes);
    long page = place & -PageTables.PAGE_BYTES;
    Long other = substitutes.get(key);
    if (other == null) {
      other = pages.spare();
      substitutes.put(key, other);
      byte[] content = guest.readMemory(physical(page), PageTables.PAGE_BYTES);
      System.arraycopy(bytes, 0, content, (int) (place - page), bytes.length);
      guest.fillMemory(other, content);
    }
    long offset = other - physical(page);
    pages
        .entries(page)
        .forEach(
            (address, entry) -> {
              replaced.put(address, entry);
              guest.writeMemory(address, bytes(new long[] {entry + offset}));
            });
  }

  /** Ends what {@link #substitute} began. */
  void restoreCode() {
    replaced.forEach((address, entry) -> guest.writeMemory(address, bytes(new long[] {entry})));
    replaced.clear();
    flushTranslations();
  }

  /** Whatever is loaded, Bochs forgets the translations that it knows. */
  private void flushTranslations() {
    guest.write(Map.of("async_event", 1L));
  }

  /** The parameter that holds a slot, for the general-purpose registers and some others. */
  static String name(int slot) {
    if (slot < GENERAL.length) {
      return GENERAL[slot];
    }
    if (slot >= Slot.CS && slot <= Slot.GS) {
      return SEGMENTS[slot - Slot.CS] + ".selector";
    }
    return switch (slot) {
      case Slot.RIP -> "RIP";
      case Slot.RFLAGS -> "EFLAGS";
      case Slot.FS_BASE -> "FS.base";
      case Slot.GS_BASE -> "GS.base";
      case Slot.KERNEL_GS_BASE -> "MSR.kernelgsbase";
      case Slot.CR2 -> "CR2";
      case Slot.CR3 -> "CR3";
      case Slot.DR6 -> "DR6";
      case Slot.DR7 -> "DR7";
      case Slot.SSP -> "SSP";
      case Slot.SPEC_CTRL -> "MSR.ia32_spec_ctrl";
      default -> throw new IllegalArgumentException("slot " + slot);
    };
  }

  /** The slots of MSRs that Bochs has too, by the parameter's name. */
  Map<String, Integer> msrs() {
    Map<String, Integer> found = new LinkedHashMap<>();
    found.put(MSRS.get(Msr.SPEC_CTRL), Slot.SPEC_CTRL);
    model
        .system()
        .msrSlots()
        .forEach(
            (number, slot) -> {
              if (MSRS.containsKey(number)) {
                found.put(MSRS.get(number), slot);
              }
            });
    return found;
  }

  /** Whether Bochs keeps an MSR that the machine has. */
  boolean hasMsr(int number) {
    boolean fixed =
        switch (number) {
          case Msr.FS_BASE, Msr.GS_BASE, Msr.KERNEL_GS_BASE -> true;
          default -> false;
        };
    return fixed || MSRS.containsKey(number);
  }

  /** Brings processor, memory and TSS into a state of the machine; nothing is pending in it. */
  void write(MachineState state) {
    Map<String, String> values = fixedRegisters();
    for (int slot = 0; slot < Slot.RFLAGS; slot++) {
      put(values, name(slot), translation.toGuest(state.read(slot)));
    }
    for (int slot = Slot.CS; slot <= Slot.GS; slot++) {
      segment(values, SEGMENTS[slot - Slot.CS], state.read(slot));
    }
    for (int slot :
        new int[] {
          Slot.RFLAGS,
          Slot.FS_BASE,
          Slot.GS_BASE,
          Slot.KERNEL_GS_BASE,
          Slot.CR2,
          Slot.CR3,
          Slot.DR6,
          Slot.DR7,
          Slot.SSP
        }) {
      put(values, name(slot), translation.toGuest(state.read(slot)));
    }
    put(values, name(Slot.DR7), state.read(Slot.DR7) | 0x400);
    msrs().forEach((name, slot) -> put(values, name, translation.toGuest(state.read(slot))));
    boolean enabled = (state.read(Slot.RFLAGS) & Rflags.IF) != 0;
    put(
        values,
        "event_mask",
        (enabled ? 0 : MASKED_WITHOUT_IF) | (state.read(Slot.NMI_BLOCKED) != 0 ? NMI_EVENT : 0));
    put(values, "pending_event", 0);
    put(values, "debug_trap", 0);
    put(values, "inhibit_mask", 0);
    put(values, "activity_state", 0);
    put(values, "local_apic.irr1", 0);
    put(values, "local_apic.isr1", 0);
    guest.writeTexts(values);
    for (Region region : model.memory().regions()) {
      writeRegion(state, region);
    }
    synchronise(state);
  }

  /** What has the same value in every state. */
  private Map<String, String> fixedRegisters() {
    MachineModel.SystemRegisters system = model.system();
    Map<String, String> values = new LinkedHashMap<>();
    put(values, "CR0", CR0);
    boolean bases = model.assumes(Assumption.FSGSBASE);
    put(values, "CR4", CR4 | (bases ? CR4_FSGSBASE : 0) | (shadowStacks ? CR4_CET : 0));
    put(values, "MSR.EFER", EFER);
    put(values, "MSR.star", Selectors.USER32_CS << 48 | Selectors.KERNEL_CS << 32);
    put(values, "MSR.lstar", program.translate(system.lstar()));
    put(values, "MSR.cstar", program.translate(system.cstar()));
    put(values, "MSR.fmask", system.fmask());
    boolean sysenter = system.sysenterEip() != 0;
    put(values, "MSR.sysenter_cs_msr", sysenter ? Selectors.KERNEL_CS : 0);
    put(values, "MSR.sysenter_eip_msr", program.translate(system.sysenterEip()));
    put(values, "MSR.sysenter_esp_msr", system.sysenterEsp());
    boolean writes = model.assumes(Assumption.SHADOW_STACK_WRITES);
    long control = SHADOW_STACKS | (writes ? SHADOW_STACK_WRITES : 0);
    put(values, "MSR.ia32_cet_s_ctrl", shadowStacks ? control : 0);
    put(values, "MSR.ia32_cet_u_ctrl", shadowStacks ? SHADOW_STACKS : 0);
    put(values, "GDTR.base", ServicePage.BASE);
    put(values, "GDTR.limit", ServicePage.GDT_BYTES - 1);
    put(values, "IDTR.base", ServicePage.idt());
    put(values, "IDTR.limit", PageTables.PAGE_BYTES - 1);
    put(values, "TR.selector", ServicePage.TSS_SELECTOR);
    put(values, "TR.base", ServicePage.tss());
    put(values, "TR.limit_scaled", TSS_LIMIT);
    put(values, "TR.type", BUSY_TSS);
    put(values, "LDTR.valid", 0);
    put(values, "local_apic.spurious_vector", 0xff);
    values.put("local_apic.software_enabled", "true");
    put(values, "async_event", 1);
    return values;
  }

  private static void put(Map<String, String> values, String name, long value) {
    values.put(name, "0x" + Long.toHexString(value));
  }

  /** A segment register as a load of the selector leaves it. */
  private static void segment(Map<String, String> values, String name, long selector) {
    boolean code = name.equals("CS");
    boolean usable = (selector & ~3) != 0;
    boolean legacy = selector == Selectors.USER32_CS;
    put(values, name + ".selector", selector);
    put(values, name + ".valid", usable ? 7 : 0);
    put(values, name + ".dpl", usable ? selector & 3 : 0);
    put(values, name + ".type", code ? CODE : DATA);
    put(values, name + ".base", 0);
    put(values, name + ".limit_scaled", usable ? 0xffff_ffffL : 0);
    values.put(name + ".p", String.valueOf(usable));
    values.put(name + ".segment", "true");
    values.put(name + ".granularity", String.valueOf(usable));
    values.put(name + ".d_b", String.valueOf(usable && (!code || legacy)));
    values.put(name + ".l", String.valueOf(code && !legacy));
  }

  private void writeRegion(MachineState state, Region region) {
    long[] there = known.get(region);
    long[] wanted = new long[there.length];
    int width = region.wordBytes();
    for (int i = 0; i < region.wordCount(); i++) {
      long value = translation.toGuest(state.read(region.firstSlot() + i));
      long kept = width == 8 ? value : value & (1L << 8 * width) - 1;
      wanted[i * width / 8] |= kept << 8 * (i * width % 8);
    }
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] != there[i]) {
        writeWord(region.base() + 8L * i, wanted[i]);
        there[i] = wanted[i];
      }
    }
  }

  /** Reads a region's words, zero-extended. */
  long[] readRegion(Region region) {
    long[] there = known.get(region);
    byte[] bytes = readLinear(region.base(), 8 * there.length);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(there);
    int width = region.wordBytes();
    long[] words = new long[region.wordCount()];
    for (int i = 0; i < words.length; i++) {
      long word = there[i * width / 8] >>> 8 * (i * width % 8);
      words[i] = width == 8 ? word : word & (1L << 8 * width) - 1;
    }
    return words;
  }

  /** Writes a word of eight bytes. */
  void writeWord(long linear, long value) {
    writeLinear(linear, bytes(new long[] {value}));
  }

  /** Writes a word of memory, or one of the MSRs that Bochs has too, as a state has it. */
  void writeMemory(MachineState state, int slot) {
    for (Region region : model.memory().regions()) {
      if (slot >= region.firstSlot() && slot < region.firstSlot() + region.wordCount()) {
        writeRegion(state, region);
        return;
      }
    }
    msrs()
        .forEach(
            (name, msr) -> {
              if (msr == slot) {
                guest.write(Map.of(name, translation.toGuest(state.read(slot))));
              }
            });
  }

  /** Brings the hardware's TSS up to date with the model's. */
  void synchronise(MachineState state) {
    for (int ist = 0; ist < stackPointers.length; ist++) {
      int slot = ist == 0 ? model.system().sp0Slot() : model.system().istSlots().get(ist);
      long value = translation.toGuest(state.read(slot));
      if (stackPointers[ist] != value) {
        writeWord(ServicePage.stackPointer(ist), value);
        stackPointers[ist] = value;
      }
    }
  }
}
