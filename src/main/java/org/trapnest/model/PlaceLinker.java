package org.trapnest.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Continuation;
import org.trapnest.machine.EventRule;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel.SmiPlaces;
import org.trapnest.machine.Program;

/** Turns the places that annotations name into sets of instructions. */
final class PlaceLinker {
  private final Declarations declared;
  private final List<Instruction> instructions;
  private final List<String> mnemonics;
  private final BitSet running;
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;

  /**
   * A linker over a program.
   *
   * @param mnemonics the mnemonic of each instruction as written, empty for steps of C code
   * @param running the instructions that are C code
   */
  PlaceLinker(
      Declarations declared,
      List<Instruction> instructions,
      List<String> mnemonics,
      BitSet running,
      SymbolTable symbols,
      Diagnostics diagnostics) {
    this.declared = declared;
    this.instructions = instructions;
    this.mnemonics = mnemonics;
    this.running = running;
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  /** The rules, and the names of the bounds that they add behind the given ones. */
  List<EventRule> events(List<String> boundNames) {
    List<EventRule> rules = new ArrayList<>();
    for (Declarations.EventLine line : declared.events) {
      BitSet where = union(line.places());
      where.andNot(union(line.except()));
      boolean user = coversUser(line.places()) && !coversUser(line.except());
      int bound = 0;
      if (line.live() > 0) {
        bound = boundNames.size();
        boundNames.add("at most " + line.live() + " live " + line.vector().manualName());
      }
      rules.add(
          new EventRule(
              line.vector(),
              user,
              where,
              line.live(),
              line.notWhile(),
              line.notWhileUncommitted(),
              line.errorCode(),
              bound));
    }
    return rules;
  }

  /** Where SMIs may arrive, when the model says so. */
  Optional<SmiPlaces> smi() {
    return declared.smi.map(
        line -> {
          BitSet where = union(line.places());
          where.andNot(union(line.except()));
          return new SmiPlaces(coversUser(line.places()) && !coversUser(line.except()), where);
        });
  }

  List<Continuation> continuations() {
    List<Continuation> linked = new ArrayList<>();
    for (Declarations.ContinuationLine line : declared.continuations) {
      long address = label(line.label(), line.span());
      BitSet replaced = line.range().map(this::range).orElseGet(BitSet::new);
      linked.add(new Continuation(line.label(), address, line.event(), line.mode(), replaced));
    }
    return linked;
  }

  /** The address of a label or C function that an annotation names. */
  long label(String name, SourceSpan span) {
    Optional<Long> value = symbols.lookUp(name);
    if (value.isEmpty()) {
      diagnostics.report(ModelProblem.UNKNOWN_LABEL, span, name);
    }
    return value.orElse(Program.BASE);
  }

  private static boolean coversUser(List<Declarations.Place> places) {
    return places.stream()
        .anyMatch(
            p -> p instanceof Declarations.Place.Anywhere || p instanceof Declarations.Place.User);
  }

  private BitSet union(List<Declarations.Place> places) {
    BitSet all = new BitSet();
    places.forEach(place -> all.or(instructionsAt(place)));
    return all;
  }

  private BitSet instructionsAt(Declarations.Place place) {
    BitSet set = new BitSet();
    if (place instanceof Declarations.Place.Anywhere
        || place instanceof Declarations.Place.Kernel) {
      set.set(0, instructions.size());
    } else if (place instanceof Declarations.Place.CCode) {
      set.or(running);
    } else if (place instanceof Declarations.Place.Range range) {
      set.or(range(range));
    } else if (place instanceof Declarations.Place.Mnemonics named) {
      set.or(withMnemonics(named));
    }
    return set;
  }

  private BitSet range(Declarations.Place.Range range) {
    long from = (label(range.from(), range.span()) - Program.BASE) / Program.INSTRUCTION_BYTES;
    long to = (label(range.to(), range.span()) - Program.BASE) / Program.INSTRUCTION_BYTES;
    BitSet set = new BitSet();
    if (from >= to) {
      diagnostics.report(ModelProblem.EMPTY_RANGE, range.span(), range.from(), range.to());
    } else {
      set.set((int) from, (int) Math.min(to, instructions.size()));
    }
    return set;
  }

  private BitSet withMnemonics(Declarations.Place.Mnemonics named) {
    BitSet set = new BitSet();
    for (String name : named.names()) {
      int before = set.cardinality();
      for (Instruction instruction : instructions) {
        String opcode = instruction.opcode().name().toLowerCase(Locale.ROOT);
        boolean written = mnemonics.get(instruction.index()).equals(name);
        if (written || opcode.equals(name) && !mnemonics.get(instruction.index()).isEmpty()) {
          set.set(instruction.index());
        }
      }
      if (set.cardinality() == before) {
        diagnostics.report(
            ModelProblem.UNKNOWN_NAME, named.span(), "instruction of this model", name);
      }
    }
    return set;
  }
}
