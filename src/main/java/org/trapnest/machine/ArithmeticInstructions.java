package org.trapnest.machine;

import java.util.List;
import org.trapnest.x86.Rflags;

/**
 * Addition, subtraction, logic, shifts, rotations and multiplication. Source: Intel SDM volume 2,
 * the page of each instruction.
 */
final class ArithmeticInstructions {
  private final OperandAccess operands;
  private final Alu alu;
  private final PartialWord partial = new PartialWord();

  ArithmeticInstructions(OperandAccess operands, Alu alu) {
    this.operands = operands;
    this.alu = alu;
  }

  /** ADD ADC SUB SBB CMP AND OR XOR TEST. */
  StepResult binary(Instruction instruction) {
    Opcode opcode = instruction.opcode();
    int bytes = instruction.widthBytes();
    Operand source = instruction.operands().get(0);
    Operand destination = instruction.operands().get(1);
    long carry = 0;
    if (opcode == Opcode.ADC || opcode == Opcode.SBB) {
      MachineState state = operands.state();
      if ((ArithmeticFlags.dependent(state) & Rflags.CF) != 0) {
        return operands.ended(state.read(Slot.FLAGS_TOKEN), "the carry flag");
      }
      carry = state.read(Slot.RFLAGS) & Rflags.CF;
    }
    long left = 0;
    long right = 0;
    if (!isIndependent(opcode, source, destination)) {
      StepResult result = operands.read(source, bytes);
      if (result != StepResult.DONE) {
        return result;
      }
      right = operands.value();
      result = operands.read(destination, bytes);
      if (result != StepResult.DONE) {
        return result;
      }
      left = operands.value();
      if (Token.is(left) || Token.is(right)) {
        return binaryOfTokens(instruction, left, right, carry);
      }
    }
    return binaryOfNumbers(instruction, left, right, carry);
  }

  private StepResult binaryOfNumbers(Instruction instruction, long left, long right, long carry) {
    Opcode opcode = instruction.opcode();
    int bytes = instruction.widthBytes();
    compute(opcode, left, right, carry, bytes);
    return opcode == Opcode.CMP || opcode == Opcode.TEST
        ? operands.settleFlags(alu)
        : settle(instruction.operands().get(1), bytes);
  }

  /** The known bits of saved flags can be computed with, and the user's stay what they are. */
  private StepResult binaryOfTokens(Instruction instruction, long left, long right, long carry) {
    Opcode opcode = instruction.opcode();
    if (isLogic(opcode) && PartialWord.areWords(left, right)) {
      return partialLogic(instruction, left, right);
    }
    boolean same = left == right && Token.plain(left) == Token.USER_FLAGS;
    if (opcode == Opcode.CMP && same) {
      return binaryOfNumbers(instruction, 0, 0, 0);
    }
    StepResult result = operands.asNumber(right);
    if (result != StepResult.DONE) {
      return result;
    }
    long rightNumber = operands.value();
    result = operands.asNumber(left);
    return result == StepResult.DONE
        ? binaryOfNumbers(instruction, operands.value(), rightNumber, carry)
        : result;
  }

  private static boolean isLogic(Opcode opcode) {
    return switch (opcode) {
      case AND, OR, XOR, TEST -> true;
      default -> false;
    };
  }

  private StepResult partialLogic(Instruction instruction, long left, long right) {
    int bytes = instruction.widthBytes();
    partial.logic(instruction.opcode(), left, right, bytes);
    StepResult result = StepResult.DONE;
    if (instruction.opcode() != Opcode.TEST) {
      result = operands.take(partial);
      if (result == StepResult.DONE) {
        result = operands.write(instruction.operands().get(1), bytes, operands.value());
      }
    }
    if (result == StepResult.DONE) {
      partial.settleFlags(operands.state(), Rflags.ARITHMETIC);
    }
    return result;
  }

  /**
   * Whether the result is the same whatever the register holds: XOR, SUB, SBB of it with itself.
   */
  private static boolean isIndependent(Opcode opcode, Operand source, Operand destination) {
    return (opcode == Opcode.XOR || opcode == Opcode.SUB || opcode == Opcode.SBB)
        && source instanceof Operand.Gpr
        && source.equals(destination);
  }

