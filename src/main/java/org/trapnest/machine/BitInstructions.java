package org.trapnest.machine;

import org.trapnest.x86.Rflags;

/**
 * Bit tests, bit scans and byte swaps. Source: Intel SDM volume 2, the page of each instruction.
 */
final class BitInstructions {
  private final OperandAccess operands;
  private final Alu alu;
  private final PartialWord partial = new PartialWord();

  /** Whether the last bit was one of saved flags. */
  private boolean ofImage;

  BitInstructions(OperandAccess operands, Alu alu) {
    this.operands = operands;
    this.alu = alu;
  }

  /** BT BTS BTR BTC. */
  StepResult test(Instruction instruction) {
    int bytes = instruction.widthBytes();
    Operand index = instruction.operands().get(0);
    Operand destination = instruction.operands().get(1);
    boolean bitString = index instanceof Operand.Gpr && destination instanceof Operand.Memory;
    return bitString
        ? testBitString(instruction, index, destination)
        : testWord(instruction, index, destination, bytes);
  }

  private StepResult testWord(Instruction instruction, Operand index, Operand word, int bytes) {
    StepResult result = operands.number(index, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    int bit = (int) operands.value() & 8 * bytes - 1;
    result = operands.read(word, bytes);
    if (result == StepResult.DONE) {
      result = change(instruction, bit);
    }
    if (result == StepResult.DONE && instruction.opcode() != Opcode.BT) {
      result = operands.write(word, bytes, operands.value());
    }
    return result == StepResult.DONE ? settleFlags() : result;
  }

  /** Tests a bit of the value that was read, and takes the value with the bit changed. */
  private StepResult change(Instruction instruction, int bit) {
    ofImage = FlagsImage.is(operands.value()) && operands.token() == 0;
    if (ofImage) {
      partial.bit(instruction.opcode(), operands.value(), bit);
      return operands.take(partial);
    }
    StepResult result = operands.asNumber();
    if (result == StepResult.DONE) {
      alu.bit(instruction.opcode(), operands.value(), bit);
      operands.take(operands.orUserComputed(alu.result()));
    }
    return result;
  }

  private StepResult settleFlags() {
    if (!ofImage) {
      return operands.settleFlags(alu);
    }
    partial.settleFlags(operands.state(), Rflags.CF);
    ArithmeticFlags.depend(operands.state(), Alu.UNDEFINED_BY_BT, Token.UNDEFINED);
    return StepResult.DONE;
  }

  /** A signed index in a register reaches beyond the word that the memory operand names. */
  private StepResult testBitString(Instruction instruction, Operand index, Operand memory) {
    int bytes = instruction.widthBytes();
    StepResult result = operands.concrete(index, bytes, "the index into a bit string");
    if (result != StepResult.DONE) {
      return result;
    }
    long bit = Alu.signExtend(operands.value(), bytes);
    result = operands.locate(memory);
    if (result != StepResult.DONE) {
      return result;
    }
    operands.moveAddress(Math.floorDiv(bit, 8L * bytes) * bytes);
    result = operands.load(bytes);
    if (result == StepResult.DONE) {
      result = change(instruction, (int) bit & 8 * bytes - 1);
    }
    if (result == StepResult.DONE && instruction.opcode() != Opcode.BT) {
      result = operands.store(bytes, operands.value());
    }
    return result == StepResult.DONE ? settleFlags() : result;
  }

  /** BSF BSR. */
  StepResult scan(Instruction instruction) {
    int bytes = instruction.widthBytes();
    Operand destination = instruction.operands().get(1);
    StepResult result = operands.number(instruction.operands().get(0), bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long source = operands.value();
    boolean users = operands.token() != 0;
    alu.scan(instruction.opcode() == Opcode.BSF, source, 0);
    if (users || source != 0) {
      // Without a bit, the whole destination stays as it is (AMD APM; Intel leaves it open).
      result = operands.write(destination, bytes, operands.orUserComputed(alu.result()));
    }
    return result == StepResult.DONE ? operands.settleFlags(alu) : result;
  }

  /** BSWAP. */
  StepResult swapBytes(Instruction instruction) {
    int bytes = instruction.widthBytes();
    Operand operand = instruction.operands().get(0);
    if (bytes < 4) {
      return new StepResult.Unmodelled("BSWAP of a 16-bit register, which the manual leaves open");
    }
    StepResult result = operands.number(operand, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long swapped = Long.reverseBytes(operands.value()) >>> 64 - 8 * bytes;
    return operands.write(operand, bytes, operands.orUserComputed(swapped));
  }
}
