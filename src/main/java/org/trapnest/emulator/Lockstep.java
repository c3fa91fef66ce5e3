package org.trapnest.emulator;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.trapnest.emulator.ServicePage.Service;
import org.trapnest.emulator.StateTransfer.Difference;
import org.trapnest.machine.Choice;
import org.trapnest.machine.Event;
import org.trapnest.machine.EventRule;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineModel.CCode;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * The machine and an emulated processor side by side: each transition is taken by both, and all
 * architectural state compared behind it. Confined to one thread.
 */
final class Lockstep implements SideBySide {
  /** RDI: 32-bit code has eight registers. */
  private static final int LAST_LEGACY_REGISTER = 7;

  private static final int SHADOW_STI = 1;
  private static final int SHADOW_MOV_SS = 2;

  private final MachineModel model;
  private final MachineSide side;
  private final MachineState state;
  private final GuestProgram program;
  private final Guest guest;
  private final GuestSystem system;
  private final Translation translation;
  private final StateTransfer transfer;
  private final Injection injection;
  private final Map<Integer, Integer> standInsUsed = new TreeMap<>();
  private long[] before = new long[0];
  private long undefined;
  private long frame;
  private boolean guestIsAhead;

  Lockstep(Emulator emulator, MachineModel model, GuestProgram program) {
    this.model = model;
    this.program = program;
    this.side = new MachineSide(model, program);
    this.state = side.state();
    this.guest = emulator.guest();
    this.system = new GuestSystem(guest, model, program, emulator.written());
    this.translation = new Translation(program);
    this.transfer = new StateTransfer(guest, system, model, translation);
    this.injection = new Injection(guest, system, model, translation);
    system.install();
  }

  @Override
  public MachineState state() {
    return state;
  }

  @Override
  public void begin() {
    state.commit();
    transfer.write(state);
    undefined = 0;
    frame = 0;
    guestIsAhead = false;
  }

  /** Gives both sides another state, at little cost where it differs little. */
  @Override
  public void set(MachineState wanted) {
    guestIsAhead = false;
    undefined = 0;
    frame = 0;
    for (int slot = 0; slot < model.slots().contextBase(); slot++) {
      long value = wanted.read(slot);
      // Flags and the place are what the last step changed last: always written.
      if (value != state.read(slot) || slot == Slot.RFLAGS || slot == Slot.RIP) {
        transfer.writeSlot(wanted, slot);
      }
    }
    side.become(wanted.toArray());
    system.loseShadow();
  }

  /** The MSRs that others stood in for so far, with those others, by number. */
  Map<Integer, Integer> standInsUsed() {
    return new TreeMap<>(standInsUsed);
  }

  @Override
  public String place() {
    return side.place();
  }

  /** The known differences that were met so far. */
  Set<KnownDifference> met() {
    return transfer.met();
  }

  /**
   * What differs now in registers, debug registers and all memory; nothing while the guest is one
   * transition ahead, behind an instruction with a single-step trap.
   */
  @Override
  public List<Difference> differences() {
    return guestIsAhead ? List.of() : transfer.compare(state, undefined, frame);
  }

  /**
   * What differs now in registers and in the memory that the machine wrote in the last transition:
   * cheaper than {@link #differences}, which finds the rest later.
   */
  @Override
  public List<Difference> newDifferences() {
    return guestIsAhead ? List.of() : transfer.compareNew(state, undefined, frame, before);
  }

  @Override
  public List<Integer> offered() {
    return side.offered();
  }

  @Override
  public Optional<Instruction> next() {
    return side.next();
  }

