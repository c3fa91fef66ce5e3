package org.trapnest.emulator;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * The rules of supervisor shadow stacks, each as a short run of the machine and of Bochs from the
 * same state. Source: Intel SDM volume 1, "Control-flow Enforcement Technology (CET)"; volume 2,
 * the pages of the instructions.
 */
final class ShadowRules {
  private static final int RBX = 3;
  private static final long ON = Rflags.FIXED | Rflags.IF;
  private static final long NOT_CANONICAL = 0x0001_0000_0000_0000L;
  private static final long FREE = 0xffff_ffff_d000_0000L;

  private final BochsEmulator emulator;
  private final MachineModel model;
  private final GuestProgram program;
  private final Map<String, Runnable> rules = new LinkedHashMap<>();
  private final Set<BochsDifference> met = EnumSet.noneOf(BochsDifference.class);
  private Beside run;
  private int steps;

  ShadowRules(BochsEmulator emulator) {
    this.emulator = emulator;
    this.model = TestModels.load(TestModels.file("shadow-rules.S"));
    this.program =
        GuestProgram.build(TestModels.file("shadow-rules.S"), Map.of(), model, emulator.folder());
    deliveries();
    badTokens();
    returns();
    mismatches();
    calls();
    tokens();
    restores();
    words();
    systemCalls();
    nesting();
  }

  List<String> names() {
    return List.copyOf(rules.keySet());
  }

  int steps() {
    return steps;
  }

  /** The known differences that were met so far. */
  Set<BochsDifference> met() {
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
    BochsLockstep lockstep = emulator.beside(model, program);
    run = new Beside(model, lockstep).begin();
    rules.get(name).run();
    met.addAll(lockstep.met());
    steps += run.steps();
  }

  /** Bochs' memory is read behind the step, so that what it holds is known. */
  private static void stepAlone(BochsLockstep lockstep) {
    lockstep.guest().step();
    lockstep.differences();
  }

  /** Whether Bochs does what a difference that is not taken says. */
  boolean isThere(BochsDifference difference) {
    BochsLockstep lockstep = emulator.beside(model, program);
    run = new Beside(model, lockstep).begin();
    BochsGuest guest = lockstep.guest();
    return switch (difference) {
      case PRIVILEGE_LOST_AT_BAD_TOKEN -> {
        with(word("main-shadow", token("main")), token("main") | 1);
        stepAlone(lockstep);
        yield guest.read(List.of("SSP")).get("SSP") == token("df") - 24;
      }
      case RETURN_LOADED_BEFORE_ITS_FAULT -> {
        run.enter(Event.UD).run(1);
        with(Slot.SSP, 0);
        stepAlone(lockstep);
        yield guest.read(List.of("MSR.ia32_pl3_ssp")).get("MSR.ia32_pl3_ssp") == 0;
      }
      case STI_HOLDS_NMI -> {
        at("enable", Slot.RFLAGS, Rflags.FIXED);
        stepAlone(lockstep);
        guest.write(Map.of("pending_event", BochsSystem.NMI_EVENT, "async_event", 1L));
        stepAlone(lockstep);
        long pending = guest.read(List.of("pending_event")).get("pending_event");
        yield (pending & BochsSystem.NMI_EVENT) != 0;
      }
      case RESTORED_POINTER_NOT_CHECKED -> {
        returning(24, 0x0000_8000_0000_0000L);
        stepAlone(lockstep);
        yield guest.read(List.of("SSP")).get("SSP") == (token("main") ^ 0x0000_8000_0000_0000L);
      }
      case RF_KEPT,
          CLRSSBSY_FLAG,
          TOKEN_FREED_ON_THE_SAME_STACK,
          TOKEN_ERROR_CODE,
          DOUBLE_FAULT_PUSHES_RF,
          SINGLE_STEP_CLEARS_HITS,
          CALL_WRITES_BEFORE_ITS_FAULT ->
          false;
    };
  }

  private void rule(String name, Runnable script) {
    rules.put(name, script);
  }

  private long symbol(String name) {
    return model.symbols().get(name);
  }

  private long token(String name) {
    return symbol(name + "_shadow_token");
  }

  /** The slot of a word of a shadow stack or a stack. */
  private int word(String region, long address) {
    Region found = model.memory().byName(region).orElseThrow();
    return found.firstSlot() + (int) (address - found.base() >>> 3);
  }

  private int msr(int number) {
    return model.system().msrSlots().get(number);
  }

  private MachineState copy() {
    MachineState state = new MachineState(model.slots().slotCount());
    state.loadAll(run.lockstep().state().toArray());
    return state;
  }

