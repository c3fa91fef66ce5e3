package org.trapnest.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.trapnest.diag.Diagnostics;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel.CCode;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Program;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Condition;
import org.trapnest.x86.RegisterName;

/** Turns the declarations of C functions into the steps that the machine runs. */
final class FunctionLinker {
  /**
   * The registers that a C function may change under the System V ABI: rax rcx rdx rsi rdi r8–r11.
   */
  private static final List<Integer> CALLER_SAVED = List.of(0, 1, 2, 6, 7, 8, 9, 10, 11);

  private final SymbolTable symbols;
  private final MemoryLinker memory;
  private final Diagnostics diagnostics;
  private final List<Instruction> instructions = new ArrayList<>();
  private final BitSet running = new BitSet();
  private final Map<Integer, String> functionOf = new HashMap<>();
  private final Map<Integer, List<CCode.Raise>> raises = new HashMap<>();
  private final Map<Integer, CCode.Effects> effects = new HashMap<>();
  private final Map<Integer, CCode.SlotWrite> writes = new HashMap<>();
  private int nextIndex;

  FunctionLinker(SymbolTable symbols, MemoryLinker memory, Diagnostics diagnostics) {
    this.symbols = symbols;
    this.memory = memory;
    this.diagnostics = diagnostics;
  }

  /**
   * Gives each function its address, before any operand is decoded.
   *
   * @param firstIndex the index of the first step of the first function
   */
  void place(List<Declarations.Function> functions, int firstIndex) {
    int index = firstIndex;
    for (Declarations.Function function : functions) {
      symbols.define(function.name(), Program.address(index), function.span());
      index += steps(function);
    }
  }

  /** The number of steps that {@link #link} makes of a function. */
  private static int steps(Declarations.Function function) {
    int interrupts = function.enablesInterrupts() ? 2 : 0;
    int result = function.returns().size() > 1 ? 1 : 0;
    return 3 + interrupts + result + function.writes().size();
  }

  void link(List<Declarations.Function> functions, int firstIndex) {
    nextIndex = firstIndex;
    functions.forEach(this::link);
  }

  private void link(Declarations.Function function) {
    effects.put(nextIndex, effects(function));
    add(function, Opcode.C_ENTER, "begins");
    if (function.enablesInterrupts()) {
      add(function, Opcode.C_STI, "enables interrupts");
    }
    raises.put(
        nextIndex,
        function.raises().stream().map(r -> new CCode.Raise(r.event(), r.errorCode())).toList());
    add(function, Opcode.C_BODY, "runs");
    for (Declarations.FunctionWrite write : function.writes()) {
      write(function, write);
    }
    if (function.enablesInterrupts()) {
      add(function, Opcode.C_CLI, "disables interrupts");
    }
    if (function.returns().size() > 1) {
      List<Long> values = function.returns().stream().map(symbols::evaluate).toList();
      writes.put(nextIndex, new CCode.SlotWrite(Slot.RAX, values));
      add(function, Opcode.C_WRITE, "chooses its result");
    }
    add(
        function,
        function.stops() ? Opcode.C_STOP : Opcode.RET,
        function.stops() ? "stops" : "ret");
  }

  private CCode.Effects effects(Declarations.Function function) {
    List<Integer> clobbered =
        new ArrayList<>(function.preservesRegisters() ? List.of() : CALLER_SAVED);
    for (String name : function.clobbers()) {
      Optional<RegisterName> register = RegisterName.parse(name);
      if (register.isEmpty()) {
        diagnostics.report(ModelProblem.UNKNOWN_NAME, function.span(), "register", name);
      } else if (!clobbered.contains(register.get().register().number())) {
        clobbered.add(register.get().register().number());
      }
    }
    return new CCode.Effects(clobbered, result(function), function.servesNmi());
  }

  private OptionalLong result(Declarations.Function function) {
    if (function.returns().size() == 1) {
      return OptionalLong.of(symbols.evaluate(function.returns().get(0)));
    }
    return function.preservesRegisters() ? OptionalLong.empty() : OptionalLong.of(Token.RESULT);
  }

  private void write(Declarations.Function function, Declarations.FunctionWrite write) {
    int slot = Slot.byName(write.name());
    long mask = -1;
    if (slot < 0) {
      Optional<Region> variable = memory.region(write.name());
      if (variable.isEmpty()) {
        diagnostics.report(
            ModelProblem.UNKNOWN_NAME, write.span(), "variable or register", write.name());
        slot = Slot.RAX;
      } else {
        slot = variable.get().firstSlot();
        int bytes = variable.get().wordBytes();
        mask = bytes == 8 ? -1 : (1L << 8 * bytes) - 1;
      }
    }
    long fits = mask;
    List<Long> values =
        write.values().stream().map(v -> symbols.evaluate(v) & fits).distinct().toList();
    writes.put(nextIndex, new CCode.SlotWrite(slot, values));
    add(function, Opcode.C_WRITE, "writes " + write.name());
  }

  private void add(Declarations.Function function, Opcode opcode, String text) {
    int first =
        (int) (symbols.lookUp(function.name()).orElseThrow() - Program.BASE)
            / Program.INSTRUCTION_BYTES;
    int behind = nextIndex - first;
    running.set(nextIndex);
    functionOf.put(nextIndex, function.name());
    instructions.add(
        new Instruction(
            nextIndex,
            Program.address(nextIndex),
            opcode,
            Condition.O,
            8,
            Instruction.Repeat.NONE,
            List.of(),
            "C code " + function.name() + "() " + text,
            behind == 0 ? function.name() : function.name() + "+" + behind,
            function.span()));
    nextIndex++;
  }

  List<Instruction> instructions() {
    return instructions;
  }

  /** What is known of C code, with the instructions that the model wrote out itself. */
  CCode cCode(Map<Integer, String> writtenOut) {
    writtenOut.forEach(
        (index, name) -> {
          running.set(index);
          functionOf.put(index, name);
        });
    return new CCode(running, functionOf, raises, effects, writes);
  }
}
