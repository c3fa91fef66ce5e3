package org.trapnest.machine;

import org.trapnest.x86.Vector;

/**
 * Operands of the instruction that runs: their values, tokens included, and their addresses.
 * Mutable and confined to one thread: a value stays until the next call.
 *
 * <p>Three ways to read, by what an instruction may do with a token: {@link #read} moves it; {@link
 * #number} computes with it, which only a user's token allows; {@link #concrete} depends on it,
 * which none allows.
 */
final class OperandAccess {
  private static final StepResult USER_GS = new StepResult.Ended(Finding.USER_GS_ACCESS);
  private static final StepResult STACK_FAULT = StepResult.Fault.of(Vector.SS);
  private static final int RBP = 5;

  private final MemoryAccess memory;
  private final TokenUse tokens;
  private final long kernelGsBase;

  private MachineState state;
  private Observation seen;
  private long value;
  private long address;
  private long token;

  OperandAccess(MachineModel model, MemoryAccess memory) {
    this.memory = memory;
    this.tokens = new TokenUse(model);
    this.kernelGsBase = model.system().kernelGsBase();
  }

  /** Begins an instruction. */
  void begin(MachineState machineState, Observation observation) {
    state = machineState;
    seen = observation;
    token = 0;
  }

  MachineState state() {
    return state;
  }

  Observation seen() {
    return seen;
  }

  MemoryAccess memory() {
    return memory;
  }

  /** The value of the last successful read, zero-extended, or a token. */
  long value() {
    return value;
  }

  /** The address of the last memory operand. */
  long address() {
    return address;
  }

  /** Moves {@link #address}, as the index into a bit string does. */
  void moveAddress(long bytes) {
    address += bytes;
  }

  /** A user's token that {@link #number} met since the instruction began, or 0. */
  long token() {
    return token;
  }

  /** What a computed value becomes when user's tokens went into it. */
  long orUserComputed(long computed) {
    return token == 0 ? computed : userComputed();
  }

  private long userComputed() {
    return Token.userComputed(state.read(Slot.CONTEXTS));
  }

  /** Reads an operand to move it. */
  StepResult read(Operand operand, int bytes) {
    if (operand instanceof Operand.Gpr gpr) {
      return gpr.highByte() ? readHighByte(gpr.slot()) : readRegister(gpr.slot(), bytes);
    }
    if (operand instanceof Operand.Immediate immediate) {
      value = immediate.value() & Alu.mask(bytes);
      return StepResult.DONE;
    }
    StepResult result = locate(operand);
    return result == StepResult.DONE ? load(bytes) : result;
  }

  /** Loads from {@link #address}. */
  StepResult load(int bytes) {
    StepResult result = memory.load(state, address, bytes, seen);
    value = memory.value();
    return result;
  }

  /** Reads the low part of a register to move it. */
  StepResult readRegister(int slot, int bytes) {
    long whole = state.read(slot);
    if (!Token.is(whole)) {
      value = whole & Alu.mask(bytes);
    } else if (FlagsImage.is(whole)) {
      value = FlagsImage.slice(whole, 0, bytes);
    } else if (bytes >= 4) {
      value = bytes == 8 ? whole : Token.lowHalf(whole);
    } else if (Token.isUsers(whole)) {
      value = userComputed();
    } else {
      return ended(whole, Slot.name(slot));
    }
    return StepResult.DONE;
  }

  private StepResult readHighByte(int slot) {
    long whole = state.read(slot);
    if (FlagsImage.is(whole)) {
      value = FlagsImage.slice(whole, 8, 1);
      return StepResult.DONE;
    }
    value = Token.isUsers(whole) ? userComputed() : whole >>> 8 & 0xff;
    return Token.is(whole) && !Token.isUsers(whole)
        ? ended(whole, Slot.name(slot))
        : StepResult.DONE;
  }

  /** Reads an operand to compute with it; a user's token gives 0 and {@link #token}. */
  StepResult number(Operand operand, int bytes) {
    StepResult result = read(operand, bytes);
    return result == StepResult.DONE ? asNumber() : result;
  }

  /** Reads the low part of a register to compute with it. */
  StepResult numberInRegister(int slot, int bytes) {
    StepResult result = readRegister(slot, bytes);
    return result == StepResult.DONE ? asNumber() : result;
  }

  /** Takes a value that has been read as a number. */
  StepResult asNumber(long read) {
    value = read;
    return asNumber();
  }

  /** Takes the last value read as a number. */
  StepResult asNumber() {
    if (Token.is(value)) {
      if (!Token.isUsers(value)) {
        return ended(value, "a value that is computed with");
      }
      token = token == 0 ? Token.plain(value) : token;
      value = 0;
    }
    return StepResult.DONE;
  }

