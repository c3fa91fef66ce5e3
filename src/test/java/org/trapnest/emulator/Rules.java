package org.trapnest.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final int RBP = 5;
  private static final int R11 = 11;

  private final Emulator emulator;
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final Side usual;
  private final Side other;
  private MachineModel model;
  private Beside run;
  private final Set<KnownDifference> met = EnumSet.noneOf(KnownDifference.class);
  private int steps;

  /** The rules' program under some assumptions. */
  private record Side(MachineModel model, GuestProgram program) {}

  private record Rule(Side side, Runnable script) {}

  Rules(Emulator emulator) {
    this.emulator = emulator;
    this.usual = side(TestModels.file("rules.S"));
    this.other = side(withOtherAssumptions());
    this.model = usual.model();
    deliveries();
    badStackPointers();
    returns();
    faultingReturns();
    latchedNmis();
    debugTraps();
    interrupts();
    shadows();
    systemInstructions();
    fastCalls();
    fastReturns();
  }

  private Side side(Path file) {
    MachineModel loaded = TestModels.load(file);
    return new Side(loaded, GuestProgram.build(file, Map.of(), loaded, emulator.folder()));
  }

  /** The rules' program with what AMD's processors do, and with FSGSBASE. */
  private Path withOtherAssumptions() {
    Path file = emulator.folder().resolve("other-rules.S");
    String assumed = "//@ assume latches = yes\n";
    try {
      String text = Files.readString(TestModels.file("rules.S"));
      return Files.writeString(
          file,
          text.replace(
              assumed,
              assumed
                  + "//@ assume faulting-iret-unmasks-nmi = no\n"
                  + "//@ assume mov-ss-shadow-blocks-nmi = no\n"
                  + "//@ assume fsgsbase = yes\n"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The names of all rules. */
  List<String> names() {
    return List.copyOf(rules.keySet());
  }

  /** Transitions taken so far. */
  int steps() {
    return steps;
  }

  /** The known differences that were met so far. */
  Set<KnownDifference> met() {
    return met;
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
    Rule rule = rules.get(name);
    model = rule.side().model();
    Lockstep lockstep = new Lockstep(emulator, model, rule.side().program());
    run = new Beside(model, lockstep).begin();
    rule.script().run();
    met.addAll(lockstep.met());
    steps += run.steps();
  }

  private void rule(String name, Runnable script) {
    rules.put(name, new Rule(usual, script));
  }

  private void otherRule(String name, Runnable script) {
    rules.put(name, new Rule(other, script));
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
        () -> {
          long rsp = symbol("thread_stack_top") - 0x9c;
          at("load", RBX, FREE, Slot.RSP, rsp).run(4);
        });
    rule("page fault of a store", () -> at("store", RBX, FREE + 0x123).run(4));
    rule(
        "general protection of an address that is not canonical",
        () -> at("load", RBX, NOT_CANONICAL).run(4));
    rule(
        "trap gate keeps IF and clears NT, TF",
        () -> {
          long kept = Rflags.DF | Rflags.AC | Rflags.CF | Rflags.ZF | Rflags.OF;
          at("invalid", Slot.RFLAGS, ON | kept | Rflags.NT).run(1);
        });
    rule(
        "interrupt gate clears IF and keeps DF and AC",
        () -> {
          long kept = Rflags.DF | Rflags.AC | Rflags.CF;
          at("load", Slot.RFLAGS, ON | kept, RBX, FREE).run(4);
        });
    rule("software interrupt without a gate", () -> at("overflow").run(1));
    rule("breakpoint from the kernel", () -> at("breakpoint").run(4));
    rule(
        "faults of user mode, on RSP0 with a null SS",
        () -> {
          run.enter(Event.UD).run(2).enter(Event.GP).run(3);
          run.enter(Event.PF).run(3).enter(Event.BP).run(2);
        });
    rule(
        "software interrupt of user mode on a gate with DPL 0",
        () -> run.enter(Event.INT80).run(3));
    rule(
        "IST from kernel mode, nested on the same top",
        () -> at("two").arrive(Vector.NMI).run(2).arrive(Vector.DB).run(2).run(4));
    rule(
        "fault on a stack that the user's view does not map: double fault",
        () -> at("invalid", Slot.CR3, model.system().userCr3()).run(2));
    rule(
        "NMI and debug trap under the user's view",
        () -> at("two", Slot.CR3, model.system().userCr3()).arrive(Vector.NMI).run(1));
  }

  private void badStackPointers() {
    int nmi = model.system().istSlots().get(1);
    int doubleFault = model.system().istSlots().get(2);
    long unmapped = symbol("thread_stack_top");
    long userCr3 = model.system().userCr3();
    rule(
        "NMI on a stack that the user's view does not map: double fault",
        () -> at("two", nmi, unmapped, Slot.CR3, userCr3).arrive(Vector.NMI).run(1));
    rule(
        "double fault on such a stack too: shutdown",
        () -> at("invalid", doubleFault, unmapped, Slot.CR3, userCr3).shutDown());
    rule(
        "breakpoint on such a stack: its address is in the double fault's frame",
        () -> at("breakpoint", Slot.CR3, userCr3).run(1));
    rule("push to such a stack", () -> at("stack_moves", Slot.CR3, userCr3).run(1));
    rule("IRET from such a stack", () -> at("return", Slot.CR3, userCr3).run(1));
  }

  private void returns() {
    long cs = Selectors.KERNEL_CS;
    long ss = Selectors.KERNEL_DS;
    long rsp = symbol("thread_stack_top") - 256;
    long rip = symbol("two");
    rule(
        "IRET to the kernel loads all flags",
        () -> at("breakpoint", Slot.RFLAGS, ON | Rflags.DF | Rflags.AC | Rflags.ARITHMETIC).run(3));
    rule("IRET with a bad code selector", () -> popping("return", rip, 0x18, 2, rsp, ss).run(1));
    rule("IRET with a null code selector", () -> popping("return", rip, 0, 2, rsp, ss).run(1));
    rule("IRET with a bad stack selector", () -> popping("return", rip, cs, 2, rsp, cs).run(1));
    rule(
        "IRET with NT",
        () -> {
          popping("return", rip, cs, 2, rsp, ss);
          with(copy(), Slot.RFLAGS, Rflags.FIXED | Rflags.NT).run(1);
        });
    rule("RET and POPF", () -> popping("nmi_that_returns_otherwise", 0x8d7, rip).run(1));
  }

  private void latchedNmis() {
    rule(
        "NMI latched, behind the IRET of a nested handler",
        () ->
            at("two")
                .arrive(Vector.NMI)
                .run(2)
                .arrive(Vector.NMI)
                .run(2)
                .pending(Event.NMI)
                .run(6));
    rule(
        "NMI latched, behind its own IRET",
        () -> at("two").arrive(Vector.NMI).arrive(Vector.NMI).run(4).pending(Event.NMI).run(2));
    rule(
        "NMI stays blocked over POPF and RET",
        () -> {
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
    rule("INT 2 does not block NMIs", () -> at("nmi_by_software").run(1).arrive(Vector.NMI).run(1));
  }

  /** Stands where IRET finds a bad selector while an NMI is handled and another one is latched. */
  private Beside faultingIretInAnNmi() {
    at("two").arrive(Vector.NMI).arrive(Vector.NMI);
    MachineState state = copy();
    state.write(Slot.RIP, symbol("return"));
    state.write(Slot.RSP, symbol("nmi_stack_top") - 128);
    long[] words = {symbol("two"), Selectors.KERNEL_DS, 2, 0, 0};
    var stack = model.memory().byName("nmi").orElseThrow();
    for (int i = 0; i < words.length; i++) {
      state.write(stack.firstSlot() + stack.wordCount() - 16 + i, words[i]);
    }
    return with(state);
  }

  /** Stands before the IRET of a breakpoint's handler, with one word of its frame changed. */
  private Beside returning(int word, long value) {
    at("breakpoint").run(2);
    MachineState state = copy();
    var stack = model.memory().byName("thread").orElseThrow();
    int first = stack.firstSlot() + (int) ((state.read(Slot.RSP) - stack.base()) / 8);
    state.write(first + word, value);
    return with(state);
  }

  private void faultingReturns() {
    long cs = Selectors.KERNEL_CS;
    long ss = Selectors.KERNEL_DS;
    long rsp = symbol("thread_stack_top") - 256;
    long rip = symbol("two");
    long user = model.system().userRip();
    rule("IRET to a null stack selector", () -> returning(4, 0).run(2));
    rule(
        "IRET to user mode with a null stack selector",
        () -> popping("return", user, Selectors.USER_CS, 2, 0x1000, 0).run(1));
    rule(
        "IRET to user mode with the kernel's code selector and RPL 3",
        () -> popping("return", user, cs | 3, 2, 0x1000, Selectors.USER_DS).run(1));
    rule(
        "IRET that faults unblocks NMIs",
        () -> faultingIretInAnNmi().run(1).pending(Event.NMI).run(2));
    otherRule(
        "IRET that faults leaves NMIs blocked, where that is assumed",
        () -> faultingIretInAnNmi().run(4).pending(Event.NMI).run(1));
  }

  private void debugTraps() {
    long tf = Rflags.FIXED | Rflags.TF;
    rule(
        "TF traps behind the instruction",
        () -> at("two", Slot.RFLAGS, tf).run(1).pending(Event.DB).run(2));
    rule(
        "POPF that sets TF traps behind the next instruction",
        () -> popping("flags", tf).run(2).pending(Event.DB).run(2));
    rule(
        "IRET that sets TF traps behind the first instruction there",
        () -> returning(2, tf).run(2).pending(Event.DB).run(2));
    rule("INT3 with TF does not trap", () -> at("breakpoint", Slot.RFLAGS, tf).run(1));
    rule(
        "single-step trap with the bit of a watchpoint left in DR6",
        () -> at("two", Slot.RFLAGS, tf, Slot.DR6, 0xffff_0ff1L).run(1).pending(Event.DB).run(1));
    rule("POPF of a code address", () -> popping("flags", symbol("two")).run(1));
    rule("watchpoint", () -> at("two").arrive(Vector.DB).run(3));
    rule("debug registers", () -> at("debug", Slot.RAX, 0x401).run(2));
    rule("fault with TF does not trap", () -> at("load", RBX, FREE, Slot.RFLAGS, tf).run(1));
  }

  private void interrupts() {
    rule(
        "STI holds an interrupt off for one instruction",
        () ->
            at("enable", Slot.RFLAGS, Rflags.FIXED)
                .arrive(Vector.IRQ)
                .run(2)
                .pending(Event.IRQ)
                .run(2));
    rule(
        "interrupt from the kernel clears IF",
        () -> at("two", Slot.RFLAGS, ON).arrive(Vector.IRQ).run(2));
    rule(
        "interrupt waits for IF",
        () -> at("two", Slot.RFLAGS, Rflags.FIXED).arrive(Vector.IRQ).run(2));
    rule("machine check from the kernel", () -> at("two").arrive(Vector.MC).run(1));
    rule("machine check under an NMI", () -> at("two").arrive(Vector.NMI).arrive(Vector.MC).run(2));
  }

  /** Stands with interrupts off and one latched, and EAX a stack selector. */
  private Beside latched(String label) {
    return at(label, Slot.RFLAGS, Rflags.FIXED, Slot.RAX, Selectors.KERNEL_DS).arrive(Vector.IRQ);
  }

  private void shadows() {
    long kernel = Selectors.KERNEL_DS;
    rule("STI of two holds an interrupt off", () -> latched("enable_twice").run(2).take());
    rule("STI and CLI let no interrupt through", () -> latched("enable_disable").run(3));
    rule("STI and a jump", () -> latched("enable_jump").run(2).take());
    rule("STI and a fault, through a trap gate", () -> latched("enable_invalid").run(2).take());
    rule("MOV SS behind STI holds nothing off", () -> latched("enable_segment").run(2).take());
    rule("STI behind MOV SS holds nothing off", () -> latched("segment_enable").run(2).take());
    rule(
        "second MOV SS holds nothing off",
        () -> at("segment_twice", Slot.RFLAGS, ON, Slot.RAX, kernel).run(2).arrive(Vector.IRQ));
    rule(
        "interrupt that arrives in the shadow of STI",
        () -> at("enable", Slot.RFLAGS, Rflags.FIXED).run(1).arrive(Vector.IRQ).run(1).take());
    rule(
        "interrupt that arrives in the shadow of MOV SS",
        () ->
            at("segment", Slot.RFLAGS, ON, Slot.RAX, kernel)
                .run(1)
                .arrive(Vector.IRQ)
                .run(1)
                .take());
    rule(
        "STI with IF set holds nothing off",
        () -> at("enable", Slot.RFLAGS, ON).run(1).arrive(Vector.IRQ).standsAt("handler").run(1));
    rule(
        "NMI in the shadow of STI",
        () -> at("enable", Slot.RFLAGS, Rflags.FIXED).run(1).arrive(Vector.NMI).run(4).run(1));
    rule(
        "machine check in the shadow of STI",
        () -> at("enable", Slot.RFLAGS, Rflags.FIXED).run(1).arrive(Vector.MC).run(1));
    rule(
        "machine check in the shadow of MOV SS",
        () -> at("segment", Slot.RAX, kernel).run(1).arrive(Vector.MC).run(1));
    rule(
        "MOV SS holds a single-step trap off",
        () ->
            at("segment", Slot.RFLAGS, Rflags.FIXED | Rflags.TF, Slot.RAX, kernel)
                .run(2)
                .pending(Event.DB)
                .run(2));
    rule(
        "STI holds no single-step trap off",
        () -> at("enable", Slot.RFLAGS, Rflags.FIXED | Rflags.TF).run(1).pending(Event.DB).run(2));
    otherRule(
        "NMI in the shadow of MOV SS, where that is assumed",
        () -> at("segment", Slot.RAX, kernel).run(1).arrive(Vector.NMI).run(1));
  }

  private void systemInstructions() {
    rule(
        "SWAPGS",
        () ->
            at(
                    "swap",
                    Slot.GS_BASE,
                    model.system().userGsBase(),
                    Slot.KERNEL_GS_BASE,
                    model.system().kernelGsBase())
                .run(2));
    rule("RDGSBASE without FSGSBASE", () -> at("bases").run(1));
    otherRule("RDGSBASE and WRGSBASE", () -> at("write_base", Slot.RAX, -4096).run(2));
    rule(
        "WRMSR and RDMSR of a base",
        () ->
            at("write_msr", Slot.RCX, 0xc0000102L, Slot.RAX, 0x9000_0000L, Slot.RDX, 0x7f12L)
                .run(2));
    rule("MOV SS", () -> at("segment", Slot.RAX, Selectors.KERNEL_DS).run(3));
    rule("MOV SS of a bad selector", () -> at("segment", Slot.RAX, Selectors.USER_DS).run(1));
    rule("MOV DS", () -> at("data_segment", Slot.RAX, Selectors.USER_DS).run(1));
    rule("MOV DS of a selector behind the table", () -> at("data_segment", Slot.RAX, 0x1f8).run(1));
    rule("MOV GS loads the base", () -> at("gs_segment", Slot.RAX, Selectors.USER_DS).run(1));
    rule("LSL", () -> at("limit", Slot.RAX, 0x7b).run(1));
    rule("LSL of the code segment", () -> at("limit", Slot.RAX, Selectors.KERNEL_CS).run(1));
    rule("MOV CR3", () -> at("view", Slot.RAX, model.system().userCr3()).run(2));
    rule("pushes and pops", () -> at("stack_moves", Slot.RAX, 77, Slot.RFLAGS, ON).run(6));
    rule("CALL and RET", () -> at("call_and_jump").run(2));
    rule("REP MOVS", () -> at("copy", Slot.RCX, 0).run(1));
  }

  private void fastCalls() {
    rule("SYSCALL and SYSRET", () -> run.enter(Event.SYSCALL).run(3));
    rule("SYSENTER", () -> run.enter(Event.SYSENTER).run(1));
    rule(
        "SYSCALL with DF and TF",
        () -> {
          with(copy(), Slot.RFLAGS, ON | Rflags.DF | Rflags.CF | Rflags.AC);
          run.enter(Event.SYSCALL).run(3);
        });
  }

  private void fastReturns() {
    long user = model.system().userRip();
    rule(
        "SYSRET to 64-bit code loads the flags but RF",
        () ->
            at("return_to_user", Slot.RCX, user, R11, ON | Rflags.RF | Rflags.DF | Rflags.NT)
                .run(1));
    rule(
        "SYSRET that sets TF traps in user mode",
        () -> at("return_to_user", Slot.RCX, user, R11, ON | Rflags.TF).run(1).pending(Event.DB));
    rule(
        "SYSRET to 32-bit code",
        () -> at("return_to_user32", Slot.RCX, user, R11, ON | Rflags.CF).run(1));
    rule(
        "SYSEXIT to 32-bit code",
        () -> at("leave_to_user32", Slot.RDX, user, Slot.RCX, 0x1000, Slot.RFLAGS, ON).run(1));
    rule(
        "SYSEXIT to 64-bit code",
        () -> at("leave_to_user", Slot.RDX, user, Slot.RCX, 0x1000, Slot.RFLAGS, ON).run(1));
    rule("SYSCALL from 32-bit code and SYSRET to it", () -> run.enter(Event.SYSCALL32).run(2));
    rule(
        "SYSENTER, and SYSEXIT to the landing pad",
        () -> {
          run.enter(Event.SYSENTER);
          MachineState state = copy();
          state.write(Slot.RIP, symbol("leave_to_user32"));
          state.write(Slot.RDX, model.system().sysenterReturn());
          state.write(Slot.RCX, state.read(RBP));
          with(state).run(1);
        });
    rule(
        "SYSENTER with TF traps at the entry point",
        () -> {
          with(copy(), Slot.RFLAGS, ON | Rflags.TF | Rflags.DF);
          run.enter(Event.SYSENTER).pending(Event.DB).run(2);
        });
  }
}
