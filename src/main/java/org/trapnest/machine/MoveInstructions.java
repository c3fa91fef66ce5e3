package org.trapnest.machine;

import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;

/**
 * Moves, exchanges, conversions and address computation. Source: Intel SDM volume 2, the page of
 * each instruction.
 */
final class MoveInstructions {
  private static final int TSC_AUX = 0xc000_0103;

  private final OperandAccess operands;
  private final Alu alu;
  private final int tscAuxSlot;

  MoveInstructions(MachineModel model, OperandAccess operands, Alu alu) {
    this.operands = operands;
    this.alu = alu;
    this.tscAuxSlot = model.system().msrSlots().getOrDefault(TSC_AUX, -1);
  }

  StepResult move(Instruction instruction) {
    int bytes = instruction.widthBytes();
    StepResult result = operands.read(instruction.operands().get(0), bytes);
    return result == StepResult.DONE
        ? operands.write(instruction.operands().get(1), bytes, operands.value())
        : result;
  }

  /** MOVZX and MOVSX, whose source says its own width. */
  StepResult extend(Instruction instruction) {
    Operand source = instruction.operands().get(0);
    int sourceBytes =
        source instanceof Operand.Gpr gpr
            ? gpr.widthBytes()
            : source instanceof Operand.Memory memory ? memory.widthBytes() : 0;
    if (sourceBytes == 0) {
      throw new IllegalStateException("the source of an extension has a width: " + instruction);
    }
    StepResult result = operands.read(source, sourceBytes);
    if (result != StepResult.DONE) {
      return result;
    }
    boolean signed = instruction.opcode() == Opcode.MOVSX;
    if (FlagsImage.is(operands.value()) && (!signed || isPositive(operands.value(), sourceBytes))) {
      return operands.write(
          instruction.operands().get(1), instruction.widthBytes(), operands.value());
    }
    result = operands.asNumber();
    if (result != StepResult.DONE) {
      return result;
    }
    long value = operands.value();
    long extended = signed ? Alu.signExtend(value, sourceBytes) : value;
    return operands.write(
        instruction.operands().get(1), instruction.widthBytes(), operands.orUserComputed(extended));
  }

  private static boolean isPositive(long image, int bytes) {
    long bits = FlagsImage.known(image) | FlagsImage.unknown(image);
    return (bits >>> 8 * bytes - 1 & 1) == 0;
  }

  /** LEA, which ignores segments and accesses nothing. */
  StepResult loadAddress(Instruction instruction) {
    if (!(instruction.operands().get(0) instanceof Operand.Memory place)) {
      throw new IllegalStateException("the source of LEA is in memory: " + instruction);
    }
    long sum = place.displacement();
    if (place.baseSlot() >= 0) {
      StepResult result = operands.numberInRegister(place.baseSlot(), 8);
      if (result != StepResult.DONE) {
        return result;
      }
      sum += operands.value();
    }
    if (place.indexSlot() >= 0) {
      StepResult result = operands.numberInRegister(place.indexSlot(), 8);
      if (result != StepResult.DONE) {
        return result;
      }
      sum += operands.value() * place.scale();
    }
    return operands.write(
        instruction.operands().get(1), instruction.widthBytes(), operands.orUserComputed(sum));
  }

