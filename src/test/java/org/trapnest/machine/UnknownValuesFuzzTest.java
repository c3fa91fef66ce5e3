package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trapnest.machine.EntryFixture.imm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.trapnest.x86.Condition;
import org.trapnest.x86.Rflags;

/**
 * Random programs on unknown values: whatever the values are, the run with them must be among the
 * runs without them, up to where the machine finds that something depends on them.
 */
class UnknownValuesFuzzTest {
  private static final int PROGRAMS = 4000;
  private static final int LENGTH = 10;
  private static final int RAX = 0;
  private static final int RBX = 3;
  private static final int R8 = 8;
  private static final long RSP = EntryFixture.THREAD - 96;
  private static final Opcode[] BINARY = {
    Opcode.AND, Opcode.OR, Opcode.XOR, Opcode.TEST, Opcode.CMP, Opcode.ADD, Opcode.SUB, Opcode.MOV
  };
  private static final Opcode[] BITS = {Opcode.BT, Opcode.BTS, Opcode.BTR, Opcode.BTC};
  private static final Opcode[] SHIFTS = {
    Opcode.SHL, Opcode.SHR, Opcode.SAR, Opcode.ROL, Opcode.ROR
  };
  private static final Opcode[] FLAGS = {
    Opcode.CLC, Opcode.STC, Opcode.CMC, Opcode.CLD, Opcode.LAHF, Opcode.SAHF
  };
  private static final Opcode[] UNARY = {Opcode.INC, Opcode.DEC, Opcode.NEG, Opcode.NOT};
  private static final int[] WIDTHS = {1, 2, 4, 8};
  private static final int[] REGISTERS = {RAX, RBX, 1, R8};

  private final Random random = new Random(20120);

  @Test
  void everyRunWithValues_isAmongTheRunsWithoutThem() {
    int compared = 0;
    for (int program = 0; program < PROGRAMS; program++) {
      compared += compare(program);
    }
    assertTrue(compared > 3 * PROGRAMS, "steps compared: " + compared);
  }

  private <T> T one(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private int one(int[] values) {
    return values[random.nextInt(values.length)];
  }

  private Operand register(int bytes) {
    int slot = one(REGISTERS);
    boolean high = bytes == 1 && slot != R8 && random.nextInt(4) == 0;
    return new Operand.Gpr(slot, bytes, high);
  }

  private Operand place(int bytes) {
    if (random.nextInt(3) != 0) {
      return register(bytes);
    }
    int inside = bytes == 8 ? 0 : random.nextInt(9 - bytes);
    return new Operand.Memory(-1, Slot.RSP, -1, 1, 8L * random.nextInt(3) + inside);
  }

  private Operand source(int bytes) {
    return random.nextBoolean() ? register(bytes) : imm(interesting());
  }

  private long interesting() {
    return switch (random.nextInt(4)) {
      case 0 -> 1L << random.nextInt(22);
      case 1 -> ~(1L << random.nextInt(22));
      case 2 -> random.nextInt() & 0x3f_ffff;
      default -> 0x202;
    };
  }

  private void add(EntryFixture fixture) {
    int bytes = one(WIDTHS);
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> fixture.sized(one(BINARY), bytes, source(bytes), place(bytes));
      case 3 -> {
        int wide = Math.max(bytes, 2);
        fixture.sized(one(BITS), wide, imm(random.nextInt(64)), place(wide));
      }
      case 4 -> fixture.sized(one(SHIFTS), bytes, imm(random.nextInt(34)), place(bytes));
      case 5 -> fixture.add(one(FLAGS));
      case 6 -> fixture.sized(one(UNARY), bytes, place(bytes));
      case 7 -> fixture.add(Opcode.PUSHF).add(Opcode.POP, register(8));
      case 8 -> fixture.add(Opcode.PUSH, register(8)).add(Opcode.POPF);
      case 9 -> fixture.conditional(Opcode.SETCC, one(Condition.values()), 1, place(1));
      case 10 -> {
        int wide = Math.max(bytes, 2);
        Condition condition = one(Condition.values());
        fixture.conditional(Opcode.CMOVCC, condition, wide, register(wide), register(wide));
      }
      default -> {
        Opcode opcode = random.nextBoolean() ? Opcode.MOVZX : Opcode.MOVSX;
        int narrow = random.nextBoolean() ? 1 : 2;
        fixture.sized(opcode, 2 * narrow * (1 + random.nextInt(2)), register(narrow), register(0));
      }
    }
  }