  private Beside with(MachineState state, long... slotsAndValues) {
    for (int i = 0; i < slotsAndValues.length; i += 2) {
      state.write((int) slotsAndValues[i], slotsAndValues[i + 1]);
    }
    run.lockstep().set(state);
    return run;
  }

  private Beside with(long... slotsAndValues) {
    return with(copy(), slotsAndValues);
  }

  /** In the kernel before a label, on the thread stack and the taken main shadow stack. */
  private Beside at(String label, long... slotsAndValues) {
    run.enter(Event.SYSCALL);
    long token = token("main");
    MachineState state = copy();
    state.write(Slot.RIP, symbol(label));
    state.write(Slot.RSP, symbol("thread_stack_top") - 128);
    state.write(Slot.SSP, token);
    state.write(Slot.FLAGS_TOKEN, 0);
    state.write(word("main-shadow", token - 8), 0x77);
    state.write(word("main-shadow", token), token | 1);
    return with(state, slotsAndValues);
  }

  private long table(int ist) {
    return word("interrupt_ssp_table", symbol("interrupt_ssp_table") + 8L * ist);
  }

  private void deliveries() {
    rule("fault of user mode takes the token and pushes nothing", () -> run.enter(Event.UD).run(2));
    rule(
        "fault of user mode saves the user's pointer",
        () -> with(msr(Msr.PL3_SSP), 0).enter(Event.UD).run(2));
    rule(
        "SYSCALL saves the user's pointer",
        () -> with(msr(Msr.PL3_SSP), 0).enter(Event.SYSCALL).run(5));
    rule("breakpoint of user mode", () -> run.enter(Event.BP).run(2));
    rule("software interrupt of user mode", () -> run.enter(Event.INT80).run(3));
    rule("fault with an error code", () -> run.enter(Event.GP).run(3));
    rule("page faults of user mode", () -> run.enter(Event.PF).run(3));
    rule("NMI of user mode takes the token of the table", () -> run.arrive(Vector.NMI).run(4));
    rule("interrupt of user mode", () -> run.arrive(Vector.IRQ).run(2));
    rule("debug trap of user mode", () -> run.arrive(Vector.DB).run(2));
    rule("fault in the kernel pushes CS, LIP and SSP", () -> at("invalid").run(1));
    rule("breakpoint in the kernel, and back", () -> at("breakpoint").run(4));
    rule("NMI in the kernel, on its own shadow stack", () -> at("two").arrive(Vector.NMI).run(5));
    rule("debug trap in the kernel", () -> at("two").arrive(Vector.DB).run(4));
    rule(
        "single-step trap in the kernel",
        () -> at("two", Slot.RFLAGS, ON | Rflags.TF).run(1).pending(Event.DB).run(2));
    rule(
        "single-step trap with the bit of a watchpoint left in DR6",
        () ->
            at("two", Slot.RFLAGS, ON | Rflags.TF, Slot.DR6, 0xffff_0ff1L)
                .run(1)
                .pending(Event.DB)
                .run(2));
    rule("interrupt in the kernel", () -> at("two", Slot.RFLAGS, ON).arrive(Vector.IRQ).run(3));
    rule(
        "interrupt latched, behind STI",
        () -> at("enable", Slot.RFLAGS, Rflags.FIXED).arrive(Vector.IRQ).run(2).take().run(2));
  }

  private void badTokens() {
    long nmi = token("nmi");
    long main = token("main");
    rule(
        "NMI on a busy shadow stack becomes #GP",
        () -> at("two", word("nmi-shadow", nmi), nmi | 1).arrive(Vector.NMI).run(1));
    rule(
        "NMI that nests in itself becomes #GP",
        () -> {
          at("two").arrive(Vector.NMI);
          with(Slot.NMI_BLOCKED, 0).arrive(Vector.NMI).run(1);
        });
    rule(
        "token of another shadow stack",
        () -> at("two", word("nmi-shadow", nmi), main).arrive(Vector.NMI).run(1));
    rule(
        "token with a bit that must be zero",
        () -> at("two", word("nmi-shadow", nmi), nmi | 2).arrive(Vector.NMI).run(1));
    for (long below : new long[] {4, 8, 16, 24}) {
      rule(
          "token %d bytes below the top of 32 bytes".formatted(below),
          () -> at("two", table(1), nmi - below).arrive(Vector.NMI).run(1));
    }
    rule(
        "token where no shadow stack is: double fault",
        () -> at("two", table(1), symbol("thread_stack_top") - 8).arrive(Vector.NMI).run(1));
    rule(
        "token where nothing is mapped",
        () -> at("two", table(1), FREE | 24).arrive(Vector.NMI).run(1));
    rule(
        "token at an address that is not canonical",
        () -> at("two", table(1), NOT_CANONICAL | 24).arrive(Vector.NMI).run(1));
    rule(
        "table where nothing is mapped",
        () -> at("two", msr(Msr.INTERRUPT_SSP_TABLE_ADDR), FREE).arrive(Vector.NMI).run(1));
    rule(
        "fault without a shadow stack becomes a double fault",
        () -> at("invalid", Slot.SSP, 0).run(2));
    rule(
        "NMI without a shadow stack keeps the null pointer",
        () -> at("two", Slot.SSP, 0).arrive(Vector.NMI));
  }

