package org.trapnest.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.AssembledFile;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Event;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineModel.CCode;
import org.trapnest.machine.MachineModel.Marks;
import org.trapnest.machine.MachineModel.SystemRegisters;
import org.trapnest.machine.MemoryMap;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Program;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Condition;
import org.trapnest.x86.Register;

/** Links one assembled file into a machine model. */
final class Linker {
  private final AssembledFile file;
  private final Diagnostics diagnostics;
  private final Declarations declared = new Declarations();
  private final SymbolTable symbols;
  private final ProgramReader reader;
  private final MemoryLinker memory;
  private final FunctionLinker functions;
  private final SystemLinker system;

  Linker(AssembledFile file, Diagnostics diagnostics) {
    this.file = file;
    this.diagnostics = diagnostics;
    this.symbols = new SymbolTable(diagnostics);
    this.reader =
        new ProgramReader(symbols, new DeclarationReader(declared, diagnostics), diagnostics);
    this.memory = new MemoryLinker(declared, symbols, diagnostics);
    this.functions = new FunctionLinker(symbols, memory, diagnostics);
    this.system = new SystemLinker(declared, symbols, diagnostics);
  }

  /** What the annotations declared; complete after {@link #link}. */
  Declarations declarations() {
    return declared;
  }

  /** The linked model, or empty when problems were reported. */
  Optional<MachineModel> link() {
    reader.read(file);
    SourceSpan whole = SourceSpan.of(file.root(), 0, 0);
    if (reader.instructions.isEmpty()) {
      diagnostics.report(ModelProblem.NO_INSTRUCTIONS, whole);
      return Optional.empty();
    }
    int firstFunction = reader.instructions.size() + 1;
    system.defineSymbols();
    memory.place();
    functions.place(declared.functions, firstFunction);
    List<Instruction> instructions = decode();
    functions.link(declared.functions, firstFunction);
    if (diagnostics.hasErrors()) {
      return Optional.empty();
    }
    instructions.add(end(instructions.size()));
    instructions.addAll(functions.instructions());
    MachineModel model = assemble(instructions, whole);
    return diagnostics.hasErrors() ? Optional.empty() : Optional.of(model);
  }

  private List<Instruction> decode() {
    InstructionDecoder decoder = new InstructionDecoder(symbols, diagnostics);
    List<Instruction> instructions = new ArrayList<>();
    for (int index = 0; index < reader.instructions.size(); index++) {
      ProgramReader.Placed placed = reader.instructions.get(index);
      decoder.decode(placed.statement(), index, placed.label()).ifPresent(instructions::add);
    }
    return instructions;
  }

  /** The place behind the last instruction: what gets here has run past the model's text. */
  private Instruction end(int index) {
    ProgramReader.Placed last = reader.instructions.get(reader.instructions.size() - 1);
    return new Instruction(
        index,
        Program.address(index),
        Opcode.END,
        Condition.O,
        8,
        Instruction.Repeat.NONE,
        List.of(),
        "(behind the last instruction)",
        "end",
        last.statement().span());
  }

  private MachineModel assemble(List<Instruction> instructions, SourceSpan whole) {
    CCode cCode = functions.cCode(reader.cCode);
    MemoryMap map = memory.memory();
    PlaceLinker places =
        new PlaceLinker(
            declared,
            instructions,
            mnemonics(instructions.size()),
            cCode.running(),
            symbols,
            diagnostics);
    List<String> boundNames = new ArrayList<>();
    boundNames.add("at most " + declared.nesting + " live contexts");
    SystemRegisters registers = system.registers(memory);
    return new MachineModel(
        new Program(instructions, labels()),
        map,
        system.gates(),
        registers,
        places.events(boundNames),
        system.user(whole),
        cCode,
        places.continuations(),
        marks(map, places),
        declared.assumptions,
        (int) declared.nesting,
        (int) declared.faultNesting,
        boundNames,
        symbols.all(),
        declared.tokens,
        memory.slotMap(registers.initial()));
  }

  private List<String> mnemonics(int count) {
    List<String> mnemonics = new ArrayList<>();
    reader.instructions.forEach(p -> mnemonics.add(p.statement().mnemonic()));
    while (mnemonics.size() < count) {
      mnemonics.add("");
    }
    return mnemonics;
  }

  private Map<String, Long> labels() {
    Map<String, Long> labels = new HashMap<>();
    symbols
        .all()
        .forEach(
            (name, value) -> {
              if (value >= Program.BASE && value < Program.BASE + 0x100_0000) {
                labels.put(name, value);
              }
            });
    return labels;
  }

  private Marks marks(MemoryMap map, PlaceLinker places) {
    Map<Integer, Marks.Release> releases = new HashMap<>();
    for (ProgramReader.Release release : reader.releases) {
      stack(map, release.stack(), release.span())
          .ifPresent(
              region -> releases.put(release.index(), new Marks.Release(region, release.words())));
    }
    return new Marks(
        releases,
        abandons(map),
        commits(map),
        reader.returns,
        reader.hidden,
        reader.hiddenReasons,
        resumeExempt(),
        places.smi());
  }

  private Map<Integer, List<Integer>> abandons(MemoryMap map) {
    Map<Integer, List<Integer>> abandons = new HashMap<>();
    for (ProgramReader.Abandoned line : reader.abandoned) {
      abandons.put(line.index(), stacks(map, line.stacks(), line.span()));
    }
    return abandons;
  }

  private List<Integer> stacks(MemoryMap map, List<String> names, SourceSpan span) {
    return names.stream().flatMap(name -> stack(map, name, span).stream()).toList();
  }

  private Map<Integer, Marks.Commit> commits(MemoryMap map) {
    Map<Integer, Marks.Commit> commits = new HashMap<>();
    for (ProgramReader.Commit commit : reader.commits) {
      List<Integer> regions = stacks(map, commit.stacks(), commit.span());
      int count = commit.count().map(Slot::byName).orElse(-1);
      if (commit.count().isPresent() && (count < 0 || count >= Register.COUNT)) {
        diagnostics.report(
            ModelProblem.UNKNOWN_NAME, commit.span(), "register", commit.count().get());
      }
      commits.put(commit.index(), new Marks.Commit(regions, count));
    }
    return commits;
  }

  /** The position of a stack in the memory map. */
  private Optional<Integer> stack(MemoryMap map, String name, SourceSpan span) {
    Optional<Integer> found =
        map.byName(name).filter(r -> r.kind() == Region.Kind.STACK).map(map.regions()::indexOf);
    if (found.isEmpty()) {
      diagnostics.report(ModelProblem.UNKNOWN_NAME, span, "stack", name);
    }
    return found;
  }

  private Map<Event, List<Integer>> resumeExempt() {
    Map<Event, List<Integer>> exempt = new HashMap<>();
    for (Declarations.ResumeLine line : declared.resumeLines) {
      List<Integer> slots = exempt.computeIfAbsent(line.event(), e -> new ArrayList<>());
      for (String register : line.registers()) {
        int slot = Slot.byName(register);
        if (slot < 0) {
          diagnostics.report(ModelProblem.UNKNOWN_NAME, line.span(), "register", register);
        } else {
          slots.add(slot);
        }
      }
    }
    return exempt;
  }
}
