package org.trapnest.machine;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.machine.MachineModel.Marks.Release;
import org.trapnest.x86.EventType;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Vector;

/**
 * One instruction at CPL 0 from its fetch to the event that it raises, if any.
 *
 * <p>Source: Intel SDM volume 3, "Debug Exceptions" (single step), "Masking Exceptions and
 * Interrupts When Switching Stacks". Confined to one thread.
 */
final class InstructionStep {
  /** The instruction raises an event for which the nesting bound leaves no room. */
  static final StepResult NO_ROOM = new StepResult.Unmodelled("no room under the nesting bound");

  /** Values of {@link Slot#SHADOW}. */
  static final int SHADOW_STI = 1;

  static final int SHADOW_MOV_SS = 2;

  static final int WAITS = 3;

  private static final StepResult RUNS_OUT =
      new StepResult.Unmodelled("execution behind the last instruction of the model");
  private static final long SINGLE_STEP = 1L << 14;
  private static final long GENERAL_DETECT = 1L << 13;
  private static final long WATCHPOINT_HIT = 1;
  private static final long PF_FETCH = 16;

  private final MachineModel model;
  private final Contexts contexts;
  private final EntryCommits entryCommits;
  private final EventDelivery delivery;
  private final OrdinaryInstructions ordinary;
  private final SystemInstructions system;
  private final InterruptReturn returns;
  private final FredReturn fredReturns;
  private final CCodeSteps cCode;
  private final Instruction[] program;
  private final boolean[] running;
  private final boolean[] marked;
  private final Release[] releases;
  private final List<List<Integer>> abandons = new ArrayList<>();
  private final MachineModel.Marks.Commit[] commits;
  private final boolean[] merging;

  InstructionStep(
      MachineModel model, MemoryAccess memory, Contexts contexts, EventDelivery delivery) {
    this.model = model;
    this.contexts = contexts;
    this.entryCommits = new EntryCommits(model);
    this.delivery = delivery;
    this.ordinary = new OrdinaryInstructions(model, memory);
    this.system = new SystemInstructions(model, memory, contexts);
    this.returns = new InterruptReturn(model, memory, contexts);
    this.fredReturns = new FredReturn(model, memory, contexts);
    this.cCode = new CCodeSteps(model, contexts);
    this.program = model.program().instructions().toArray(Instruction[]::new);
    this.running = new boolean[program.length];
    this.marked = new boolean[program.length];
    this.releases = new Release[program.length];
    this.commits = new MachineModel.Marks.Commit[program.length];
    this.merging = new boolean[program.length];
    for (int i = 0; i < program.length; i++) {
      running[i] = model.c().running().get(i);
      marked[i] = model.marks().returns().get(i);
      releases[i] = model.marks().releases().get(i);
      abandons.add(model.marks().abandons().getOrDefault(i, List.of()));
      commits[i] = model.marks().commits().get(i);
    }
    for (Continuation continuation : model.continuations()) {
      if (continuation.mode() == Continuation.Mode.MERGES) {
        merging[model.program().indexAt(continuation.address())] = true;
      }
    }
  }

  /** How many alternatives the instruction with an index has, at least one. */
  int alternatives(MachineState state, int index) {
    Instruction instruction = program[index];
    return switch (instruction.opcode()) {
      case C_BODY, C_WRITE -> cCode.alternatives(instruction);
      default -> ordinary.alternatives(state, instruction);
    };
  }

  /** How many of the alternatives, the first never among them, the nesting bound suppresses. */
  int suppressed(MachineState state, int index) {
    return contexts.hasRoom(state) ? 0 : cCode.raising(state, program[index]);
  }

  /** Runs one alternative, from zero, and delivers what it raises. */
  StepResult run(MachineState state, int index, int alternative, Observation seen) {
    Instruction instruction = program[index];
    if (running[index] && (state.read(Slot.CR3) & model.system().userCr3Mask()) != 0) {
      return unmappedFetch(state, instruction, seen);
    }
    Release release = releases[index];
    if (release != null) {
      contexts.release(state, model.memory().region(release.region()), release.words());
    }
    entryCommits.abandon(state, abandons.get(index));
    if (commits[index] != null) {
      entryCommits.commit(state, commits[index], seen);
    }
    if (merging[index]) {
      contexts.merge(state, seen);
    }
    int mark = state.mark();
    boolean inShadow = state.read(Slot.SHADOW) != 0;
    state.write(Slot.SHADOW, 0);
    long flags = state.read(Slot.RFLAGS);
    state.write(Slot.RFLAGS, flags & ~Rflags.RF);
    boolean stepsFromHere = (flags & Rflags.TF) != 0;
    StepResult result = execute(state, instruction, alternative, seen);
    if (result == StepResult.DONE) {
      if (inShadow && delaysEvents(instruction)) {
        state.write(Slot.SHADOW, 0);
      }
      result = matchReturn(state, instruction, seen);
      // SYSRET loads TF and traps before the user's first instruction.
      boolean stepsAtTarget = instruction.opcode() == Opcode.SYSRET;
      if (stepsAtTarget ? (state.read(Slot.RFLAGS) & Rflags.TF) != 0 : stepsFromHere) {
        noteSingleStep(state);
      }
      return result;
    }
    if (result instanceof StepResult.Fault fault) {
      // What a faulting IRET does to the blocking of NMIs stays.
      if (instruction.opcode() != Opcode.IRET) {
        state.rollback(mark);
      }
      return raise(state, instruction, fault, seen);
    }
    if (result instanceof StepResult.Trap trap) {
      return trap(state, instruction, trap, seen);
    }
    return result;
  }