  private void returns() {
    long main = token("main");
    rule(
        "IRET to user mode away from the token leaves it busy",
        () -> {
          run.enter(Event.UD);
          with(Slot.SSP, main - 8, word("main-shadow", main - 8), 7).run(2);
        });
    rule(
        "IRET on the same shadow stack leaves the token busy",
        () -> {
          run.arrive(Vector.NMI).run(2).run(2).run(2);
        });
    rule(
        "IRET from an IST shadow stack frees the token", () -> at("two").arrive(Vector.NMI).run(6));
    rule(
        "IRET in the kernel to another shadow stack whose token is not busy",
        () -> {
          long nmi = token("nmi");
          at("two").arrive(Vector.NMI).run(3);
          with(word("nmi-shadow", nmi), nmi).run(3);
        });
    rule(
        "IRET to user mode gives PL3_SSP, whatever it is by then",
        () -> {
          run.enter(Event.UD).run(1);
          with(msr(Msr.PL3_SSP), 0x7000_0000L - 64).run(1);
        });
  }

  /** Before the IRET of a fault's handler, with a word of the shadow stack changed. */
  private Beside returning(int below, long xor) {
    at("breakpoint").run(2);
    MachineState state = copy();
    int slot = word("main-shadow", token("main") - below);
    return with(state, slot, state.read(slot) ^ xor);
  }

  private void mismatches() {
    rule("IRET with another CS", () -> returning(8, 0x20).run(2));
    rule("IRET with CS beyond 16 bits", () -> returning(8, 0x1_0000).run(2));
    rule("IRET with another LIP", () -> returning(16, 0x1000).run(2));
    rule("IRET with an SSP that is not aligned", () -> returning(24, 2).run(2));
    rule("IRET with another SSP", () -> returning(24, 0x40).run(2));
    rule(
        "IRET with SSP not a multiple of 8",
        () -> {
          at("breakpoint").run(2);
          with(Slot.SSP, run.read(Slot.SSP) + 4).run(1);
        });
    rule(
        "IRET to user mode with SSP not a multiple of 8",
        () -> {
          run.enter(Event.UD).run(1);
          with(Slot.SSP, token("main") - 4).run(1);
        });
    rule(
        "IRET without a shadow stack",
        () -> {
          at("breakpoint").run(2);
          with(Slot.SSP, FREE).run(1);
        });
  }

  private void calls() {
    long main = token("main");
    rule("CALL and RET", () -> at("call").run(4));
    rule("indirect CALL", () -> at("indirect", Slot.RAX, symbol("callee")).run(3));
    rule("CALL to the next instruction", () -> at("next").run(1));
    rule(
        "breakpoint without a shadow stack: its address is in the double fault's frame",
        () -> at("breakpoint", Slot.SSP, 0).run(1));
    rule(
        "CALL without a shadow stack: double fault",
        () -> {
          long rsp = symbol("thread_stack_top") - 136;
          at("call", Slot.SSP, 0, Slot.RSP, rsp, word("thread", rsp - 8), 5).run(1);
        });
    rule("CALL on what is no shadow stack", () -> at("call", Slot.SSP, symbol("cell") + 8).run(1));
    rule(
        "RET that disagrees",
        () -> {
          at("call").run(2);
          with(word("main-shadow", main - 8), symbol("two")).run(1);
        });
    rule(
        "RET without a shadow stack",
        () -> {
          at("call").run(2);
          with(Slot.SSP, FREE).run(1);
        });
    rule(
        "RET to what the shadow stack says",
        () -> {
          at("call").run(1);
          with(Slot.RIP, symbol("ret")).run(1);
        });
  }