  @Override
  public Outcome take(int choice) {
    MachineSide.Offer offer = side.offer(choice);
    before = state.toArray();
    frame = offer.frame();
    if (offer.endsRun()) {
      side.become(offer.after());
      return Outcome.MACHINE_ENDED;
    }
    boolean shutsDown = offer.shutsDown();
    MachineState reached = offer.reached();
    system.synchronise(state, translation);
    system.restoreShadow(inShadow());
    try {
      // A trap that the guest took with its instruction pushes the flags which that left undefined.
      undefined = guestIsAhead ? undefined : 0;
      onGuest(choice, reached);
      if (frame != 0 && inShadow()) {
        system.endShadow();
        transfer.note(KnownDifference.SHADOW_OUTLIVES_DELIVERY);
      }
      if (offer.ended() >= 0) {
        becomeUser(Event.byOrdinal(offer.ended()), reached);
      }
    } catch (Ended shutdown) {
      side.become(offer.after());
      if (!shutsDown) {
        throw new EmulatorFailure("the emulated processor shuts down, the machine does not");
      }
      return Outcome.SHUT_DOWN;
    }
    side.become(offer.after());
    if (shutsDown) {
      throw new EmulatorFailure("the machine shuts down, the emulated processor does not");
    }
    return Outcome.TAKEN;
  }

  /** Whether the machine stands in the shadow of STI or MOV SS. */
  private boolean inShadow() {
    long shadow = state.read(Slot.SHADOW);
    return shadow == SHADOW_STI || shadow == SHADOW_MOV_SS;
  }

  private void onGuest(int choice, MachineState after) {
    int parameter = Choice.parameter(choice);
    if (guestIsAhead && Choice.kind(choice) != Choice.Kind.PENDING) {
      throw new Unsupported("an arrival between an instruction and its single-step trap");
    }
    switch (Choice.kind(choice)) {
      case ARRIVAL -> arrival(parameter, after);
      case PENDING -> pending(Event.byOrdinal(parameter));
      case USER_ENTRY -> {
        var entry = model.user().entries().get(parameter);
        injection.enter(entry.event(), entry.errorCode(), state);
        boolean byTarget = entry.event() == Event.SYSCALL || entry.event() == Event.SYSCALL32;
        if (byTarget && (after.read(Slot.RFLAGS) & Rflags.ARITHMETIC) != 0) {
          undefined = Rflags.ARITHMETIC;
          transfer.note(KnownDifference.SYSCALL_CLEARS_FLAGS);
        }
        noteTrap(after);
      }
      case USER_WRITE -> adopt(after);
      case INSTRUCTION -> instruction(parameter, after);
    }
  }

  private void arrival(int rank, MachineState after) {
    List<EventRule> rules =
        model.events().stream()
            .sorted(Comparator.comparing(r -> Choice.priority(r.vector())))
            .toList();
    if (rank >= rules.size()) {
      throw new Unsupported("an SMI");
    }
    EventRule rule = rules.get(rank);
    boolean latched = after.read(Slot.CONTEXTS) == state.read(Slot.CONTEXTS);
    if (rule.vector() == Vector.DB && latched || rule.vector() == Vector.INT80) {
      throw new Unsupported("the arrival of " + rule.vector().manualName() + " here");
    }
    if (rule.vector() == Vector.DB && (state.read(Slot.RFLAGS) & Rflags.TF) != 0) {
      throw new Unsupported("a watchpoint's trap where TF is set");
    }
    boolean nmiWaits = state.read(Slot.NMI_PENDING) != 0 && state.read(Slot.NMI_BLOCKED) == 0;
    if (rule.vector() == Vector.MC && nmiWaits) {
      // The emulator takes the NMI first, the manual's priorities say the machine check.
      throw new Unsupported("a machine check before an NMI that waits");
    }
    if (rule.vector() == Vector.NMI && latched && state.read(Slot.NMI_BLOCKED) == 0) {
      throw new Unsupported("an NMI in a shadow that holds it off");
    }
    if (latched && after.read(Slot.HALT) == 0) {
      injection.latch(rule.vector());
    } else {
      injection.deliver(rule.vector(), rule.errorCode(), state);
    }
  }

  private void pending(Event event) {
    if (guestIsAhead) {
      guestIsAhead = false;
    } else if (event == Event.DB) {
      throw new Unsupported("a debug trap that waited");
    } else {
      guest.step();
    }
  }

  /** Writes every slot that differs between the two states. */
  private void adopt(MachineState after) {
    if (after.read(Slot.DB_PENDING) != state.read(Slot.DB_PENDING)) {
      throw new Unsupported("a watchpoint hit by MOV SS in user mode");
    }
    for (int slot = 0; slot < model.slots().contextBase(); slot++) {
      if (after.read(slot) != state.read(slot)) {
        transfer.writeSlot(after, slot);
      }
    }
  }