  /**
   * Reads an operand on which the step depends.
   *
   * @param use what it is, as the subject of a sentence
   */
  StepResult concrete(Operand operand, int bytes, String use) {
    StepResult result = read(operand, bytes);
    return result == StepResult.DONE && Token.is(value) ? ended(value, use) : result;
  }

  /** Defines the flags that the ALU changed, or makes them depend on the user's token. */
  StepResult settleFlags(Alu alu) {
    if (token == 0) {
      ArithmeticFlags.define(state, alu.changed(), alu.flags());
      ArithmeticFlags.depend(state, alu.undefined(), Token.UNDEFINED);
    } else {
      ArithmeticFlags.depend(state, alu.changed() | alu.undefined(), token);
    }
    return StepResult.DONE;
  }

  /** The end of a step that depends on a token. */
  StepResult ended(long used, String use) {
    return tokens.ended(used, use, seen);
  }

  /** Writes an operand. */
  StepResult write(Operand operand, int bytes, long written) {
    if (operand instanceof Operand.Gpr gpr) {
      return gpr.highByte()
          ? merge(gpr.slot(), 8, 1, written)
          : writeRegister(gpr.slot(), bytes, written);
    }
    StepResult result = locate(operand);
    return result == StepResult.DONE ? store(bytes, written) : result;
  }

  /** Takes a value as {@link #value}. */
  void take(long taken) {
    value = taken;
  }

  /** Takes the result of logic on an image as {@link #value}. */
  StepResult take(PartialWord word) {
    value = word.result();
    if (value == FlagsImage.NONE) {
      if (!Token.isUsers(word.token())) {
        return ended(word.token(), "a value that is computed with");
      }
      value = userComputed();
    }
    return StepResult.DONE;
  }

  /** Stores to {@link #address}. */
  StepResult store(int bytes, long stored) {
    return memory.store(state, address, bytes, seen, stored);
  }

  /** Writes the low part of a register: 32 bits clear the upper half, fewer are merged. */
  StepResult writeRegister(int slot, int bytes, long written) {
    if (bytes < 4) {
      return merge(slot, 0, bytes, written);
    }
    state.write(slot, bytes == 8 ? written : lowHalf(written));
    return StepResult.DONE;
  }

  private static long lowHalf(long written) {
    if (Token.is(written)) {
      return Token.isComputed(written) ? written : Token.lowHalf(written);
    }
    return written & 0xffff_ffffL;
  }

  private static boolean isUsersOrNumber(long value) {
    return !Token.is(value) || Token.isUsers(value);
  }

  private StepResult merge(int slot, int shift, int bytes, long written) {
    long old = state.read(slot);
    long merged = FlagsImage.merged(old, written, shift, bytes);
    if (merged == FlagsImage.NONE && isUsersOrNumber(old) && isUsersOrNumber(written)) {
      merged = userComputed();
    }
    if (merged == FlagsImage.NONE) {
      return Token.is(written)
          ? ended(written, "a part of a register")
          : ended(old, Slot.name(slot));
    }
    state.write(slot, merged);
    return StepResult.DONE;
  }

  /** Computes the linear address of a memory operand. */
  StepResult locate(Operand operand) {
    if (!(operand instanceof Operand.Memory place)) {
      throw new IllegalStateException("an operand that is no register is in memory: " + operand);
    }
    long sum = place.displacement();
    if (place.baseSlot() >= 0) {
      long base = state.read(place.baseSlot());
      if (Token.is(base)) {
        return ended(base, "the base of an address");
      }
      sum += base;
    }
    if (place.indexSlot() >= 0) {
      long index = state.read(place.indexSlot());
      if (Token.is(index)) {
        return ended(index, "the index of an address");
      }
      sum += index * place.scale();
    }
    if (place.segmentSlot() >= 0) {
      return locateInSegment(place.segmentSlot(), sum);
    }
    address = sum;
    boolean onStack = place.baseSlot() == Slot.RSP || place.baseSlot() == RBP;
    return onStack && !MemoryAccess.isCanonical(sum) ? STACK_FAULT : StepResult.DONE;
  }

  private StepResult locateInSegment(int segmentSlot, long offset) {
    long base = state.read(segmentSlot);
    if (segmentSlot == Slot.GS_BASE && base != kernelGsBase) {
      seen.find(Finding.USER_GS_ACCESS);
      if (seen.explaining()) {
        seen.explain("GS.base is not the kernel's but 0x" + Long.toHexString(base) + ".");
      }
      return USER_GS;
    }
    if (Token.is(base)) {
      return ended(base, "the base of a segment");
    }
    address = base + offset;
    return StepResult.DONE;
  }
}
