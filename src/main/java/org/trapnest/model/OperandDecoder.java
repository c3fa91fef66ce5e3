package org.trapnest.model;

import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.Operand.ImmediateOperand;
import org.trapnest.asm.Operand.IndirectOperand;
import org.trapnest.asm.Operand.MemoryOperand;
import org.trapnest.asm.Operand.RegisterOperand;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.NearestName;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Operand;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Register;
import org.trapnest.x86.RegisterName;

/**
 * Turns operands of the syntax tree into decoded ones: registers into slots, symbols into numbers.
 */
final class OperandDecoder {
  private static final Map<String, Integer> SPECIAL =
      Map.ofEntries(
          Map.entry("cr0", Slot.CR0),
          Map.entry("cr2", Slot.CR2),
          Map.entry("cr3", Slot.CR3),
          Map.entry("cr4", Slot.CR4),
          Map.entry("db6", Slot.DR6),
          Map.entry("db7", Slot.DR7),
          Map.entry("dr6", Slot.DR6),
          Map.entry("dr7", Slot.DR7),
          Map.entry("cs", Slot.CS),
          Map.entry("ss", Slot.SS),
          Map.entry("ds", Slot.DS),
          Map.entry("es", Slot.ES),
          Map.entry("fs", Slot.FS),
          Map.entry("gs", Slot.GS));

  private final SymbolTable symbols;
  private final Diagnostics diagnostics;

  OperandDecoder(SymbolTable symbols, Diagnostics diagnostics) {
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  /** The decoded operand, or empty when a problem was reported. */
  Optional<Operand> decode(org.trapnest.asm.Operand operand) {
    if (operand instanceof RegisterOperand register) {
      return register(register);
    }
    if (operand instanceof ImmediateOperand immediate) {
      return Optional.of(new Operand.Immediate(symbols.evaluate(immediate.value())));
    }
    if (operand instanceof MemoryOperand memory) {
      return memory(memory);
    }
    return decode(((IndirectOperand) operand).target());
  }

  private Optional<Operand> register(RegisterOperand operand) {
    Optional<RegisterName> general = RegisterName.parse(operand.name());
    if (general.isPresent()) {
      RegisterName name = general.get();
      return Optional.of(
          new Operand.Gpr(name.register().number(), name.widthBytes(), name.highByte()));
    }
    Integer special = SPECIAL.get(operand.name());
    if (special == null) {
      unknownRegister(operand.name(), operand.span());
      return Optional.empty();
    }
    return Optional.of(new Operand.Special(special));
  }

  private void unknownRegister(String name, SourceSpan span) {
    Diagnostic diagnostic = Diagnostic.of(ModelProblem.UNKNOWN_REGISTER, span, name);
    Optional<String> near = NearestName.of(name, RegisterName.all());
    diagnostics.report(
        near.map(n -> diagnostic.withNote("did you mean '%" + n + "'?")).orElse(diagnostic));
  }

  private Optional<Operand> memory(MemoryOperand operand) {
    long displacement = operand.displacement().map(symbols::evaluate).orElse(0L);
    int segment = segmentSlot(operand.segment().orElse("ds"));
    if (operand.base().equals(Optional.of("rip"))) {
      return Optional.of(new Operand.Memory(segment, -1, -1, 1, displacement));
    }
    int base = addressRegister(operand.base(), operand.span());
    int index = addressRegister(operand.index(), operand.span());
    if (index == Register.RSP.number()) {
      diagnostics.report(
          ModelProblem.ADDRESS_FORM, operand.span(), "%rsp cannot be an index register");
      return Optional.empty();
    }
    if (base == BAD || index == BAD) {
      return Optional.empty();
    }
    return Optional.of(new Operand.Memory(segment, base, index, operand.scale(), displacement));
  }

  private static int segmentSlot(String segment) {
    return switch (segment) {
      case "gs" -> Slot.GS_BASE;
      case "fs" -> Slot.FS_BASE;
      default -> -1;
    };
  }

  private static final int BAD = -2;

  private int addressRegister(Optional<String> name, SourceSpan span) {
    if (name.isEmpty()) {
      return -1;
    }
    Optional<RegisterName> register = RegisterName.parse(name.get());
    if (register.isEmpty()) {
      unknownRegister(name.get(), span);
      return BAD;
    }
    if (register.get().widthBytes() != 8) {
      diagnostics.report(
          ModelProblem.ADDRESS_FORM, span, "%" + name.get() + " is not a 64-bit register");
      return BAD;
    }
    return register.get().register().number();
  }
}
