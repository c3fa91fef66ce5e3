package org.trapnest.layout;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import org.trapnest.bits.Mixing;
import org.trapnest.machine.FlagsImage;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineModel.CCode;
import org.trapnest.machine.Operand;
import org.trapnest.machine.Program;
import org.trapnest.machine.Region;
import org.trapnest.machine.Token;
import org.trapnest.machine.UserRules;
import org.trapnest.x86.Register;
import org.trapnest.x86.Rflags;

/**
 * Short numbers for the 64-bit values that a machine can be expected to hold: the addresses of its
 * code and memory, its constants, tokens, small numbers, images of RFLAGS. Immutable and shared.
 *
 * <p>Zero has the code 0. The codes depend on the model alone.
 */
final class KnownValues {
  private static final int SMALL_VALUES = 256;
  private static final long EXPECTED_FLAGS = Rflags.ARITHMETIC | Rflags.TF | Rflags.IF | Rflags.DF;
  private static final long LOW_32 = 0xffff_ffffL;

  private final long[] values;
  private final int[] table;
  private final int mask;
  private final int unknown;

  /** Codes for a set of values, to which zero is added. */
  KnownValues(SortedSet<Long> expected) {
    SortedSet<Long> others = new TreeSet<>(expected);
    others.remove(0L);
    this.values = new long[others.size() + 1];
    int next = 1;
    for (long value : others) {
      values[next++] = value;
    }
    this.unknown = (Integer.highestOneBit(values.length) << 1) - 1;
    this.table = new int[Integer.highestOneBit(values.length) * 4];
    this.mask = table.length - 1;
    for (int code = 1; code < values.length; code++) {
      int at = home(values[code]);
      while (table[at] != 0) {
        at = at + 1 & mask;
      }
      table[at] = code;
    }
  }

  /** What the machine of a model can be expected to hold. */
  static KnownValues of(MachineModel model) {
    SortedSet<Long> expected = new TreeSet<>(model.symbols().values());
    for (long value = 0; value < SMALL_VALUES; value++) {
      expected.add(value);
    }
    addFlags(expected);
    addTokens(model, expected);
    addProgram(model, expected);
    model.memory().regions().forEach(region -> addAddresses(region, expected));
    Arrays.stream(model.slots().initial()).forEach(expected::add);
    addSystem(model, expected);
    return new KnownValues(expected);
  }

  /** Each combination of the expected flags, without and with RF as a fault pushes it. */
  private static void addFlags(SortedSet<Long> expected) {
    long flags = 0;
    do {
      expected.add(flags | Rflags.FIXED);
      expected.add(flags | Rflags.FIXED | Rflags.RF);
      if ((flags & Rflags.ARITHMETIC) == 0) {
        addImages(flags | Rflags.FIXED, expected);
        addImages(flags | Rflags.FIXED | Rflags.RF, expected);
      }
      flags = flags - EXPECTED_FLAGS & EXPECTED_FLAGS;
    } while (flags != 0);
  }

  /** The flags as they are saved while all arithmetic ones are unknown. */
  private static void addImages(long flags, SortedSet<Long> expected) {
    expected.add(FlagsImage.unknownArithmetic(flags, Token.CLOBBERED));
    expected.add(FlagsImage.unknownArithmetic(flags, Token.USER_FLAGS));
  }

  private static void addTokens(MachineModel model, SortedSet<Long> expected) {
    addRange(Token.DEAD, Token.UNDEFINED, expected);
    addRange(Token.USER_RAX, Token.USER_FLAGS, expected);
    for (int register = 0; register < Register.COUNT; register++) {
      expected.add(Token.clobbered(register));
      expected.add(Token.clobberedAgain(register));
    }
    for (long depth = 0; depth <= model.maxContexts() + model.faultContexts(); depth++) {
      expected.add(Token.userComputed(depth));
    }
    addRange(Token.FIRST_DECLARED, Token.FIRST_DECLARED + model.tokenNames().size() - 1, expected);
  }

  /** Tokens from the first to the last, and their low halves. */
  private static void addRange(long first, long last, SortedSet<Long> expected) {
    for (long token = first; token <= last; token++) {
      expected.add(token);
      expected.add(Token.lowHalf(token));
    }
  }

  private static void addProgram(MachineModel model, SortedSet<Long> expected) {
    for (Instruction instruction : model.program().instructions()) {
      expected.add(instruction.address());
      expected.add(instruction.nextAddress());
      for (Operand operand : instruction.operands()) {
        if (operand instanceof Operand.Immediate immediate) {
          expected.add(immediate.value());
          expected.add(immediate.value() & LOW_32);
        }
      }
    }
    expected.add(Program.BASE);
  }

  private static void addAddresses(Region region, SortedSet<Long> expected) {
    for (int word = 0; word <= region.wordCount(); word++) {
      expected.add(region.base() + (long) word * region.wordBytes());
    }
  }

  private static void addSystem(MachineModel model, SortedSet<Long> expected) {
    expected.add(-1L);
    expected.add(LOW_32);
    MachineModel.SystemRegisters system = model.system();
    expected.add(system.kernelGsBase());
    expected.add(system.userGsBase());
    expected.add(system.kernelCr3());
    expected.add(system.userCr3());
    expected.add(system.userRip());
    expected.add(system.sysenterReturn());
    model.user().choices().stream().map(UserRules.Choice::values).forEach(expected::addAll);
    model.c().effects().values().forEach(e -> e.result().ifPresent(expected::add));
    model.c().writes().values().stream().map(CCode.SlotWrite::values).forEach(expected::addAll);
    model.events().forEach(rule -> expected.add(rule.errorCode()));
  }

  private int home(long value) {
    return (int) Mixing.mix(value) & mask;
  }

  /** The code of a value, or {@link #unknown}. */
  int code(long value) {
    if (value == 0) {
      return 0;
    }
    int at = home(value);
    for (int code = table[at]; code != 0; code = table[at]) {
      if (values[code] == value) {
        return code;
      }
      at = at + 1 & mask;
    }
    return unknown;
  }

  /** The code that stands for every value without one: all ones. */
  int unknown() {
    return unknown;
  }

  /** The value of a code other than {@link #unknown}. */
  long value(int code) {
    return values[code];
  }

  /** The bits that a code takes. */
  int widthBits() {
    return Integer.bitCount(unknown);
  }
}