  /**
   * STI and MOV SS: of several in sequence only the first is guaranteed to hold events off, so that
   * the others do not.
   */
  private static boolean delaysEvents(Instruction instruction) {
    return instruction.opcode() == Opcode.STI || instruction.opcode() == Opcode.MOV_SEGMENT;
  }

  /** A single-step trap is due at the next boundary. */
  static void noteSingleStep(MachineState state) {
    state.write(Slot.DR6, state.read(Slot.DR6) | SINGLE_STEP);
    state.write(Slot.DB_PENDING, 1);
  }

  private StepResult unmappedFetch(MachineState state, Instruction instruction, Observation seen) {
    seen.find(Finding.UNMAPPED_ACCESS);
    if (seen.explaining()) {
      seen.explain("The user's CR3 does not map the C code " + instruction.label() + ".");
    }
    StepResult.Fault fault = new StepResult.Fault(Vector.PF, PF_FETCH, instruction.address());
    return raise(state, instruction, fault, seen);
  }

  private StepResult raise(
      MachineState state, Instruction instruction, StepResult.Fault fault, Observation seen) {
    boolean byChoice = instruction.opcode() == Opcode.C_BODY;
    if (byChoice ? !contexts.hasRoom(state) : !contexts.hasRoomForFault(state)) {
      return NO_ROOM;
    }
    if (fault.vector() == Vector.DB) {
      boolean guarded = instruction.opcode() == Opcode.MOV_DR;
      long cause = guarded ? GENERAL_DETECT : WATCHPOINT_HIT;
      state.write(Slot.DR6, state.read(Slot.DR6) | cause);
    }
    if (fault.vector() == Vector.PF) {
      state.write(Slot.CR2, fault.faultAddress());
    }
    StepResult result = delivery.deliver(state, fault.vector(), fault.errorCode(), seen);
    if (fault.vector() == Vector.DB) {
      state.write(Slot.DR7, state.read(Slot.DR7) & ~GENERAL_DETECT);
    }
    return result;
  }

  /** INT n, INT3 and INT1; where the gate may not be used, the instruction itself faults. */
  private StepResult trap(
      MachineState state, Instruction instruction, StepResult.Trap trap, Observation seen) {
    if (!delivery.softwareMayUse(trap.vector(), 0)) {
      long code = trap.vector().number() * 8L + 2;
      return raise(state, instruction, new StepResult.Fault(Vector.GP, code, 0), seen);
    }
    if (!contexts.hasRoomForFault(state)) {
      return NO_ROOM;
    }
    return delivery.deliverSoftware(state, trap, instruction.nextAddress(), seen);
  }

  private StepResult execute(
      MachineState state, Instruction instruction, int alternative, Observation seen) {
    return switch (instruction.opcode()) {
      case C_ENTER, C_STI, C_BODY, C_CLI, C_WRITE, C_STOP ->
          cCode.execute(state, instruction, alternative, seen);
      case END -> RUNS_OUT;
      case IRET -> returns.iret(state, instruction, seen);
      case SYSRET -> returns.sysret(state, instruction, seen);
      case SYSEXIT -> returns.sysexit(state, instruction, seen);
      case ERETS -> fredReturns.toSupervisor(state, seen);
      case ERETU -> fredReturns.toUser(state, seen);
      case INT -> softwareInterrupt(instruction);
      case INT3 -> new StepResult.Trap(Vector.BP, EventType.SOFTWARE_EXCEPTION);
      case INT1 -> new StepResult.Trap(Vector.DB, EventType.PRIVILEGED_SOFTWARE_EXCEPTION);
      case CLI,
          STI,
          HLT,
          UD2,
          CPUID,
          RDTSC,
          IN,
          OUT,
          WBINVD,
          INVLPG,
          SWAPGS,
          RDFSBASE,
          RDGSBASE,
          WRFSBASE,
          WRGSBASE,
          RDMSR,
          WRMSR,
          LSL,
          MOV_CR,
          MOV_DR,
          MOV_SEGMENT,
          PUSH_SEGMENT,
          POP_SEGMENT,
          SYSCALL,
          SYSENTER,
          INCSSP,
          RDSSP,
          SAVEPREVSSP,
          RSTORSSP,
          SETSSBSY,
          CLRSSBSY,
          WRSS,
          WRUSS ->
          system.execute(state, instruction, seen);
      default -> ordinary.execute(state, instruction, alternative, seen);
    };
  }

  private static StepResult softwareInterrupt(Instruction instruction) {
    long number = ((Operand.Immediate) instruction.operands().get(0)).value() & 0xff;
    return Vector.byNumber((int) number)
        .<StepResult>map(v -> new StepResult.Trap(v, EventType.SOFTWARE_INTERRUPT))
        .orElseGet(() -> new StepResult.Unmodelled("INT " + number));
  }

  /** RET, indirect JMP and marked instructions may return from an event. */
  private StepResult matchReturn(MachineState state, Instruction instruction, Observation seen) {
    boolean must = marked[instruction.index()];
    boolean may =
        switch (instruction.opcode()) {
          case RET -> true;
          case JMP -> !(instruction.operands().get(0) instanceof Operand.Immediate);
          default -> false;
        };
    return must || may ? contexts.matchReturn(state, must, seen) : StepResult.DONE;
  }
}