  private void tokens() {
    long main = token("main");
    long nmi = token("nmi");
    long flags = Rflags.FIXED | Rflags.ARITHMETIC;
    rule("SETSSBSY", () -> at("take", word("main-shadow", main), main, Slot.SSP, 0).run(1));
    rule("SETSSBSY of a busy token: #CP", () -> at("take").run(1));
    rule("SETSSBSY of a busy token without SSP", () -> at("take", Slot.SSP, 0).run(1));
    rule("SETSSBSY not aligned", () -> at("take", msr(Msr.PL0_SSP), main - 4).run(1));
    rule("SETSSBSY of another word", () -> at("take", msr(Msr.PL0_SSP), main - 8).run(1));
    rule("SETSSBSY where nothing is mapped", () -> at("take", msr(Msr.PL0_SSP), FREE).run(1));
    rule("SETSSBSY on ordinary memory", () -> at("take", msr(Msr.PL0_SSP), symbol("cell")).run(1));
    rule("CLRSSBSY", () -> at("free", RBX, main, Slot.RFLAGS, flags).run(1));
    rule("CLRSSBSY of a free token", () -> at("free", RBX, nmi, Slot.RFLAGS, flags).run(1));
    rule("CLRSSBSY of another word", () -> at("free", RBX, main - 8).run(1));
    rule("CLRSSBSY not aligned", () -> at("free", RBX, main - 4).run(1));
    rule("CLRSSBSY where nothing is mapped", () -> at("free", RBX, FREE).run(1));
    rule("CLRSSBSY on ordinary memory", () -> at("free", RBX, symbol("cell")).run(1));
    rule("CLRSSBSY not canonical", () -> at("free", RBX, NOT_CANONICAL).run(1));
  }

  /** Before RSTORSSP of a word of the shadow stack of NMIs that holds a value. */
  private Beside restoring(long value) {
    long place = token("nmi") - 32;
    long flags = Rflags.FIXED | Rflags.ARITHMETIC;
    return at("restore", RBX, place, word("nmi-shadow", place), value, Slot.RFLAGS, flags);
  }

  private void restores() {
    long place = token("nmi") - 32;
    long main = token("main");
    rule("RSTORSSP and SAVEPREVSSP", () -> restoring(place + 8 | 1).run(4));
    rule("RSTORSSP of a token for 4 bytes more", () -> restoring(place + 12 | 1).run(1));
    rule("RSTORSSP of a token of 32-bit code", () -> restoring(place + 8).run(1));
    rule("RSTORSSP of a previous-SSP token", () -> restoring(place + 8 | 3).run(1));
    rule("RSTORSSP of a token for another place", () -> restoring(place + 16 | 1).run(1));
    rule("RSTORSSP of a busy token", () -> at("restore", RBX, main).run(1));
    rule("RSTORSSP not aligned", () -> at("restore", RBX, place + 4).run(1));
    rule("RSTORSSP where nothing is mapped", () -> at("restore", RBX, FREE).run(1));
    rule("RSTORSSP on ordinary memory", () -> at("restore", RBX, symbol("cell")).run(1));
    rule("SAVEPREVSSP with CF", () -> at("save", Slot.RFLAGS, Rflags.FIXED | Rflags.CF).run(1));
    rule("SAVEPREVSSP of what is no token", () -> at("save").run(1));
    rule(
        "SAVEPREVSSP of a token with 4 bytes more",
        () -> {
          long full = 0x1122_3344_5566_7788L;
          at(
                  "save",
                  Slot.SSP,
                  main - 16,
                  word("main-shadow", main - 16),
                  place + 4 | 3,
                  word("nmi-shadow", place),
                  full,
                  word("nmi-shadow", place - 8),
                  full)
              .run(1);
        });
    rule(
        "SAVEPREVSSP where nothing is mapped",
        () -> at("save", Slot.SSP, main - 16, word("main-shadow", main - 16), FREE | 3).run(1));
  }

