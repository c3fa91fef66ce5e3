package org.trapnest.emulator;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.emulator.StateTransfer.Difference;
import org.trapnest.machine.Choice;
import org.trapnest.machine.Event;
import org.trapnest.machine.EventRule;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineModel.CCode;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.ShadowToken;
import org.trapnest.x86.Vector;

/** The machine and Bochs side by side. Confined to one thread. */
final class BochsLockstep implements SideBySide {
  /** SSP, LIP and CS. */
  private static final long SHADOW_FRAME_BYTES = 24;

  private final BochsGuest guest;
  private final MachineModel model;
  private final GuestProgram program;
  private final MachineSide side;
  private final BochsSystem system;
  private final BochsInjection injection;
  private final BochsComparison comparison;
  private final Translation translation;
  private long frame;

  /** Both sides of a model on a Bochs that has run nothing else. */
  BochsLockstep(BochsGuest guest, PageTables pages, MachineModel model, GuestProgram program) {
    this.guest = guest;
    this.model = model;
    this.program = program;
    this.side = new MachineSide(model, program);
    this.translation = new Translation(program);
    this.system = new BochsSystem(guest, pages, model, program);
    this.injection = new BochsInjection(guest, system, model, translation);
    this.comparison = new BochsComparison(guest, system, model, translation);
  }

  /** Whether these are the sides of a program. */
  boolean isOf(MachineModel otherModel, GuestProgram otherProgram) {
    return model == otherModel && program == otherProgram;
  }

  /** The processor alone. */
  BochsGuest guest() {
    return guest;
  }

  /** Puts the machine into its initial state; Bochs follows with {@link #begin}. */
  void restart() {
    side.become(new Machine(model).initialState().toArray());
  }

  /** The known differences that were met so far. */
  Set<BochsDifference> met() {
    return comparison.met();
  }

  @Override
  public MachineState state() {
    return side.state();
  }

  @Override
  public void begin() {
    set(side.state());
  }

  @Override
  public void set(MachineState wanted) {
    side.become(wanted.toArray());
    side.state().commit();
    system.write(wanted);
    comparison.begin();
  }

  @Override
  public String place() {
    return side.place();
  }

  @Override
  public Optional<Instruction> next() {
    return side.next();
  }

  @Override
  public List<Integer> offered() {
    return side.offered();
  }

  @Override
  public boolean holdsCodeAddress() {
    return side.holdsCodeAddress();
  }

  /** Everything is compared behind each step. */
  @Override
  public List<Difference> newDifferences() {
    return differences();
  }

  @Override
  public List<Difference> differences() {
    return comparison.compare(side.state());
  }

  @Override
  public Outcome take(int choice) {
    MachineSide.Offer offer = side.offer(choice);
    if (offer.endsRun()) {
      side.become(offer.after());
      return Outcome.MACHINE_ENDED;
    }
    system.synchronise(side.state());
    comparison.begin();
    frame = offer.frame();
    comparison.frame(frame);
    if (offer.delivered() == Event.DF.ordinal()) {
      comparison.doubleFault();
    }
    boolean instruction = Choice.kind(choice) == Choice.Kind.INSTRUCTION;
    if (offer.delivered() == Event.GP.ordinal() && !instruction) {
      comparison.failedDelivery();
    }
    MachineState reached = offer.reached();
    try {
      onGuest(choice, reached);
      if (offer.ended() >= 0) {
        becomeUser(Event.byOrdinal(offer.ended()), reached);
      }
    } catch (Ended shutdown) {
      if (!offer.shutsDown()) {
        throw new EmulatorFailure("the emulated processor shuts down, the machine does not");
      }
      side.become(offer.after());
      return Outcome.SHUT_DOWN;
    }
    if (offer.shutsDown()) {
      throw new EmulatorFailure("the machine shuts down, the emulated processor does not");
    }
    side.become(offer.after());
    return Outcome.TAKEN;
  }

