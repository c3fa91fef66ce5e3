package org.trapnest.emulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * The rules of the machine's semantics table that the emulator models, each as a short run on both
 * sides from the same state. The manual sections stand with the machine's own tests.
 */
final class Rules {
  private static final long FREE = 0xffff_ffff_c000_0000L;
  private static final long NOT_CANONICAL = 0x0001_0000_0000_0000L;
  private static final long ON = Rflags.FIXED | Rflags.IF;
  private static final int RBX = 3;

  private final Emulator emulator;
  private final MachineModel model;
  private final GuestProgram program;
  private final Map<String, Consumer<Rules>> rules = new LinkedHashMap<>();
  private Beside run;
  private int steps;

  Rules(Emulator emulator) {
    this.emulator = emulator;
    Path file = TestModels.file("rules.S");
    this.model = TestModels.load(file);
    this.program = GuestProgram.build(file, Map.of(), model, emulator.folder());
    deliveries();
    returns();
    debugTraps();
    interrupts();
    systemInstructions();
    fastCalls();
  }

  /** The names of all rules. */
  List<String> names() {
    return List.copyOf(rules.keySet());
  }

  /** Transitions taken so far. */
  int steps() {
    return steps;
  }

  /** What goes wrong with each rule, by name; empty when all hold. */
  Map<String, String> failures() {
    Map<String, String> failures = new LinkedHashMap<>();
    for (String name : names()) {
      try {
        check(name);
      } catch (AssertionError | RuntimeException failure) {
        failures.put(name, String.valueOf(failure.getMessage()));
      }
    }
    return failures;
  }