  /**
   * User mode is one state of the machine: behind a return to it, the guest takes what the machine
   * forgets there (CR2, DR6, registers that the ABI of system calls gives away).
   */
  private void becomeUser(Event ended, MachineState after) {
    boolean elsewhere = ended == Event.SYSENTER || ended == Event.SYSCALL32;
    if (elsewhere) {
      checkCompatibilityMode(after);
      // In compatibility mode the debugger reaches low halves only.
      transfer.writeSlot(after, Slot.CS);
      transfer.writeRegisters(after);
    }
    for (int slot = 0; slot < Slot.FIXED; slot++) {
      boolean loaded =
          switch (slot) {
            case Slot.RIP, Slot.CS, Slot.SS, Slot.RSP, Slot.RFLAGS -> true;
            default -> false;
          };
      if (!loaded && after.read(slot) != state.read(slot)) {
        transfer.writeSlot(after, slot);
      }
    }
  }

  /**
   * Compares what 32-bit code sees behind a return to it, before the guest takes the one state that
   * the machine has for user mode: the selector, and the low halves of registers that the return
   * leaves alone.
   */
  private void checkCompatibilityMode(MachineState after) {
    long selector = guest.read(Slot.CS);
    boolean asUsual = after.read(Slot.CS) == Selectors.USER_CS;
    if (selector != (asUsual ? Selectors.USER32_CS : after.read(Slot.CS))) {
      throw new EmulatorFailure("the return loads CS 0x" + Long.toHexString(selector));
    }
    for (int slot = 0; slot <= LAST_LEGACY_REGISTER; slot++) {
      long machine = after.read(slot);
      boolean kept = machine == state.read(slot) && !Translation.isAny(machine);
      if (kept && (int) translation.toGuest(machine) != (int) guest.read(slot)) {
        throw new EmulatorFailure(
            "the return leaves %s 0x%x".formatted(Slot.name(slot), guest.read(slot)));
      }
    }
  }

  private void instruction(int alternative, MachineState after) {
    Instruction instruction =
        next().orElseThrow(() -> new Unsupported("an instruction outside the program"));
    switch (instruction.opcode()) {
      case C_ENTER, C_STI, C_CLI, C_WRITE -> adopt(after);
      case C_BODY -> {
        if (alternative == 0) {
          adopt(after);
        } else {
          CCode.Raise raise = model.c().raises().get(instruction.index()).get(alternative - 1);
          injection.deliver(raise.event().vector().orElseThrow(), raise.errorCode(), state);
        }
      }
      case C_STOP, END, HLT, INVLPG, WBINVD -> adopt(after);
      case CPUID -> {
        guest.step();
        takeRegisters(after, Slot.RAX, Slot.RSP - 1);
      }
      case RDMSR, WRMSR -> msr();
      case IN, OUT, RDTSC -> throw new Unsupported("a device or the clock");
      case JCC, SETCC, CMOVCC -> {
        chooseFlags(instruction, alternative);
        guest.step();
      }
      case STI -> sti();
      case IRET -> iret(instruction, after);
      case SYSRET, SYSEXIT -> fastReturn(instruction, after);
      case MOV_DR -> debugRegister(instruction, after);
      default -> plain(instruction, after);
    }
    if (after.read(Slot.HALT) == 0) {
      noteTrap(after);
    }
    if (inShadow() && isJump(instruction.opcode())) {
      system.endShadow();
      transfer.note(KnownDifference.SHADOW_OUTLIVES_JUMP);
    }
  }

  private static boolean isJump(Opcode opcode) {
    return switch (opcode) {
      case JMP, JCC, JRCXZ, CALL -> true;
      default -> false;
    };
  }

  private void takeRegisters(MachineState after, int first, int last) {
    for (int slot = first; slot <= last; slot++) {
      transfer.writeSlot(after, slot);
    }
  }