  private void onGuest(int choice, MachineState after) {
    int parameter = Choice.parameter(choice);
    switch (Choice.kind(choice)) {
      case ARRIVAL -> arrival(parameter, after);
      case PENDING -> injection.take(Event.byOrdinal(parameter), side.state());
      case USER_ENTRY -> {
        var entry = model.user().entries().get(parameter);
        injection.enter(entry.event(), entry.errorCode(), side.state());
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
    boolean latched = after.read(Slot.CONTEXTS) == side.state().read(Slot.CONTEXTS);
    boolean shadow = side.state().read(Slot.SHADOW) != 0;
    if (rule.vector() == Vector.NMI && shadow && side.state().read(Slot.NMI_BLOCKED) == 0) {
      throw new Unsupported("an NMI in an interrupt shadow");
    }
    if (latched) {
      injection.latch(rule.vector());
    } else {
      injection.deliver(rule.vector(), rule.errorCode(), side.state());
    }
  }

  /** Gives Bochs every register and word that differs between the machine's two states. */
  private void adopt(MachineState after) {
    if (after.read(Slot.DB_PENDING) != side.state().read(Slot.DB_PENDING)) {
      throw new Unsupported("a watchpoint hit by MOV SS in user mode");
    }
    for (int slot = Slot.FIXED; slot < model.slots().contextBase(); slot++) {
      if (after.read(slot) != side.state().read(slot)) {
        system.writeMemory(after, slot);
      }
    }
    adoptRegisters(after, false);
  }

  /**
   * User mode is one state of the machine: behind a return to it, Bochs takes what the machine
   * forgets there (CR2, DR6, registers that the ABI of system calls gives away).
   */
  private void becomeUser(Event ended, MachineState after) {
    adoptRegisters(after, true);
    if (ended == Event.SYSENTER) {
      guest.write(Map.of("RIP", translation.toGuest(after.read(Slot.RIP))));
    }
  }

  private void adoptRegisters(MachineState after, boolean returned) {
    Map<String, Long> values = new LinkedHashMap<>();
    for (int slot : BochsComparison.REGISTERS) {
      boolean loaded =
          switch (slot) {
            case Slot.RIP, Slot.CS, Slot.SS, Slot.RSP, Slot.RFLAGS, Slot.SSP -> returned;
            case Slot.DS, Slot.ES, Slot.FS, Slot.GS -> true;
            default -> false;
          };
      if (!loaded && after.read(slot) != side.state().read(slot)) {
        values.put(BochsSystem.name(slot), translation.toGuest(after.read(slot)));
      }
    }
    if (!values.isEmpty()) {
      guest.write(values);
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
          injection.deliver(raise.event().vector().orElseThrow(), raise.errorCode(), side.state());
        }
      }
      case C_STOP, END, HLT, INVLPG, WBINVD -> adopt(after);
      case CPUID, IN, OUT, RDTSC -> throw new Unsupported("a device or the clock");
      case RDMSR, WRMSR -> {
        if (!system.hasMsr((int) side.state().read(Slot.RCX))) {
          throw new Unsupported("an MSR that Bochs lacks");
        }
        guest.step();
      }
      case JCC, SETCC, CMOVCC -> {
        chooseFlags(instruction, alternative);
        guest.step();
      }
      case IRET -> iret(instruction);
      default -> plain(instruction);
    }
  }

  private void iret(Instruction instruction) {
    long ssp = side.state().read(Slot.SSP);
    long restored = side.word(ssp);
    boolean toUser = Selectors.rpl(side.word(side.state().read(Slot.RSP) + 8)) == 3;
    if (frame != 0 && model.system().shadowStacks().isPresent()) {
      if (!toUser && restored << 16 >> 16 != restored && !Token.is(restored)) {
        throw new Unsupported("an SSP that is not canonical in IRET");
      }
      long token = toUser ? ssp : ssp + SHADOW_FRAME_BYTES;
      boolean freed = toUser || restored != token;
      boolean reached = toUser || isOnShadowStack(ssp);
      if (freed && reached && (ssp & 7) == 0 && !isOnShadowStack(token)) {
        throw new Unsupported("an IRET whose shadow-stack token is nowhere");
      }
    }
    plain(instruction);
  }

  private boolean isOnShadowStack(long address) {
    int index = model.memory().indexOf(address);
    return index >= 0 && model.memory().region(index).kind() == Region.Kind.SHADOW_STACK;
  }

  private void plain(Instruction instruction) {
    comparison.undefined(side.undefinedFlags(instruction));
    if (instruction.opcode() == Opcode.CALL && frame != 0) {
      comparison.spilled(side.state().read(Slot.RSP) - 8, instruction.nextAddress());
    }
    guest.step();
    correct(instruction);
  }

  /** Gives Bochs what the manual says where it is known to do something else. */
  private void correct(Instruction instruction) {
    if (instruction.opcode() == Opcode.CLRSSBSY && frame == 0) {
      // Bochs has it the wrong way round, always.
      long flags = guest.read(List.of("EFLAGS")).get("EFLAGS");
      guest.write(Map.of("EFLAGS", flags ^ Rflags.CF));
      comparison.note(BochsDifference.CLRSSBSY_FLAG);
    }
    if (instruction.opcode() == Opcode.IRET && frame == 0) {
      long reached = side.state().read(Slot.SSP) + SHADOW_FRAME_BYTES;
      boolean kernel = Selectors.rpl(side.word(side.state().read(Slot.RSP) + 8)) == 0;
      boolean sameStack = side.word(reached - SHADOW_FRAME_BYTES) == reached;
      if (kernel && sameStack && side.word(reached) == (reached | ShadowToken.BUSY)) {
        system.writeWord(reached, reached | ShadowToken.BUSY);
        comparison.note(BochsDifference.TOKEN_FREED_ON_THE_SAME_STACK);
      }
    }
  }

  /** Makes a branch on flags that the user chose go as the alternative says. */
  private void chooseFlags(Instruction instruction, int alternative) {
    long open = Token.dependentFlags(side.state().read(Slot.FLAGS_TOKEN));
    if (open == 0) {
      return;
    }
    long base = guest.read(List.of("EFLAGS")).get("EFLAGS") & ~open;
    for (long bits = open; ; bits = bits - 1 & open) {
      if (instruction.condition().met(base | bits) == (alternative == 1)) {
        guest.write(Map.of("EFLAGS", base | bits));
        return;
      }
      if (bits == 0) {
        throw new Unsupported("this outcome of a branch");
      }
    }
  }
}
