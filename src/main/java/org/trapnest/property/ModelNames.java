package org.trapnest.property;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.DiagnosticKind;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Region;

/** Resolves the names of one property against one model, and reports those that the model lacks. */
final class ModelNames {
  private static final long UNKNOWN = 0;

  private final MachineModel model;
  private final String property;
  private final Map<String, String> arguments;
  private final Diagnostics diagnostics;
  private final Map<String, CodeTable> functions = new HashMap<>();
  private int complaints;

  ModelNames(
      MachineModel model, String property, Map<String, String> arguments, Diagnostics diagnostics) {
    this.model = model;
    this.property = property;
    this.arguments = arguments;
    this.diagnostics = diagnostics;
  }

  /** How many names were reported. */
  int complaints() {
    return complaints;
  }

  /** The name itself, or what the model's use of the property says for a parameter. */
  private String meant(Name name) {
    return arguments.getOrDefault(name.text(), name.text());
  }

  /** The instructions of a C function. */
  CodeTable function(Name name) {
    return functions.computeIfAbsent(meant(name), f -> functionTable(name, f));
  }

  private CodeTable functionTable(Name name, String function) {
    BitSet indexes = new BitSet();
    model
        .c()
        .functionOf()
        .forEach(
            (index, owner) -> {
              if (owner.equals(function)) {
                indexes.set(index);
              }
            });
    if (indexes.isEmpty()) {
      List<String> known = model.c().functionOf().values().stream().distinct().toList();
      lacking(PropertyProblem.NO_SUCH_FUNCTION, name, known);
    }
    return new CodeTable(indexes);
  }

  /** Every instruction at which C code runs. */
  CodeTable cCode() {
    return new CodeTable(model.c().running());
  }

  /** The address of a label, or the value of a symbol. */
  long symbol(Name name) {
    String meant = meant(name);
    Optional<Long> value =
        Optional.ofNullable(model.program().labels().get(meant))
            .or(() -> Optional.ofNullable(model.symbols().get(meant)));
    if (value.isEmpty()) {
      List<String> known = new ArrayList<>(model.program().labels().keySet());
      known.addAll(model.symbols().keySet());
      lacking(PropertyProblem.NO_SUCH_LABEL, name, known);
    }
    return value.orElse(UNKNOWN);
  }

  /** A stack. */
  Optional<Region> stack(Name name) {
    return region(name, true, PropertyProblem.NO_SUCH_STACK);
  }

  private Optional<Region> region(Name name, boolean stack, PropertyProblem problem) {
    List<Region> regions =
        model.memory().regions().stream()
            .filter(r -> stack == (r.kind() != Region.Kind.VARIABLE))
            .toList();
    String meant = meant(name);
    Optional<Region> found = regions.stream().filter(r -> r.name().equals(meant)).findFirst();
    if (found.isEmpty()) {
      lacking(problem, name, regions.stream().map(Region::name).toList());
    }
    return found;
  }

  /** The slot of a variable's element. */
  int variableSlot(Expression.Variable memory) {
    return region(memory.variable(), false, PropertyProblem.NO_SUCH_VARIABLE)
        .map(r -> elementSlot(r, memory.offset(), memory.offset(), memory.span()))
        .orElse(0);
  }

  /** The slot of a stack word. */
  int stackWordSlot(Expression.StackWord memory) {
    return stack(memory.stack())
        .map(r -> elementSlot(r, r.bytes() + memory.offset(), memory.offset(), memory.span()))
        .orElse(0);
  }

  private int elementSlot(Region region, long offset, long written, SourceSpan span) {
    if (offset < 0 || offset >= region.bytes() || offset % region.wordBytes() != 0) {
      report(PropertyProblem.NO_SUCH_WORD, span, "the offset " + written, region.name());
      return 0;
    }
    return region.firstSlot() + (int) (offset / region.wordBytes());
  }

  /** The slot of a stack word that has a name of its own. */
  int namedWordSlot(Expression.NamedStackWord memory) {
    return stack(memory.stack()).map(r -> namedWordSlot(r, memory.word())).orElse(0);
  }

  private int namedWordSlot(Region region, Name word) {
    Optional<Region.NamedWord> found =
        region.namedWords().stream().filter(w -> w.name().equals(word.text())).findFirst();
    if (found.isEmpty()) {
      String quoted = "\"" + word.text() + "\"";
      report(PropertyProblem.NO_SUCH_WORD, word.span(), quoted, region.name());
      return 0;
    }
    return region.firstSlot() + found.get().index();
  }

  /** The slot of an MSR that the model declares. */
  int msrSlot(Expression.Msr msr) {
    Integer slot = model.system().msrSlots().get(msr.number());
    if (slot == null) {
      String number = "0x" + Integer.toHexString(msr.number());
      report(PropertyProblem.NO_SUCH_MSR, msr.span(), number);
      return 0;
    }
    return slot;
  }

  /** The number of bytes from one label to the one behind it. */
  long rangeBytes(Expression.InRange range) {
    int before = complaints;
    long bytes = symbol(range.to()) - symbol(range.from());
    if (complaints == before && bytes <= 0) {
      report(PropertyProblem.EMPTY_RANGE, range.span());
    }
    return bytes;
  }

  private void lacking(DiagnosticKind kind, Name name, List<String> known) {
    Diagnostic diagnostic = Diagnostic.of(kind, name.span(), property, meant(name));
    String argument = arguments.get(name.text());
    if (argument != null) {
      diagnostic = diagnostic.withNote("it is the argument '" + name.text() + "'");
    }
    diagnostics.report(Vocabulary.suggesting(diagnostic, meant(name), known));
    complaints++;
  }

  private void report(DiagnosticKind kind, SourceSpan span, Object... names) {
    Object[] all = new Object[names.length + 1];
    all[0] = property;
    System.arraycopy(names, 0, all, 1, names.length);
    diagnostics.report(kind, span, all);
    complaints++;
  }

  MachineModel model() {
    return model;
  }
}
