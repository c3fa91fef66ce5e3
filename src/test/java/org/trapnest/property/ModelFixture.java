package org.trapnest.property;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.MemoryMap;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Program;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.UserRules;
import org.trapnest.x86.Condition;
import org.trapnest.x86.Selectors;

/**
 * A model of eight instructions, of which 2 and 3 are the C function {@code exc_nmi} and 5 is
 * {@code do_syscall}, with a stack, a per-CPU variable and an array.
 */
final class ModelFixture {
  static final long KERNEL_GS = 0xffff_8880_0000_0000L;
  static final long USER_GS = 0x0000_7f00_0000_0000L;
  static final long USER_CR3 = 0x3000;
  static final long KERNEL_CR3 = 0x2000;
  static final long USER_RIP = 0x40_0000;
  static final long STACK_BASE = 0xffff_ffff_9000_0000L;
  static final int STACK_WORDS = 8;
  static final int MAX_CONTEXTS = 4;
  static final int MSR_SLOT = Slot.FIXED;
  static final int STACK_SLOT = MSR_SLOT + 1;
  static final int VARIABLE_SLOT = STACK_SLOT + 2 * STACK_WORDS;
  static final int CONTEXT_BASE = VARIABLE_SLOT + 5;
  private static final int INSTRUCTIONS = 8;

  private ModelFixture() {}

  static MachineModel model() {
    BitSet running = new BitSet();
    List.of(2, 3, 5).forEach(running::set);
    return new MachineModel(
        program(),
        memory(),
        Map.of(),
        system(),
        List.of(),
        new UserRules(List.of(), List.of()),
        new MachineModel.CCode(
            running,
            Map.of(2, "exc_nmi", 3, "exc_nmi", 5, "do_syscall"),
            Map.of(),
            Map.of(),
            Map.of()),
        List.of(),
        new MachineModel.Marks(
            Map.of(),
            Map.of(),
            Map.of(),
            new BitSet(),
            new BitSet(),
            List.of(),
            Map.of(),
            Optional.empty()),
        Map.of(),
        MAX_CONTEXTS,
        0,
        List.of("nesting"),
        Map.of("nmi_stack_top", STACK_BASE + 8L * STACK_WORDS, "LIMIT", 3L, "NONE", 0L),
        List.of("magic"),
        slots());
  }

  private static Program program() {
    SourceSpan span = SourceSpan.of(new SourceFile("fixture.S", ""), 0, 0);
    List<Instruction> instructions = new ArrayList<>();
    for (int i = 0; i < INSTRUCTIONS; i++) {
      instructions.add(
          new Instruction(
              i,
              Program.address(i),
              Opcode.NOP,
              Condition.O,
              8,
              Instruction.Repeat.NONE,
              List.of(),
              "nop",
              i == 0 ? "entry" : "entry+" + i,
              span));
    }
    return new Program(
        instructions,
        Map.of(
            "entry", Program.address(0),
            "repeat_nmi", Program.address(4),
            "end_repeat_nmi", Program.address(6)));
  }

  private static MemoryMap memory() {
    return new MemoryMap(
        List.of(
            new Region(
                "nmi",
                Region.Kind.STACK,
                STACK_BASE,
                STACK_WORDS,
                8,
                true,
                false,
                2,
                STACK_SLOT,
                STACK_SLOT + STACK_WORDS,
                List.of(new Region.NamedWord(1, "NMI executing", true))),
            variable("rcu_watching", 0xffff_8880_0000_1000L, 1, VARIABLE_SLOT),
            variable("table", 0xffff_8880_0000_2000L, 4, VARIABLE_SLOT + 1)));
  }

  private static Region variable(String name, long base, int words, int slot) {
    return new Region(
        name, Region.Kind.VARIABLE, base, words, 8, false, true, 0, slot, -1, List.of());
  }

  private static MachineModel.SystemRegisters system() {
    return new MachineModel.SystemRegisters(
        0,
        0,
        0,
        0,
        0,
        USER_RIP,
        0,
        KERNEL_GS,
        USER_GS,
        KERNEL_CR3,
        USER_CR3,
        0x1000,
        -1,
        0,
        List.of(),
        Map.of(),
        Map.of(0x123, MSR_SLOT, 0x6e1, MSR_SLOT),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static MachineModel.SlotMap slots() {
    int count = CONTEXT_BASE + MAX_CONTEXTS * ContextField.COUNT;
    return new MachineModel.SlotMap(CONTEXT_BASE, count, new int[count], new long[count]);
  }

  /** User mode, with everything as it should be. */
  static MachineState userState() {
    MachineState state = new MachineState(model().slots().slotCount());
    state.load(Slot.CS, Selectors.USER_CS);
    state.load(Slot.SS, Selectors.USER_DS);
    state.load(Slot.RIP, USER_RIP);
    state.load(Slot.RFLAGS, 0x202);
    state.load(Slot.GS_BASE, USER_GS);
    state.load(Slot.KERNEL_GS_BASE, KERNEL_GS);
    state.load(Slot.CR3, USER_CR3);
    return state;
  }

  /** Kernel mode at an instruction, in no context, with everything the kernel's. */
  static MachineState kernelState(int instruction) {
    MachineState state = userState();
    state.load(Slot.CS, Selectors.KERNEL_CS);
    state.load(Slot.RIP, Program.address(instruction));
    state.load(Slot.GS_BASE, KERNEL_GS);
    state.load(Slot.KERNEL_GS_BASE, USER_GS);
    state.load(Slot.CR3, KERNEL_CR3);
    state.load(Slot.SPEC_CTRL, 1);
    return state;
  }

  /** Adds a live context that interrupted an instruction of the kernel, or user mode for -1. */
  static void interrupt(MachineState state, Event event, int instruction) {
    int number = (int) state.read(Slot.CONTEXTS);
    boolean user = instruction < 0;
    load(state, number, ContextField.EVENT, event.ordinal());
    load(state, number, field(Slot.RIP), user ? USER_RIP : Program.address(instruction));
    load(state, number, field(Slot.CS), user ? Selectors.USER_CS : Selectors.KERNEL_CS);
    state.load(Slot.CONTEXTS, number + 1L);
  }

  private static void load(MachineState state, int number, int field, long value) {
    state.load(CONTEXT_BASE + number * ContextField.COUNT + field, value);
  }

  private static int field(int slot) {
    return ContextField.SNAPSHOT + ContextField.snapshotPosition(slot);
  }
}
