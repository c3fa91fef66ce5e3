package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;

/** Prints a syntax tree as plain assembler text, everything in parentheses, nothing folded. */
final class PlainText {
  private PlainText() {}

  static String of(List<Statement> statements) {
    StringBuilder out = new StringBuilder();
    for (Statement statement : statements) {
      if (statement instanceof Statement.LabelDefinition label) {
        out.append(symbol(label.name())).append(":\n");
      } else if (statement instanceof Statement.SymbolAssignment assignment) {
        out.append(".set ").append(assignment.name()).append(", ");
        out.append(of(assignment.value())).append('\n');
      } else if (statement instanceof Statement.InstructionStatement instruction) {
        out.append(of(instruction)).append('\n');
      }
    }
    return out.toString();
  }

  static String of(Statement.InstructionStatement instruction) {
    List<String> words = new ArrayList<>(instruction.prefixes());
    words.add(instruction.mnemonic());
    List<String> operands = new ArrayList<>();
    instruction.operands().forEach(operand -> operands.add(of(operand)));
    return (String.join(" ", words) + " " + String.join(", ", operands)).strip();
  }

  static String of(Operand operand) {
    if (operand instanceof Operand.RegisterOperand register) {
      return "%" + register.name();
    } else if (operand instanceof Operand.ImmediateOperand immediate) {
      return "$" + of(immediate.value());
    } else if (operand instanceof Operand.IndirectOperand indirect) {
      return "*" + of(indirect.target());
    }
    Operand.MemoryOperand memory = (Operand.MemoryOperand) operand;
    StringBuilder out = new StringBuilder();
    memory.segment().ifPresent(segment -> out.append('%').append(segment).append(':'));
    memory.displacement().ifPresent(displacement -> out.append(of(displacement)));
    if (memory.base().isPresent() || memory.index().isPresent()) {
      out.append('(');
      memory.base().ifPresent(base -> out.append('%').append(base));
      memory
          .index()
          .ifPresent(index -> out.append(",%").append(index).append(',').append(memory.scale()));
      out.append(')');
    }
    return out.toString();
  }

  static String of(Expression expression) {
    if (expression instanceof Expression.NumberLiteral number) {
      return Long.toUnsignedString(number.value());
    } else if (expression instanceof Expression.SymbolReference symbol) {
      return symbol(symbol.name());
    } else if (expression instanceof Expression.Unary unary) {
      return "(" + unary.operator() + of(unary.operand()) + ")";
    }
    Expression.Binary binary = (Expression.Binary) expression;
    return "(" + of(binary.left()) + binary.operator() + of(binary.right()) + ")";
  }

  private static String symbol(String name) {
    return Character.isDigit(name.charAt(0)) ? ".Lnumeric" + name.replace('$', '_') : name;
  }
}
