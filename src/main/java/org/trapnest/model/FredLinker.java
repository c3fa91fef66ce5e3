package org.trapnest.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.MachineModel.Fred;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Vector;

/** Links the declaration of FRED: entry points, stack levels, and what FRED leaves no room for. */
final class FredLinker {
  private static final int LEVELS = 4;

  /** How far the kernel's entry point lies behind the user's where no label is given. */
  private static final long KERNEL_ENTRY_OFFSET = 256;

  private final Declarations declared;
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;

  FredLinker(Declarations declared, SymbolTable symbols, Diagnostics diagnostics) {
    this.declared = declared;
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  Optional<Fred> link(MemoryLinker memory) {
    if (declared.fred.isEmpty()) {
      return Optional.empty();
    }
    Declarations.FredLine line = declared.fred.get();
    reportMeaningless();
    reportMissingLevels(line);
    List<Integer> rspSlots = new ArrayList<>();
    for (int level = 0; level < LEVELS; level++) {
      rspSlots.add(memory.msrSlots().get(Msr.FRED_RSP0 + level));
    }
    long user = address(line.userEntry(), line.span());
    long kernel =
        line.kernelEntry()
            .map(label -> address(label, line.span()))
            .orElse(user + KERNEL_ENTRY_OFFSET);
    return Optional.of(
        new Fred(
            user,
            kernel,
            rspSlots,
            stackLevels(line),
            line.levels().getOrDefault(Vector.IRQ, 0),
            line.redZoneBytes()));
  }

  private static long stackLevels(Declarations.FredLine line) {
    long levels = 0;
    for (var entry : line.levels().entrySet()) {
      if (entry.getKey() != Vector.IRQ) {
        levels |= (long) entry.getValue() << 2 * entry.getKey().number();
      }
    }
    return levels;
  }

  private long address(String label, SourceSpan span) {
    Optional<Long> value = symbols.lookUp(label);
    if (value.isEmpty()) {
      diagnostics.report(ModelProblem.UNKNOWN_LABEL, span, label);
    }
    return value.orElse(0L);
  }

  private void reportMeaningless() {
    declared.gates.forEach(
        g -> diagnostics.report(ModelProblem.NOT_WITH_FRED, g.span(), "an IDT gate"));
    declared.entryPoints.forEach(
        (kind, e) ->
            diagnostics.report(
                ModelProblem.NOT_WITH_FRED, e.span(), "an entry point of '" + kind + "'"));
    declared.shadowStacks.forEach(
        s -> diagnostics.report(ModelProblem.NOT_WITH_FRED, s.span(), "a shadow stack"));
    declared.stacks.stream()
        .filter(s -> s.ist() != 0)
        .forEach(s -> diagnostics.report(ModelProblem.NOT_WITH_FRED, s.span(), "an IST index"));
  }

  private void reportMissingLevels(Declarations.FredLine line) {
    for (int level = 0; level < LEVELS; level++) {
      int wanted = level;
      boolean used = level == 0 || line.levels().containsValue(level);
      boolean declaredMsr =
          declared.msrs.stream().anyMatch(m -> m.number() == Msr.FRED_RSP0 + wanted);
      boolean stack = declared.stacks.stream().anyMatch(s -> s.level() == wanted);
      if (used && !stack && !declaredMsr) {
        diagnostics.report(ModelProblem.MISSING_LEVEL, line.span(), level);
      }
    }
  }
}