  /**
   * The emulator holds interrupts off behind each STI, the processor only where IF was 0; and the
   * emulator takes no single-step trap there, so that NOP stands in for STI.
   */
  private void sti() {
    long flags = state.read(Slot.RFLAGS);
    if ((flags & Rflags.TF) != 0) {
      guest.write(Slot.RFLAGS, guest.read(Slot.RFLAGS) | Rflags.IF);
      injection.runInPlace(0, Service.NOP.code());
      transfer.note(KnownDifference.STI_HOLDS_SINGLE_STEP);
      return;
    }
    guest.step();
    if ((flags & Rflags.IF) != 0 && !inShadow()) {
      system.endShadow();
      transfer.note(KnownDifference.EVERY_STI_SHADOWS);
    }
  }

  /** The emulator leaves NMIs blocked where an IRET faults. */
  private void iret(Instruction instruction, MachineState after) {
    if (frame != 0 && !isCanonical(side.word(state.read(Slot.RSP)))) {
      throw new Unsupported("a general protection of IRET for its target");
    }
    plain(instruction, after);
    if (frame != 0 && state.read(Slot.NMI_BLOCKED) != 0 && after.read(Slot.NMI_BLOCKED) == 0) {
      system.unblockNmis();
      transfer.note(KnownDifference.FAULTING_IRET_KEEPS_NMIS_BLOCKED);
    }
  }

  private static boolean isCanonical(long address) {
    return Token.is(address) || address << 16 >> 16 == address;
  }

  private void fastReturn(Instruction instruction, MachineState after) {
    if (frame != 0) {
      // The emulator does not check that addresses are canonical.
      throw new Unsupported("a general protection of SYSRET or SYSEXIT");
    }
    plain(instruction, after);
  }

  private void debugRegister(Instruction instruction, MachineState after) {
    if (frame != 0) {
      throw new Unsupported("a debug exception of DR7.GD");
    }
    plain(instruction, after);
  }

  private void plain(Instruction instruction, MachineState after) {
    undefined = side.undefinedFlags(instruction);
    if (instruction.opcode() == Opcode.CMP
        && instruction.operands().stream().anyMatch(side::isCode)) {
      undefined |= Rflags.AF | Rflags.PF;
      transfer.note(KnownDifference.CODE_ADDRESSES);
    }
    if (instruction.opcode() == Opcode.POPF && side.isCode(side.word(state.read(Slot.RSP)))) {
      undefined = -1;
      transfer.note(KnownDifference.CODE_ADDRESSES);
    }
    guest.step();
    // The emulator leaves a repeated instruction by a step of its own.
    boolean left = after.read(Slot.RIP) == instruction.nextAddress();
    boolean there = guest.read(Slot.RIP) == program.address(instruction.index());
    if (instruction.repeat() != Instruction.Repeat.NONE && left && there) {
      guest.step();
    }
  }

  @Override
  public boolean holdsCodeAddress() {
    return side.holdsCodeAddress();
  }

  /** RDMSR and WRMSR, on a stand-in where the emulator lacks the register. */
  private void msr() {
    if (frame != 0) {
      // The emulator ignores MSRs that it does not know, and reserved bits.
      throw new Unsupported("a general protection of RDMSR or WRMSR");
    }
    long number = state.read(Slot.RCX);
    int real = system.standIns().getOrDefault((int) number, (int) number);
    if (real != (int) number) {
      standInsUsed.put((int) number, real);
    }
    guest.write(Slot.RCX, real);
    guest.step();
    if (guest.read(Slot.RCX) == real) {
      guest.write(Slot.RCX, translation.toGuest(number));
    }
  }

  /** Makes a branch on flags that the user chose go as the alternative says. */
  private void chooseFlags(Instruction instruction, int alternative) {
    long open = Token.dependentFlags(state.read(Slot.FLAGS_TOKEN));
    if (open == 0) {
      return;
    }
    long base = guest.read(Slot.RFLAGS) & ~open;
    for (long bits = open; ; bits = bits - 1 & open) {
      if (instruction.condition().met(base | bits) == (alternative == 1)) {
        guest.write(Slot.RFLAGS, base | bits);
        return;
      }
      if (bits == 0) {
        throw new Unsupported("this outcome of a branch");
      }
    }
  }

  /** The emulator delivers a single-step trap with the instruction that caused it. */
  private void noteTrap(MachineState after) {
    guestIsAhead = after.read(Slot.DB_PENDING) != 0 && after.read(Slot.SHADOW) != SHADOW_MOV_SS;
  }
}
