package org.trapnest.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.trapnest.emulator.ServicePage.Service;
import org.trapnest.machine.Assumption;
import org.trapnest.machine.Gate;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Program;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;

/**
 * What surrounds a model's text on the emulated processor: page tables for both views, descriptor
 * tables, entry points, user mode, and the ways to change what a debugger cannot. Confined to one
 * thread.
 */
final class GuestSystem {
  /** Where the user's service code lies: a watched word, and a jump through it. */
  private static final long USER_WATCHED = 0x0040_0800L;

  private static final long USER_WATCHED_JUMP = 0x0040_0900L;

  /** DR7 with L0, and for breakpoint 0 reads and writes of eight bytes. */
  private static final long WATCH_EIGHT_BYTES = 0xb_0000L | 0x401;

  private static final long CR4_FSGSBASE = 1L << 16;

  /** IA32_MTRR_PHYSBASE0. */
  private static final int FIRST_STAND_IN = 0x200;

  private static final int FIRST_EXTERNAL = 32;
  private static final int LAST_EXTERNAL = 47;
  private static final int MOST_PENDING = 16;
  private static final int MOST_STOPS = 3;
  private static final long NULL_STAR = 0;
  private static final long LOW_HALF = 0xffff_ffffL;

  private final Guest guest;
  private final MachineModel model;
  private final GuestProgram program;
  private final PageTables pages;
  private final Map<Long, byte[]> written;
  private final Map<Integer, Integer> standIns = new TreeMap<>();
  private final long[] stackPointers = new long[8];
  private boolean shadowLost;

  /**
   * Surroundings of a model.
   *
   * @param written what has been written to physical memory that the guest itself does not change,
   *     by address; kept up to date
   */
  GuestSystem(Guest guest, MachineModel model, GuestProgram program, Map<Long, byte[]> written) {
    this.guest = guest;
    this.model = model;
    this.program = program;
    this.written = written;
    this.pages = PageTables.of(model, program);
    pages.map(USER_WATCHED, true, true);
    placeMsrs();
  }

  /** MSRs that the emulator lacks are kept in base registers of memory types, which it ignores. */
  private void placeMsrs() {
    int next = FIRST_STAND_IN;
    standIns.put(Msr.SPEC_CTRL, next++);
    for (int number : new TreeMap<>(model.system().msrSlots()).keySet()) {
      standIns.put(number, next++);
    }
  }

  /** Which MSR keeps an MSR that the emulator lacks, by its number. */
  Map<Integer, Integer> standIns() {
    return new HashMap<>(standIns);
  }

  /** Writes everything that a run of the model does not change, and ends what is pending. */
  void install() {
    guest.monitor("o /b 0x3f9 0");
    pages.tables().forEach((address, table) -> writeOnce(address, bytes(table)));
    writeCode();
    ServicePage calm = new ServicePage();
    for (int vector = 0; vector < 256; vector++) {
      calm.gate(vector, Service.LOOP.address(), 0, true, 0);
    }
    guest.writeMemory(physical(ServicePage.BASE), calm.content());
    Arrays.fill(stackPointers, 0);
    toKernel();
    guest.write(Slot.CR3, model.system().kernelCr3());
    guest.write(Slot.RFLAGS, Rflags.FIXED);
    service(Service.LGDT, ServicePage.gdtPointer(), 0, 0);
    service(Service.LIDT, ServicePage.idtPointer(), 0, 0);
    // No LDT: its selectors are bad ones.
    service(Service.LLDT, 0, 0, 0);
    service(Service.LTR, ServicePage.TSS_SELECTOR, 0, 0);
    drain();
    guest.writeMemory(physical(ServicePage.BASE), gates().content());
    service(Service.LTR, ServicePage.TSS_SELECTOR, 0, 0);
    writeMsrs();
    long cr4 = guest.read(Slot.CR4) & ~CR4_FSGSBASE;
    guest.write(Slot.CR4, model.assumes(Assumption.FSGSBASE) ? cr4 | CR4_FSGSBASE : cr4);
  }

  private void writeCode() {
    byte[] code = program.code();
    for (int done = 0; done < code.length; done += PageTables.PAGE_BYTES) {
      int length = Math.min(PageTables.PAGE_BYTES, code.length - done);
      byte[] part = Arrays.copyOfRange(code, done, done + length);
      writeOnce(physical(Program.BASE + done), part);
    }
    // jmp . in user mode, and jmp *USER_WATCHED.
    guest.writeMemory(physical(model.system().userRip()), ServicePage.bytes(0xeb, 0xfe));
    guest.writeMemory(
        physical(USER_WATCHED_JUMP), ServicePage.bytes(0xff, 0x24, 0x25, 0, 8, 0x40, 0));
  }