  private void compute(Opcode opcode, long left, long right, long carry, int bytes) {
    switch (opcode) {
      case ADD, ADC -> alu.add(left, right, carry, bytes);
      case SUB, SBB, CMP -> alu.subtract(left, right, carry, bytes);
      case AND, TEST -> alu.and(left, right, bytes);
      case OR -> alu.or(left, right, bytes);
      case XOR -> alu.xor(left, right, bytes);
      default -> throw new IllegalStateException("a binary operation is not " + opcode);
    }
  }

  /** NOT NEG INC DEC. */
  StepResult unary(Instruction instruction) {
    int bytes = instruction.widthBytes();
    Operand operand = instruction.operands().get(0);
    StepResult result = operands.number(operand, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long value = operands.value();
    switch (instruction.opcode()) {
      case NOT -> alu.not(value, bytes);
      case NEG -> alu.subtract(0, value, 0, bytes);
      case INC -> alu.step(value, 1, bytes);
      default -> alu.step(value, -1, bytes);
    }
    return settle(operand, bytes);
  }

  /** SHL SHR SAR ROL ROR, whose count is 1 when there is one operand. */
  StepResult shift(Instruction instruction) {
    int bytes = instruction.widthBytes();
    List<Operand> given = instruction.operands();
    Operand destination = given.get(given.size() - 1);
    long count = 1;
    if (given.size() == 2) {
      StepResult result = operands.concrete(given.get(0), 1, "the count of a shift");
      if (result != StepResult.DONE) {
        return result;
      }
      count = operands.value();
    }
    StepResult result = operands.number(destination, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long value = operands.value();
    switch (instruction.opcode()) {
      case SHL -> alu.shiftLeft(value, count, bytes);
      case SHR -> alu.shiftRight(value, count, bytes);
      case SAR -> alu.shiftRightArithmetic(value, count, bytes);
      case ROL -> alu.rotateLeft(value, count, bytes);
      default -> alu.rotateRight(value, count, bytes);
    }
    return settle(destination, bytes);
  }

  /** MUL and IMUL, in all their forms. */
  StepResult multiply(Instruction instruction) {
    List<Operand> given = instruction.operands();
    if (given.size() == 1) {
      return multiplyAccumulator(instruction);
    }
    int bytes = instruction.widthBytes();
    Operand destination = given.get(given.size() - 1);
    StepResult result = operands.number(given.get(given.size() - 2), bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long left = operands.value();
    result = operands.number(given.size() == 3 ? given.get(0) : destination, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    alu.multiplySigned(left, operands.value(), bytes);
    return settle(destination, bytes);
  }

  private StepResult multiplyAccumulator(Instruction instruction) {
    int bytes = instruction.widthBytes();
    boolean signed = instruction.opcode() == Opcode.IMUL;
    StepResult result = operands.number(instruction.operands().get(0), bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long left = operands.value();
    result = operands.numberInRegister(Slot.RAX, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long right = operands.value();
    if (signed) {
      alu.multiplySigned(left, right, bytes);
    } else {
      alu.multiply(left, right, bytes);
    }
    long low = alu.result();
    long high = Alu.highHalf(left, right, signed, bytes);
    if (bytes == 1) {
      result = operands.writeRegister(Slot.RAX, 2, operands.orUserComputed(high << 8 | low));
    } else {
      result = operands.writeRegister(Slot.RAX, bytes, operands.orUserComputed(low));
      if (result == StepResult.DONE) {
        result = operands.writeRegister(Slot.RDX, bytes, operands.orUserComputed(high));
      }
    }
    return result == StepResult.DONE ? operands.settleFlags(alu) : result;
  }

  /** Writes the result, then the flags. */
  private StepResult settle(Operand destination, int bytes) {
    StepResult result = operands.write(destination, bytes, operands.orUserComputed(alu.result()));
    return result == StepResult.DONE ? operands.settleFlags(alu) : result;
  }
}