  /** Compares one program; returns how many steps there were. */
  private int compare(int program) {
    EntryFixture fixture = new EntryFixture().label("code");
    for (int i = 0; i < LENGTH; i++) {
      add(fixture);
    }
    fixture.nops(1);
    MachineRun start = fixture.inKernel("code");
    start.load(Slot.RSP, RSP);
    for (int slot : REGISTERS) {
      start.load(slot, random.nextInt(3) == 0 ? random.nextLong() : interesting());
    }
    for (int i = 0; i < 3; i++) {
      start.loadWord(RSP + 8L * i, random.nextLong() & 0x3f_ffff, 1);
    }
    long[] abstractState = start.all();
    long[] concrete = abstractState.clone();
    blind(abstractState, concrete);
    Machine machine = new Machine(fixture.model());
    return steps(machine, abstractState, concrete, "program " + program);
  }

  /** Makes flags, two registers and a stack word unknown, and gives them values. */
  private void blind(long[] unknown, long[] known) {
    boolean users = random.nextBoolean();
    long token = users ? Token.USER_FLAGS : Token.CLOBBERED;
    unknown[Slot.FLAGS_TOKEN] = token;
    unknown[Slot.RFLAGS] = Rflags.FIXED;
    known[Slot.RFLAGS] = Rflags.FIXED | random.nextLong() & Rflags.ARITHMETIC;
    unknown[RBX] = users ? Token.USER_RAX + RBX : Token.clobbered(RBX);
    known[RBX] = random.nextLong();
    int word = EntryFixture.word(RSP + 8);
    long flags = Rflags.FIXED | (random.nextBoolean() ? Rflags.AC : Rflags.DF);
    unknown[word] = FlagsImage.unknownArithmetic(flags, token);
    known[word] = flags | random.nextLong() & Rflags.ARITHMETIC;
  }

  private int steps(Machine machine, long[] unknown, long[] known, String where) {
    List<long[]> runs = List.of(unknown);
    long[] concrete = known;
    for (int step = 0; step < LENGTH; step++) {
      List<long[]> after = successors(machine, concrete);
      if (after.size() != 1 || after.get(0)[Slot.HALT] != 0) {
        return step;
      }
      concrete = settled(after.get(0));
      List<long[]> next = new ArrayList<>();
      for (long[] run : runs) {
        for (long[] reached : successors(machine, run)) {
          if (reached[Slot.HALT] != 0) {
            return step;
          }
          if (covers(reached, concrete)) {
            next.add(reached);
          }
        }
      }
      String text = machine.model().program().indexAt(concrete[Slot.RIP]) + " in " + where;
      assertTrue(!next.isEmpty(), "no run covers what comes before instruction " + text);
      runs = next;
    }
    return LENGTH;
  }

  private static List<long[]> successors(Machine machine, long[] before) {
    MachineState state = machine.initialState();
    state.loadAll(before);
    List<long[]> reached = new ArrayList<>();
    machine.expand(
        state,
        new AlternativeSink() {
          @Override
          public void alternative(int choice, MachineState after, Observation seen) {
            reached.add(after.toArray());
          }

          @Override
          public void cut(int bound) {
            throw new AssertionError("nothing is cut");
          }
        });
    return reached;
  }

  /** Gives flags that an instruction left undefined values. */
  private long[] settled(long[] state) {
    long open = Token.dependentFlags(state[Slot.FLAGS_TOKEN]);
    state[Slot.RFLAGS] |= random.nextLong() & open;
    state[Slot.FLAGS_TOKEN] = 0;
    return state;
  }

  private static boolean covers(long[] unknown, long[] known) {
    long open = Token.dependentFlags(unknown[Slot.FLAGS_TOKEN]);
    if (((unknown[Slot.RFLAGS] ^ known[Slot.RFLAGS]) & ~open) != 0) {
      return false;
    }
    for (int slot = 0; slot < unknown.length; slot++) {
      boolean flags = slot == Slot.RFLAGS || slot == Slot.FLAGS_TOKEN;
      if (!flags && !covers(unknown[slot], known[slot])) {
        return false;
      }
    }
    return true;
  }

  private static boolean covers(long unknown, long known) {
    if (Token.is(unknown) && !FlagsImage.is(unknown)) {
      return true;
    }
    return ((FlagsImage.known(unknown) ^ known) & ~FlagsImage.unknown(unknown)) == 0;
  }
}