  private void writeOnce(long address, byte[] bytes) {
    if (!Arrays.equals(written.get(address), bytes)) {
      guest.writeMemory(address, bytes);
      written.put(address, bytes);
    }
  }

  private static byte[] bytes(long[] words) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      buffer.putLong(word);
    }
    return buffer.array();
  }

  private ServicePage gates() {
    ServicePage page = new ServicePage();
    for (Gate gate : model.gates().values()) {
      int first = gate.vector().number();
      int last = first == FIRST_EXTERNAL ? LAST_EXTERNAL : first;
      for (int vector = first; vector <= last; vector++) {
        page.gate(
            vector,
            program.translate(gate.handler()),
            gate.ist(),
            gate.interruptGate(),
            gate.dpl());
      }
    }
    return page;
  }

  /** Unblocks NMIs and takes whatever is latched, with gates that lead to a loop. */
  private void drain() {
    int quiet = 0;
    for (int round = 0; round < MOST_PENDING && quiet < MOST_STOPS; round++) {
      if (quiet == 0) {
        returnToLoop();
      }
      guest.step();
      quiet = guest.read(Slot.RSP) == ServicePage.STACK ? quiet + 1 : 0;
    }
    if (quiet < MOST_STOPS) {
      throw new EmulatorFailure("the emulator delivers events without end");
    }
    guest.write(Slot.RFLAGS, Rflags.FIXED);
  }

  /** Unblocks NMIs, as an IRET does, and puts all registers back. */
  void unblockNmis() {
    int[] changed = {Slot.RSP, Slot.RIP, Slot.RFLAGS, Slot.CS, Slot.SS, Slot.CR3};
    long[] before = new long[changed.length];
    for (int i = 0; i < changed.length; i++) {
      before[i] = guest.read(changed[i]);
    }
    toKernel();
    returnToLoop();
    for (int i = 0; i < changed.length; i++) {
      guest.write(changed[i], before[i]);
    }
  }

  private void returnToLoop() {
    long frame = ServicePage.STACK - 256;
    long[] words = {
      Service.LOOP.address(),
      Selectors.KERNEL_CS,
      Rflags.FIXED | Rflags.IF,
      ServicePage.STACK,
      Selectors.KERNEL_DS
    };
    guest.writeMemory(physical(frame), bytes(words));
    guest.write(Slot.RFLAGS, Rflags.FIXED);
    guest.write(Slot.RSP, frame);
    guest.write(Slot.RIP, Service.IRETQ.address());
    guest.stepAlone();
  }

  private void writeMsrs() {
    MachineModel.SystemRegisters system = model.system();
    writeMsr(Msr.STAR, (Selectors.USER32_CS << 48) | Selectors.KERNEL_CS << 32);
    writeMsr(Msr.LSTAR, program.translate(system.lstar()));
    writeMsr(Msr.CSTAR, program.translate(system.cstar()));
    writeMsr(Msr.FMASK, system.fmask());
    boolean sysenter = system.sysenterEip() != 0;
    writeMsr(Msr.SYSENTER_CS, sysenter ? Selectors.KERNEL_CS : NULL_STAR);
    writeMsr(Msr.SYSENTER_EIP, program.translate(system.sysenterEip()));
    writeMsr(Msr.SYSENTER_ESP, system.sysenterEsp());
  }

  /** Says that other instructions than the model's ran, which ends an interrupt shadow. */
  void loseShadow() {
    shadowLost = true;
  }

  /** Puts the processor into the shadow of STI, where other instructions have ended it. */
  void restoreShadow(boolean wanted) {
    if (wanted && shadowLost) {
      endShadow();
      service(Service.STI, 0, 0, 0);
    }
    shadowLost = false;
  }

  /** Ends an interrupt shadow. */
  void endShadow() {
    service(Service.NOP, 0, 0, 0);
  }

  /** Where a linear address of the model or of the surroundings lies in physical memory. */
  long physical(long linear) {
    return pages
        .physical(linear)
        .orElseThrow(
            () -> new EmulatorFailure("nothing is mapped at 0x" + Long.toHexString(linear)));
  }

  /** Writes bytes at a mapped linear address, whatever the current view maps. */
  void writeLinear(long linear, byte[] bytes) {
    for (int done = 0; done < bytes.length; ) {
      int part = inPage(linear + done, bytes.length - done);
      guest.writeMemory(physical(linear + done), Arrays.copyOfRange(bytes, done, done + part));
      done += part;
    }
  }

  /** Reads bytes at a mapped linear address, whatever the current view maps. */
  byte[] readLinear(long linear, int length) {
    byte[] found = new byte[length];
    for (int done = 0; done < length; ) {
      int part = inPage(linear + done, length - done);
      System.arraycopy(guest.readMemory(physical(linear + done), part), 0, found, done, part);
      done += part;
    }
    return found;
  }

  private static int inPage(long linear, int length) {
    return Math.min(length, PageTables.PAGE_BYTES - (int) (linear & PageTables.PAGE_BYTES - 1));
  }

  /** Sets CPL to 0 where it is 3. */
  private void toKernel() {
    if (Selectors.rpl(guest.read(Slot.CS)) != 0) {
      guest.write(Slot.CS, Selectors.KERNEL_CS);
      guest.write(Slot.SS, Selectors.KERNEL_DS);
    }
  }

  /** The address of a jump to itself that the current privilege level may run. */
  long loopHere() {
    boolean user = Selectors.rpl(guest.read(Slot.CS)) == 3;
    return user ? model.system().userRip() : Service.LOOP.address();
  }

  /** Runs one instruction of the service page with operands, and puts all registers back. */
  void service(Service service, long rax, long rcx, long rdx) {
    service(service, new Operands(rax, rcx, rdx), () -> 0);
  }

  /** What a service instruction finds in three registers. */
  private record Operands(long rax, long rcx, long rdx) {}

  private long service(Service service, Operands operands, LongSupplier result) {
    int[] changed = {
      Slot.RAX, Slot.RCX, Slot.RDX, Slot.RIP, Slot.RFLAGS, Slot.CS, Slot.SS, Slot.CR3
    };
    long[] before = new long[changed.length];
    for (int i = 0; i < changed.length; i++) {
      before[i] = guest.read(changed[i]);
    }
    toKernel();
    guest.write(Slot.RFLAGS, Rflags.FIXED);
    guest.write(Slot.RAX, operands.rax());
    guest.write(Slot.RCX, operands.rcx());
    guest.write(Slot.RDX, operands.rdx());
    guest.write(Slot.RIP, service.address());
    guest.stepAlone();
    loseShadow();
    long expected = service.address() + service.length();
    if (guest.read(Slot.RIP) != expected) {
      throw new EmulatorFailure(
          "%s in the emulator leads to 0x%x".formatted(service, guest.read(Slot.RIP)));
    }
    long found = result.getAsLong();
    for (int i = 0; i < changed.length; i++) {
      guest.write(changed[i], before[i]);
    }
    return found;
  }

  /** Reads an MSR, or what stands in for it. */
  long readMsr(int number) {
    int real = standIns.getOrDefault(number, number);
    return service(
        Service.RDMSR,
        new Operands(0, real, 0),
        () -> guest.read(Slot.RAX) & LOW_HALF | guest.read(Slot.RDX) << 32);
  }

  void writeMsr(int number, long value) {
    int real = standIns.getOrDefault(number, number);
    service(Service.WRMSR, value & LOW_HALF, real, value >>> 32);
  }

  /** Brings the hardware's TSS up to date with the model's. */
  void synchronise(MachineState state, Translation translation) {
    for (int ist = 0; ist < stackPointers.length; ist++) {
      int slot = ist == 0 ? model.system().sp0Slot() : model.system().istSlots().get(ist);
      long value = translation.toGuest(state.read(slot));
      if (stackPointers[ist] != value) {
        guest.writeMemory(physical(ServicePage.stackPointer(ist)), value, 8);
        stackPointers[ist] = value;
      }
    }
  }

  /**
   * Runs a jump to where RIP stands, whose operand is watched, so that a debug trap arrives there.
   *
   * @param dr7 what DR7 holds before and afterwards
   */
  void debugTrapHere(long dr7) {
    boolean user = Selectors.rpl(guest.read(Slot.CS)) == 3;
    long watched = user ? USER_WATCHED : ServicePage.WATCHED;
    service(Service.WRITE_DR0, watched, 0, 0);
    service(Service.WRITE_DR7, WATCH_EIGHT_BYTES, 0, 0);
    long place = guest.read(Slot.RIP);
    guest.writeMemory(physical(watched), place, 8);
    long jump = user ? USER_WATCHED_JUMP : Service.WATCHED_JUMP.address();
    guest.write(Slot.RIP, jump);
    // For the watchpoint the emulator makes stops of its own, before the trap and behind it.
    for (int i = 0; i < MOST_STOPS && guest.read(Slot.RIP) == jump; i++) {
      guest.stepAlone();
    }
    long handler = guest.read(Slot.RIP);
    guest.write(Slot.RIP, Service.LOOP.address());
    for (int i = 0; i < MOST_STOPS; i++) {
      guest.stepAlone();
    }
    guest.write(Slot.RIP, handler);
    service(Service.WRITE_DR7, dr7, 0, 0);
  }
}