  StepResult exchange(Instruction instruction) {
    int bytes = instruction.widthBytes();
    Operand first = instruction.operands().get(0);
    Operand second = instruction.operands().get(1);
    StepResult result = operands.read(first, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long fromFirst = operands.value();
    result = operands.read(second, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long fromSecond = operands.value();
    // Memory first: where its store faults, the register must not have changed.
    if (first instanceof Operand.Memory) {
      result = operands.write(first, bytes, fromSecond);
      return result == StepResult.DONE ? operands.write(second, bytes, fromFirst) : result;
    }
    result = operands.write(second, bytes, fromFirst);
    return result == StepResult.DONE ? operands.write(first, bytes, fromSecond) : result;
  }

  /** CMPXCHG; it branches on a comparison, so that neither side may be a token. */
  StepResult compareExchange(Instruction instruction) {
    int bytes = instruction.widthBytes();
    Operand source = instruction.operands().get(0);
    Operand destination = instruction.operands().get(1);
    StepResult result = operands.concrete(destination, bytes, "what CMPXCHG compares");
    if (result != StepResult.DONE) {
      return result;
    }
    long found = operands.value();
    result = operands.readRegister(Slot.RAX, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    if (Token.is(operands.value())) {
      return operands.ended(operands.value(), "what CMPXCHG compares");
    }
    alu.subtract(operands.value(), found, 0, bytes);
    boolean equal = operands.value() == found;
    if (equal) {
      result = operands.read(source, bytes);
      if (result == StepResult.DONE) {
        result = operands.write(destination, bytes, operands.value());
      }
    } else if (destination instanceof Operand.Memory) {
      // The processor writes memory in either case.
      result = operands.write(destination, bytes, found);
    }
    if (result == StepResult.DONE && !equal) {
      result = operands.writeRegister(Slot.RAX, bytes, found);
    }
    return result == StepResult.DONE ? operands.settleFlags(alu) : result;
  }

  StepResult exchangeAdd(Instruction instruction) {
    int bytes = instruction.widthBytes();
    Operand source = instruction.operands().get(0);
    Operand destination = instruction.operands().get(1);
    StepResult result = operands.number(source, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long right = operands.value();
    result = operands.read(destination, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long found = operands.value();
    result = operands.asNumber();
    if (result != StepResult.DONE) {
      return result;
    }
    alu.add(operands.value(), right, 0, bytes);
    return settleExchangeAdd(instruction, found);
  }

  private StepResult settleExchangeAdd(Instruction instruction, long found) {
    int bytes = instruction.widthBytes();
    Operand source = instruction.operands().get(0);
    Operand destination = instruction.operands().get(1);
    long sum = operands.orUserComputed(alu.result());
    boolean inMemory = destination instanceof Operand.Memory;
    StepResult result =
        inMemory ? operands.write(destination, bytes, sum) : operands.write(source, bytes, found);
    if (result == StepResult.DONE) {
      // Of two registers that are one, the sum stays.
      result =
          inMemory ? operands.write(source, bytes, found) : operands.write(destination, bytes, sum);
    }
    return result == StepResult.DONE ? operands.settleFlags(alu) : result;
  }

  /** CBW CWDE CDQE: the lower half of the accumulator's part, sign-extended. */
  StepResult convert(Instruction instruction) {
    int bytes = instruction.widthBytes();
    StepResult result = operands.numberInRegister(Slot.RAX, bytes / 2);
    if (result != StepResult.DONE) {
      return result;
    }
    long extended = Alu.signExtend(operands.value(), bytes / 2);
    return operands.writeRegister(Slot.RAX, bytes, operands.orUserComputed(extended));
  }

  /** CWD CDQ CQO: the accumulator's sign, in all bits of the data register. */
  StepResult spreadSign(Instruction instruction) {
    int bytes = instruction.widthBytes();
    StepResult result = operands.numberInRegister(Slot.RAX, bytes);
    if (result != StepResult.DONE) {
      return result;
    }
    long sign = Alu.signExtend(operands.value(), bytes) >> 63;
    return operands.writeRegister(Slot.RDX, bytes, operands.orUserComputed(sign));
  }

  /** SETcc with a condition that has been decided. */
  StepResult setByte(Instruction instruction, boolean met) {
    return operands.write(instruction.operands().get(0), 1, met ? 1 : 0);
  }

  /** CMOVcc with a condition that has been decided: it reads its source in either case. */
  StepResult conditionalMove(Instruction instruction, boolean met) {
    int bytes = instruction.widthBytes();
    Operand destination = instruction.operands().get(1);
    StepResult result = operands.read(instruction.operands().get(0), bytes);
    if (!met && bytes != 4) {
      return result;
    }
    if (!met && result == StepResult.DONE) {
      // A 32-bit destination loses its upper half although nothing is moved.
      result = operands.read(destination, bytes);
    }
    return result == StepResult.DONE
        ? operands.write(destination, bytes, operands.value())
        : result;
  }

  /** RDPID: IA32_TSC_AUX. */
  StepResult readProcessorId(Instruction instruction) {
    if (tscAuxSlot < 0) {
      return new StepResult.Unmodelled("RDPID without a declared IA32_TSC_AUX (MSR 0xc0000103)");
    }
    long id = operands.state().read(tscAuxSlot);
    return operands.write(instruction.operands().get(0), 8, id & 0xffff_ffffL);
  }

  /** VERW: ZF says whether a selector's segment may be written. */
  StepResult verifyWrite(Instruction instruction) {
    StepResult result =
        operands.concrete(instruction.operands().get(0), 2, "the selector that VERW verifies");
    if (result != StepResult.DONE) {
      return result;
    }
    long selector = operands.value();
    if ((selector & 4) != 0) {
      return new StepResult.Unmodelled("VERW of a selector into the LDT");
    }
    boolean writable = selector == Selectors.KERNEL_DS || selector >>> 3 == Selectors.USER_DS >>> 3;
    ArithmeticFlags.define(operands.state(), Rflags.ZF, writable ? Rflags.ZF : 0);
    return StepResult.DONE;
  }
}
