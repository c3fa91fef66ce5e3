package org.trapnest.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.Expression;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Event;
import org.trapnest.machine.Gate;
import org.trapnest.machine.MachineModel.SystemRegisters;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.machine.UserRules;
import org.trapnest.x86.Register;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/** Links gates, entry points, user mode and the registers that a model fixes. */
final class SystemLinker {
  private static final long USER_RIP = 0x40_0000L;
  private static final long SYSENTER_RETURN = 0x50_0000L;
  private static final long USER_GS_BASE = 0x7f00_0000_0000L;
  private static final long KERNEL_CR3 = 0x1000_0000L;
  private static final long USER_CR3_BIT = 0x1000L;
  private static final long USUAL_FMASK =
      Rflags.TF | Rflags.DF | Rflags.IF | Rflags.IOPL | Rflags.AC | Rflags.NT;
  private static final long USER_RFLAGS = Rflags.FIXED | Rflags.IF;

  private final Declarations declared;
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;

  SystemLinker(Declarations declared, SymbolTable symbols, Diagnostics diagnostics) {
    this.declared = declared;
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  /** Defines the symbols that every model may use. */
  void defineSymbols() {
    symbols.defineBuiltIn("KERNEL_CR3", KERNEL_CR3);
    symbols.defineBuiltIn("USER_CR3", userCr3());
    symbols.defineBuiltIn("KERNEL_GS_BASE", MemoryLinker.KERNEL_GS_BASE);
    symbols.defineBuiltIn("USER_GS_BASE", USER_GS_BASE);
    symbols.defineBuiltIn("USER_RIP", USER_RIP);
    symbols.defineBuiltIn("SYSENTER_RETURN", SYSENTER_RETURN);
  }

  private long userCr3() {
    return declared.splitPaging ? KERNEL_CR3 | USER_CR3_BIT : KERNEL_CR3;
  }

  SystemRegisters registers(MemoryLinker memory) {
    List<Integer> istSlots = new ArrayList<>();
    istSlots.add(memory.tssSlot("sp0"));
    for (int ist = 1; ist <= 7; ist++) {
      istSlots.add(memory.tssSlot("ist" + ist));
    }
    return new SystemRegisters(
        handler("syscall"),
        handler("syscall32"),
        entryValue("syscall", Declarations.EntryPoint::fmask).orElse(USUAL_FMASK),
        handler("sysenter"),
        entryValue("sysenter", Declarations.EntryPoint::stack).orElse(0L),
        USER_RIP,
        SYSENTER_RETURN,
        MemoryLinker.KERNEL_GS_BASE,
        USER_GS_BASE,
        KERNEL_CR3,
        userCr3(),
        declared.splitPaging ? USER_CR3_BIT : 0,
        staleTranslations(memory),
        memory.tssSlot("sp0"),
        List.copyOf(istSlots),
        initial(),
        memory.msrSlots(),
        MsrTable.writableBits(declared),
        memory.shadowStacks(),
        new FredLinker(declared, symbols, diagnostics).link(memory));
  }

  private int staleTranslations(MemoryLinker memory) {
    if (declared.staleTranslations.isEmpty()) {
      return -1;
    }
    Declarations.Named named = declared.staleTranslations.get();
    Optional<Region> word = memory.region(named.name()).filter(r -> r.wordBytes() == 8);
    if (word.isEmpty()) {
      diagnostics.report(
          ModelProblem.UNKNOWN_NAME, named.span(), "variable of 8 bytes", named.name());
    }
    return word.map(Region::firstSlot).orElse(-1);
  }

  private long handler(String kind) {
    Declarations.EntryPoint entry = declared.entryPoints.get(kind);
    return entry == null ? 0 : address(entry.handler(), entry.span());
  }

  private Optional<Long> entryValue(
      String kind,
      java.util.function.Function<Declarations.EntryPoint, Optional<Expression>> field) {
    return Optional.ofNullable(declared.entryPoints.get(kind))
        .flatMap(field)
        .map(symbols::evaluate);
  }

  private long address(String label, SourceSpan span) {
    Optional<Long> value = symbols.lookUp(label);
    if (value.isEmpty()) {
      diagnostics.report(ModelProblem.UNKNOWN_LABEL, span, label);
    }
    return value.orElse(0L);
  }

  private Map<Integer, Long> initial() {
    Map<Integer, Long> initial = new HashMap<>();
    for (Register register : Register.values()) {
      initial.put(register.number(), Token.USER_RAX + register.number());
    }
    initial.put(Slot.RIP, USER_RIP);
    initial.put(Slot.RFLAGS, USER_RFLAGS);
    initial.put(Slot.FLAGS_TOKEN, Token.USER_FLAGS);
    initial.put(Slot.CS, Selectors.USER_CS);
    initial.put(Slot.SS, Selectors.USER_DS);
    initial.put(Slot.GS_BASE, USER_GS_BASE);
    initial.put(Slot.KERNEL_GS_BASE, MemoryLinker.KERNEL_GS_BASE);
    initial.put(Slot.CR3, userCr3());
    if (!declared.shadowStacks.isEmpty()) {
      initial.put(Slot.SSP, ShadowStackLinker.USER_SSP);
    }
    declared.initials.forEach(
        (name, value) -> {
          int slot = Slot.byName(name);
          if (slot < 0) {
            diagnostics.report(ModelProblem.UNKNOWN_NAME, spanOf(value), "register", name);
          } else {
            initial.put(slot, userValue(slot, symbols.evaluate(value)));
          }
        });
    return initial;
  }

  /** The user's arithmetic flags are unknown, whatever a model says of the others. */
  private static long userValue(int slot, long value) {
    return slot == Slot.RFLAGS ? value & ~Rflags.ARITHMETIC : value;
  }

  private static SourceSpan spanOf(Expression expression) {
    return expression.span();
  }

  Map<Vector, Gate> gates() {
    Map<Vector, Gate> gates = new HashMap<>();
    for (Declarations.GateLine line : declared.gates) {
      boolean stackExists =
          line.ist() == 0
              || declared.tss.containsKey("ist" + line.ist())
              || declared.stacks.stream().anyMatch(s -> s.ist() == line.ist());
      if (!stackExists) {
        diagnostics.report(ModelProblem.MISSING_IST, line.span(), line.ist());
      }
      gates.put(
          line.vector(),
          new Gate(
              line.vector(),
              address(line.handler(), line.span()),
              line.ist(),
              !line.trap(),
              line.dpl()));
    }
    reportMissingGates(gates);
    return gates;
  }

  private void reportMissingGates(Map<Vector, Gate> gates) {
    declared.events.forEach(e -> requireGate(gates, e.vector(), e.span()));
    declared.userEntries.forEach(e -> requireEntry(gates, e));
    declared.functions.forEach(
        f ->
            f.raises()
                .forEach(r -> r.event().vector().ifPresent(v -> requireGate(gates, v, f.span()))));
  }

  private void requireGate(Map<Vector, Gate> gates, Vector vector, SourceSpan span) {
    if (declared.fred.isEmpty() && !gates.containsKey(vector)) {
      diagnostics.report(ModelProblem.NO_GATE, span, vector.manualName());
    }
  }

  private void requireEntry(Map<Vector, Gate> gates, Declarations.UserEntry entry) {
    entry.event().vector().ifPresent(v -> requireGate(gates, v, entry.span()));
    boolean instruction = entry.event().ordinal() >= Event.SYSCALL.ordinal();
    String kind = entry.event().name().toLowerCase(java.util.Locale.ROOT);
    if (instruction && declared.fred.isEmpty() && !declared.entryPoints.containsKey(kind)) {
      diagnostics.report(
          org.trapnest.diag.Diagnostic.of(ModelProblem.UNKNOWN_NAME, entry.span(), "way in", kind)
              .withNote("expected a line: //@ entry " + kind + " -> label"));
    }
  }

  UserRules user(SourceSpan whole) {
    boolean anyFromUser =
        !declared.userEntries.isEmpty()
            || declared.events.stream()
                .flatMap(e -> e.places().stream())
                .anyMatch(
                    p ->
                        p instanceof Declarations.Place.User
                            || p instanceof Declarations.Place.Anywhere);
    if (!anyFromUser) {
      diagnostics.report(
          org.trapnest.diag.Diagnostic.of(ModelProblem.NO_USER_ENTRY, whole)
              .withNote("expected a line such as: //@ user syscall"));
    }
    List<UserRules.Choice> choices = new ArrayList<>();
    for (Declarations.UserWrite write : declared.userWrites) {
      int slot = Slot.byName(write.register());
      if (slot < 0) {
        diagnostics.report(ModelProblem.UNKNOWN_NAME, write.span(), "register", write.register());
      } else {
        choices.add(
            new UserRules.Choice(
                slot,
                write.values().stream().map(e -> userValue(slot, symbols.evaluate(e))).toList()));
      }
    }
    return new UserRules(
        declared.userEntries.stream()
            .map(e -> new UserRules.Entry(e.event(), e.errorCode()))
            .toList(),
        choices);
  }
}
