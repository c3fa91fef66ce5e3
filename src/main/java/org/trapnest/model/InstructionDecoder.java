package org.trapnest.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.trapnest.asm.Operand.IndirectOperand;
import org.trapnest.asm.Operand.MemoryOperand;
import org.trapnest.asm.Operand.RegisterOperand;
import org.trapnest.asm.Statement.InstructionStatement;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.NearestName;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.Instruction.Repeat;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Operand;
import org.trapnest.machine.Program;
import org.trapnest.machine.Slot;

/** Turns instruction statements into decoded instructions. */
final class InstructionDecoder {
  private final OperandDecoder operandDecoder;
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;

  InstructionDecoder(SymbolTable symbols, Diagnostics diagnostics) {
    this.operandDecoder = new OperandDecoder(symbols, diagnostics);
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  /** Decodes one statement, or reports why it cannot be. */
  Optional<Instruction> decode(InstructionStatement statement, int index, String label) {
    Optional<Mnemonics.Meaning> found =
        Mnemonics.find(statement.mnemonic(), statement.operands().size());
    if (found.isEmpty()) {
      unknown(statement);
      return Optional.empty();
    }
    Mnemonics.Meaning meaning = found.get();
    OperandRule rule = OperandRule.of(meaning.opcode());
    if (!rule.allows(statement.operands().size())) {
      diagnostics.report(
          ModelProblem.OPERAND_COUNT,
          statement.span(),
          statement.mnemonic(),
          rule.inWords(),
          statement.operands().size());
      return Optional.empty();
    }
    return operands(statement, meaning.opcode())
        .flatMap(operands -> build(statement, meaning, operands, new Place(index, label)));
  }

  private record Place(int index, String label) {}

  private void unknown(InstructionStatement statement) {
    Diagnostic diagnostic =
        Diagnostic.of(ModelProblem.UNKNOWN_INSTRUCTION, statement.span(), statement.mnemonic());
    Optional<String> near = NearestName.of(statement.mnemonic(), Mnemonics.known());
    diagnostics.report(
        near.map(n -> diagnostic.withNote("did you mean '" + n + "'?")).orElse(diagnostic));
  }

  private Optional<List<Operand>> operands(InstructionStatement statement, Opcode opcode) {
    List<Operand> operands = new ArrayList<>();
    for (org.trapnest.asm.Operand operand : statement.operands()) {
      Optional<Operand> decoded =
          isBranch(opcode) && operand instanceof MemoryOperand target
              ? directTarget(target)
              : operandDecoder.decode(portRegister(opcode, operand).orElse(operand));
      if (decoded.isEmpty() || !indirectAllowed(statement, opcode, operand)) {
        return Optional.empty();
      }
      operands.add(decoded.get());
    }
    return Optional.of(operands);
  }

  /** DX where an operand is {@code (%dx)}, which is how some write the port of IN and OUT. */
  private static Optional<org.trapnest.asm.Operand> portRegister(
      Opcode opcode, org.trapnest.asm.Operand operand) {
    boolean port =
        (opcode == Opcode.IN || opcode == Opcode.OUT)
            && operand instanceof MemoryOperand memory
            && memory.base().equals(Optional.of("dx"))
            && memory.index().isEmpty()
            && memory.displacement().isEmpty();
    return port ? Optional.of(new RegisterOperand("dx", operand.span())) : Optional.empty();
  }

  private boolean indirectAllowed(
      InstructionStatement statement, Opcode opcode, org.trapnest.asm.Operand operand) {
    boolean indirect = operand instanceof IndirectOperand;
    if (indirect && opcode != Opcode.JMP && opcode != Opcode.CALL) {
      diagnostics.report(
          ModelProblem.OPERAND_KIND, operand.span(), statement.mnemonic(), "an indirect target");
      return false;
    }
    return true;
  }

  private static boolean isBranch(Opcode opcode) {
    return opcode == Opcode.JMP
        || opcode == Opcode.JCC
        || opcode == Opcode.CALL
        || opcode == Opcode.JRCXZ;
  }

  private Optional<Operand> directTarget(MemoryOperand target) {
    if (target.base().isPresent() || target.index().isPresent() || target.segment().isPresent()) {
      diagnostics.report(
          ModelProblem.ADDRESS_FORM, target.span(), "an indirect target is written with '*'");
      return Optional.empty();
    }
    if (target.displacement().orElseThrow()
            instanceof org.trapnest.asm.Expression.SymbolReference symbol
        && !symbols.isDefined(symbol.name())) {
      diagnostics.report(ModelProblem.UNKNOWN_LABEL, target.span(), symbol.name());
      return Optional.empty();
    }
    return Optional.of(
        new Operand.Immediate(symbols.evaluate(target.displacement().orElseThrow())));
  }

  private Optional<Instruction> build(
      InstructionStatement statement, Mnemonics.Meaning meaning, List<Operand> operands, Place at) {
    Opcode opcode = special(meaning.opcode(), operands);
    OperandSizes sizes = new OperandSizes(statement, diagnostics);
    int width = sizes.width(opcode, meaning, operands);
    Optional<Repeat> repeat = repeat(statement, opcode);
    if (width == 0 || repeat.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Instruction(
            at.index(),
            Program.address(at.index()),
            opcode,
            meaning.condition(),
            width,
            repeat.get(),
            sizes.withSource(meaning, operands),
            statement.text(),
            at.label(),
            statement.span()));
  }

  /** MOV, PUSH and POP of control, debug and segment registers are operations of their own. */
  private static Opcode special(Opcode opcode, List<Operand> operands) {
    Optional<Integer> slot =
        operands.stream()
            .filter(Operand.Special.class::isInstance)
            .map(o -> ((Operand.Special) o).slot())
            .findFirst();
    if (slot.isEmpty()) {
      return opcode;
    }
    boolean control = slot.get() >= Slot.CR0 && slot.get() <= Slot.CR4;
    boolean debug = slot.get() == Slot.DR6 || slot.get() == Slot.DR7;
    return switch (opcode) {
      case MOV -> control ? Opcode.MOV_CR : debug ? Opcode.MOV_DR : Opcode.MOV_SEGMENT;
      case PUSH -> Opcode.PUSH_SEGMENT;
      case POP -> Opcode.POP_SEGMENT;
      default -> opcode;
    };
  }

  private Optional<Repeat> repeat(InstructionStatement statement, Opcode opcode) {
    Repeat repeat = Repeat.NONE;
    for (String prefix : statement.prefixes()) {
      boolean string = opcode == Opcode.MOVS || opcode == Opcode.STOS || opcode == Opcode.LODS;
      boolean lock = prefix.equals("lock") || prefix.equals("notrack");
      if (!string && !lock) {
        diagnostics.report(ModelProblem.PREFIX, statement.span(), prefix, statement.mnemonic());
        return Optional.empty();
      }
      repeat =
          switch (prefix) {
            case "rep" -> Repeat.REP;
            case "repe", "repz" -> Repeat.REPE;
            case "repne", "repnz" -> Repeat.REPNE;
            default -> repeat;
          };
    }
    return Optional.of(repeat);
  }
}