  private void words() {
    long main = token("main");
    long nmi = token("nmi");
    rule("RDSSP", () -> at("read").run(1));
    rule("INCSSP", () -> at("increment", Slot.SSP, main - 40, Slot.RAX, 3).run(1));
    rule("INCSSP by nothing", () -> at("increment", Slot.RAX, 0x100).run(1));
    rule("INCSSP of the last word", () -> at("increment", Slot.RAX, 1).run(1));
    rule("INCSSP by 255 words", () -> at("increment", Slot.RAX, -1).run(1));
    rule(
        "INCSSP without a shadow stack", () -> at("increment", Slot.RAX, 1, Slot.SSP, FREE).run(1));
    rule("WRSS", () -> at("write", RBX, nmi - 8, Slot.RAX, 0x1234_5678_9abcL).run(1));
    rule("WRSS not aligned", () -> at("write", RBX, nmi - 12, Slot.RAX, 5).run(1));
    rule("WRSS where nothing is mapped", () -> at("write", RBX, FREE, Slot.RAX, 5).run(1));
    rule("WRSS on ordinary memory", () -> at("write", RBX, symbol("cell"), Slot.RAX, 5).run(1));
    rule("WRSS not canonical", () -> at("write", RBX, NOT_CANONICAL, Slot.RAX, 5).run(1));
    rule("MOV to a shadow stack", () -> at("store", RBX, nmi - 8, Slot.RAX, 5).run(1));
    rule("MOV from a shadow stack", () -> at("load", RBX, nmi).run(1));
    rule("MOV to ordinary memory", () -> at("store", RBX, symbol("cell"), Slot.RAX, 5).run(1));
    rule("push to a shadow stack", () -> at("call", Slot.RSP, nmi).run(1));
    for (int number : new int[] {Msr.PL0_SSP, Msr.PL3_SSP, Msr.INTERRUPT_SSP_TABLE_ADDR}) {
      String name = Msr.name(number).orElseThrow();
      rule("RDMSR of " + name, () -> at("read_msr", Slot.RCX, number).run(1));
      rule(
          "WRMSR of " + name,
          () -> at("write_msr", Slot.RCX, number, Slot.RAX, 0x7fc0, Slot.RDX, 0x7f00).run(1));
      rule(
          "WRMSR of %s with an address that is not aligned".formatted(name),
          () -> at("write_msr", Slot.RCX, number, Slot.RAX, 0x7fc1, Slot.RDX, 0).run(1));
    }
  }

  private void systemCalls() {
    long user = model.system().userRip();
    rule("SYSCALL, SETSSBSY, CLRSSBSY and SYSRET", () -> run.enter(Event.SYSCALL).run(5));
    rule(
        "SYSENTER and SYSEXIT",
        () -> {
          run.enter(Event.SYSENTER).run(3);
          with(Slot.RDX, model.system().sysenterReturn(), Slot.RCX, 0x1000).run(1);
        });
    rule(
        "SYSRET gives PL3_SSP, whatever the kernel left",
        () -> at("return_to_user", Slot.RCX, user, 11, ON, msr(Msr.PL3_SSP), 0x6000_0000L).run(1));
    rule("NMI behind SYSCALL", () -> run.enter(Event.SYSCALL).arrive(Vector.NMI).run(5));
    rule("NMI behind SETSSBSY", () -> run.enter(Event.SYSCALL).run(2).arrive(Vector.NMI).run(6));
    rule("NMI behind CLRSSBSY", () -> run.enter(Event.SYSCALL).run(4).arrive(Vector.NMI));
    rule(
        "fault in the gap behind SYSCALL: double fault",
        () -> {
          run.enter(Event.SYSCALL);
          with(Slot.RIP, symbol("invalid"), Slot.RSP, symbol("thread_stack_top")).run(2);
        });
    rule(
        "double fault on a busy shadow stack shuts down",
        () -> {
          long df = token("df");
          at("invalid", Slot.SSP, 0, word("df-shadow", df), df | 1).shutDown();
        });
  }

  private void nesting() {
    rule(
        "debug trap, NMI and breakpoint nest on three shadow stacks",
        () -> at("two").arrive(Vector.DB).arrive(Vector.NMI).run(6).run(3));
    rule(
        "NMI latched, behind the IRET of a breakpoint: its token is busy",
        () ->
            at("two")
                .arrive(Vector.NMI)
                .run(2)
                .arrive(Vector.NMI)
                .run(2)
                .pending(Event.NMI)
                .run(1));
    rule(
        "NMI latched, behind its own IRET",
        () -> at("two").arrive(Vector.NMI).arrive(Vector.NMI).run(2).run(2).pending(Event.NMI));
    rule(
        "fault of user mode, breakpoint, NMI",
        () -> run.enter(Event.UD).arrive(Vector.NMI).run(6).run(2));
    rule(
        "IRET that faults unblocks NMIs",
        () -> {
          at("two").arrive(Vector.NMI);
          with(Slot.RIP, symbol("return"), Slot.SSP, run.read(Slot.SSP) + 4).run(1);
        });
    rule(
        "segments of user mode",
        () -> {
          run.enter(Event.UD);
          with(Slot.DS, Selectors.USER_DS).run(2);
        });
  }
}