  /** The first rule that does not hold, or empty. */
  Optional<String> firstFailure() {
    for (String name : names()) {
      try {
        check(name);
      } catch (AssertionError | RuntimeException failure) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /** Runs one rule. */
  void check(String name) {
    run = new Beside(model, new Lockstep(emulator, model, program)).begin();
    rules.get(name).accept(this);
    steps += run.steps();
  }

  private void rule(String name, Consumer<Rules> script) {
    rules.put(name, script);
  }

  private long symbol(String name) {
    return model.symbols().get(name);
  }

  /** Stands in the kernel before a label, on the thread stack, with slots set in pairs. */
  private Beside at(String label, long... slotsAndValues) {
    run.enter(Event.SYSCALL);
    MachineState state = copy();
    state.write(Slot.RIP, symbol(label));
    state.write(Slot.RSP, symbol("thread_stack_top") - 128);
    state.write(Slot.CR3, model.system().kernelCr3());
    state.write(Slot.GS_BASE, model.system().kernelGsBase());
    state.write(Slot.KERNEL_GS_BASE, model.system().userGsBase());
    return with(state, slotsAndValues);
  }

  /** Changes slots on both sides. */
  private Beside with(MachineState state, long... slotsAndValues) {
    for (int i = 0; i < slotsAndValues.length; i += 2) {
      state.write((int) slotsAndValues[i], slotsAndValues[i + 1]);
    }
    run.lockstep().set(state);
    return run;
  }

  private MachineState copy() {
    MachineState state = new MachineState(model.slots().slotCount());
    state.loadAll(run.lockstep().state().toArray());
    return state;
  }

  /** Stands before an instruction that pops words from the thread stack. */
  private Beside popping(String label, long... words) {
    at(label);
    MachineState state = copy();
    long rsp = state.read(Slot.RSP);
    List<Long> pairs = new ArrayList<>();
    var stack = model.memory().byName("thread").orElseThrow();
    for (int i = 0; i < words.length; i++) {
      state.write(stack.firstSlot() + (int) ((rsp - stack.base()) / 8) + i, words[i]);
    }
    return with(state);
  }

  private void deliveries() {
    rule(
        "page fault of a load, from a stack that is not aligned",
        r -> {
          long rsp = symbol("thread_stack_top") - 0x9c;
          at("load", RBX, FREE, Slot.RSP, rsp).run(4);
        });
    rule("page fault of a store", r -> at("store", RBX, FREE + 0x123).run(4));
    rule(
        "general protection of an address that is not canonical",
        r -> at("load", RBX, NOT_CANONICAL).run(4));
    rule(
        "trap gate keeps IF and clears NT, TF",
        r -> {
          long kept = Rflags.DF | Rflags.AC | Rflags.CF | Rflags.ZF | Rflags.OF;
          at("invalid", Slot.RFLAGS, ON | kept | Rflags.NT).run(1);
        });
    rule(
        "interrupt gate clears IF and keeps DF and AC",
        r -> {
          long kept = Rflags.DF | Rflags.AC | Rflags.CF;
          at("load", Slot.RFLAGS, ON | kept, RBX, FREE).run(4);
        });
    rule("software interrupt without a gate", r -> at("overflow").run(1));
    rule("breakpoint from the kernel", r -> at("breakpoint").run(4));
    rule(
        "faults of user mode, on RSP0 with a null SS",
        r -> {
          run.enter(Event.UD).run(2).enter(Event.GP).run(3);
          run.enter(Event.PF).run(3).enter(Event.BP).run(2);
        });
    rule(
        "software interrupt of user mode on a gate with DPL 0", r -> run.enter(Event.INT80).run(3));
    rule(
        "IST from kernel mode, nested on the same top",
        r -> at("two").arrive(Vector.NMI).run(2).arrive(Vector.DB).run(2).run(4));
    rule(
        "fault on a stack that the user's view does not map: double fault",
        r -> at("invalid", Slot.CR3, model.system().userCr3()).run(2));
    rule(
        "NMI and debug trap under the user's view",
        r -> at("two", Slot.CR3, model.system().userCr3()).arrive(Vector.NMI).run(1));
  }

  private void returns() {
    long cs = Selectors.KERNEL_CS;
    long ss = Selectors.KERNEL_DS;
    long rsp = symbol("thread_stack_top") - 256;
    long rip = symbol("two");
    rule(
        "IRET to the kernel loads all flags",
        r -> at("breakpoint", Slot.RFLAGS, ON | Rflags.DF | Rflags.AC | Rflags.ARITHMETIC).run(3));
    rule("IRET with a bad code selector", r -> popping("return", rip, 0x18, 2, rsp, ss).run(1));
    rule("IRET with a null code selector", r -> popping("return", rip, 0, 2, rsp, ss).run(1));
    rule("IRET with a bad stack selector", r -> popping("return", rip, cs, 2, rsp, cs).run(1));
    rule(
        "IRET with NT",
        r -> {
          popping("return", rip, cs, 2, rsp, ss);
          with(copy(), Slot.RFLAGS, Rflags.FIXED | Rflags.NT).run(1);
        });
    rule("RET and POPF", r -> popping("nmi_that_returns_otherwise", 0x8d7, rip).run(1));
    rule(
        "NMI latched, behind the IRET of a nested handler",
        r ->
            at("two")
                .arrive(Vector.NMI)
                .run(2)
                .arrive(Vector.NMI)
                .run(2)
                .pending(Event.NMI)
                .run(6));
    rule(
        "NMI latched, behind its own IRET",
        r -> at("two").arrive(Vector.NMI).arrive(Vector.NMI).run(4).pending(Event.NMI).run(2));
    rule(
        "NMI stays blocked over POPF and RET",
        r -> {
          at("two").arrive(Vector.NMI).arrive(Vector.NMI);
          MachineState state = copy();
          long top = symbol("nmi_stack_top") - 160;
          var stack = model.memory().byName("nmi").orElseThrow();
          int word = stack.firstSlot() + (int) ((top - stack.base()) / 8);
          with(
                  state,
                  Slot.RIP,
                  symbol("nmi_that_returns_otherwise"),
                  Slot.RSP,
                  top,
                  word,
                  Rflags.FIXED,
                  word + 1,
                  symbol("two"))
              .run(4);
        });
    rule("INT 2 does not block NMIs", r -> at("nmi_by_software").run(1).arrive(Vector.NMI).run(1));
  }

  private void debugTraps() {
    long tf = Rflags.FIXED | Rflags.TF;
    rule(
        "TF traps behind the instruction",
        r -> at("two", Slot.RFLAGS, tf).run(1).pending(Event.DB).run(2));
    rule(
        "POPF that sets TF traps behind the next instruction",
        r -> popping("flags", tf).run(2).pending(Event.DB).run(2));
    rule(
        "IRET that sets TF traps behind the first instruction there",
        r ->
            popping(
                "return",
                symbol("two"),
                Selectors.KERNEL_CS,
                tf,
                symbol("thread_stack_top") - 256,
                Selectors.KERNEL_DS));
    rule("INT3 with TF does not trap", r -> at("breakpoint", Slot.RFLAGS, tf).run(1));
    rule("watchpoint", r -> at("two").arrive(Vector.DB).run(3));
    rule("debug registers", r -> at("debug", Slot.RAX, 0x401).run(2));
    rule("fault with TF does not trap", r -> at("load", RBX, FREE, Slot.RFLAGS, tf).run(1));
  }

  private void interrupts() {
    rule(
        "STI holds an interrupt off for one instruction",
        r ->
            at("enable", Slot.RFLAGS, Rflags.FIXED)
                .arrive(Vector.IRQ)
                .run(2)
                .pending(Event.IRQ)
                .run(2));
    rule(
        "interrupt from the kernel clears IF",
        r -> at("two", Slot.RFLAGS, ON).arrive(Vector.IRQ).run(2));
    rule(
        "interrupt waits for IF",
        r -> at("two", Slot.RFLAGS, Rflags.FIXED).arrive(Vector.IRQ).run(2));
    rule("machine check from the kernel", r -> at("two").arrive(Vector.MC).run(1));
    rule("machine check under an NMI", r -> at("two").arrive(Vector.NMI).arrive(Vector.MC).run(2));
  }

  private void systemInstructions() {
    rule(
        "SWAPGS",
        r ->
            at(
                    "swap",
                    Slot.GS_BASE,
                    model.system().userGsBase(),
                    Slot.KERNEL_GS_BASE,
                    model.system().kernelGsBase())
                .run(2));
    rule("RDGSBASE without FSGSBASE", r -> at("bases").run(1));
    rule(
        "WRMSR and RDMSR of a base",
        r ->
            at("write_msr", Slot.RCX, 0xc0000102L, Slot.RAX, 0x9000_0000L, Slot.RDX, 0x7f12L)
                .run(2));
    rule("MOV SS", r -> at("segment", Slot.RAX, Selectors.KERNEL_DS).run(3));
    rule("MOV SS of a bad selector", r -> at("segment", Slot.RAX, Selectors.USER_DS).run(1));
    rule("MOV DS", r -> at("data_segment", Slot.RAX, Selectors.USER_DS).run(1));
    rule("MOV DS of a selector behind the table", r -> at("data_segment", Slot.RAX, 0x1f8).run(1));
    rule("MOV GS loads the base", r -> at("gs_segment", Slot.RAX, Selectors.USER_DS).run(1));
    rule("LSL", r -> at("limit", Slot.RAX, 0x7b).run(1));
    rule("LSL of the code segment", r -> at("limit", Slot.RAX, Selectors.KERNEL_CS).run(1));
    rule("MOV CR3", r -> at("view", Slot.RAX, model.system().userCr3()).run(2));
    rule("pushes and pops", r -> at("stack_moves", Slot.RAX, 77, Slot.RFLAGS, ON).run(6));
    rule("CALL and RET", r -> at("call_and_jump").run(2));
    rule("REP MOVS", r -> at("copy", Slot.RCX, 0).run(1));
  }

  private void fastCalls() {
    rule("SYSCALL and SYSRET", r -> run.enter(Event.SYSCALL).run(3));
    rule("SYSENTER", r -> run.enter(Event.SYSENTER).run(1));
    rule(
        "SYSCALL with DF and TF",
        r -> {
          with(copy(), Slot.RFLAGS, ON | Rflags.DF | Rflags.CF | Rflags.AC);
          run.enter(Event.SYSCALL).run(3);
        });
  }
}
