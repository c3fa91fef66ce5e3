package org.trapnest.property;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Writes the bytecode of one method {@code (MachineState, Observation) -> long} of a generated
 * class.
 *
 * <p>Source: The Java Virtual Machine Specification, Java SE 17 Edition, sections 4.7.3 "The Code
 * Attribute", 4.7.4 "The StackMapTable Attribute" and 6.5 "Instructions". Invariants:
 *
 * <ol>
 *   <li>The operand stack is empty at each jump's target and there are no locals but the
 *       parameters, so each stack map frame is the same as the method's first.
 *   <li>Jumps go forward only, so that all jumps to a target are known when it is placed.
 *   <li>Nothing is written where control cannot get to, since such code would need frames too.
 * </ol>
 */
final class CodeWriter {

  /** Thrown when a method is longer than a jump can span. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("a generated method is longer than 32 KiB", null, false, false);
    }
  }

  /** A place to which jumps go; placed once, after all of them. */
  static final class Target {
    private final List<Integer> jumps = new ArrayList<>();
  }

  private static final int ALOAD = 0x19;
  private static final int IFEQ = 0x99;
  private static final int IFNE = 0x9a;
  private static final int GOTO = 0xa7;
  private static final int LRETURN = 0xad;
  private static final int AALOAD = 0x32;
  private static final int GETFIELD = 0xb4;
  private static final int INVOKEVIRTUAL = 0xb6;
  private static final int INVOKESTATIC = 0xb8;
  private static final int LCMP = 0x94;
  private static final int LUSHR = 0x7d;
  private static final int LDC_W = 0x13;
  private static final int LDC2_W = 0x14;
  private static final int SIPUSH = 0x11;
  private static final int LCONST_0 = 0x09;
  private static final String MACHINE = "org/trapnest/machine/";

  private final ConstantPool pool;
  private final List<CodeTable> tables;
  private byte[] code = new byte[256];
  private int size;
  private int stack;
  private int maxStack;
  private boolean reachable = true;
  private final TreeSet<Integer> frames = new TreeSet<>();

  /**
   * A writer that adds constants to the pool, and code tables to the list that the generated class
   * gets.
   */
  CodeWriter(ConstantPool pool, List<CodeTable> tables) {
    this.pool = pool;
    this.tables = tables;
  }

  /** Whether control can get to what is written next. */
  boolean reachable() {
    return reachable;
  }

  void constant(long value) {
    if (value == 0 || value == 1) {
      put(2, LCONST_0 + (int) value);
    } else {
      int index = pool.longConstant(value);
      put(2, LDC2_W, index >> 8, index);
    }
  }

  void intConstant(int value) {
    if (value == (short) value) {
      put(1, SIPUSH, value >> 8, value);
    } else {
      int index = pool.intConstant(value);
      put(1, LDC_W, index >> 8, index);
    }
  }

  void loadSelf() {
    put(1, ALOAD, 0);
  }

  void loadState() {
    put(1, ALOAD, 1);
  }

  void loadObservation() {
    put(1, ALOAD, 2);
  }

  void readSlot(int slot) {
    loadState();
    intConstant(slot);
    call(INVOKEVIRTUAL, pool.method(MACHINE + "MachineState", "read", "(I)J"), 0);
  }

  /** Calls a method of the observation without parameters. */
  void observe(String method, String descriptor) {
    loadObservation();
    int change = descriptor.endsWith("J") ? 1 : 0;
    call(INVOKEVIRTUAL, pool.method(MACHINE + "Observation", method, descriptor), change);
  }

  void loadTable(CodeTable table) {
    if (!tables.contains(table)) {
      tables.add(table);
    }
    loadSelf();
    int field =
        pool.field(PropertySetCompiler.SUPERCLASS, "tables", "[Lorg/trapnest/property/CodeTable;");
    put(0, GETFIELD, field >> 8, field);
    intConstant(tables.indexOf(table));
    put(-1, AALOAD);
  }

  void callContains() {
    call(INVOKEVIRTUAL, pool.method("org/trapnest/property/CodeTable", "contains", "(J)Z"), -2);
  }

  /** Calls a static method of {@link LiveContexts} that returns a long. */
  void callContexts(String method, String descriptor, int parameterWords) {
    int index = pool.method("org/trapnest/property/LiveContexts", method, descriptor);
    call(INVOKESTATIC, index, 2 - parameterWords);
  }

  /** Calls a method of the class under construction with the parameters of this one. */
  void callOwn(String method, String descriptor) {
    loadSelf();
    loadState();
    loadObservation();
    call(INVOKEVIRTUAL, pool.method(PropertySetCompiler.CLASS, method, descriptor), -1);
  }

  private void call(int opcode, int method, int stackChange) {
    put(stackChange, opcode, method >> 8, method);
  }

  /** Replaces the two longs on top of the stack by what an arithmetic operator makes of them. */
  void operate(Operator operator) {
    switch (operator) {
      case PLUS -> put(-2, 0x61);
      case MINUS -> put(-2, 0x65);
      case BIT_AND -> put(-2, 0x7f);
      case BIT_OR -> put(-2, 0x81);
      case BIT_XOR -> put(-2, 0x83);
      case SHIFT_LEFT -> shiftByLong(0x79);
      case SHIFT_RIGHT_SIGNED -> shiftByLong(0x7b);
      case SHIFT_RIGHT -> shiftByLong(LUSHR);
      default -> throw new IllegalStateException(operator + " gives no number");
    }
  }

  private void shiftByLong(int opcode) {
    put(-1, 0x88);
    put(-1, opcode);
  }

  /** Shifts the long on top of the stack right by a constant. */
  void shift(Operator operator, int count) {
    constant(count);
    operate(operator);
  }

  /** Shifts a long right by the int above it. */
  void shiftByInt() {
    put(-1, LUSHR);
  }

  /** Jumps when comparing the two longs on top of the stack gives {@code when}. */
  void compare(Operator operator, boolean when, Target target) {
    boolean unsigned =
        switch (operator) {
          case BELOW, BELOW_OR_EQUAL, ABOVE, ABOVE_OR_EQUAL -> true;
          default -> false;
        };
    if (unsigned) {
      call(INVOKESTATIC, pool.method("java/lang/Long", "compareUnsigned", "(JJ)I"), -3);
    } else {
      put(-3, LCMP);
    }
    int jump =
        switch (operator) {
          case EQUAL -> IFEQ;
          case UNEQUAL -> IFNE;
          case BELOW, LESS -> 0x9b;
          case ABOVE_OR_EQUAL, GREATER_OR_EQUAL -> 0x9c;
          case ABOVE, GREATER -> 0x9d;
          case BELOW_OR_EQUAL, LESS_OR_EQUAL -> 0x9e;
          default -> throw new IllegalStateException(operator + " compares no numbers");
        };
    jump(when ? jump : opposite(jump), -1, target);
  }

  /** Conditional jumps come in pairs of opposites, of which the first has an odd opcode. */
  private static int opposite(int jump) {
    return jump % 2 == 1 ? jump + 1 : jump - 1;
  }

  void jumpIfInt(boolean when, Target target) {
    jump(when ? IFNE : IFEQ, -1, target);
  }

  void jump(Target target) {
    jump(GOTO, 0, target);
    reachable = false;
  }

  private void jump(int opcode, int stackChange, Target target) {
    if (reachable) {
      target.jumps.add(size);
      put(stackChange, opcode, 0, 0);
    }
  }

  /** Makes the next instruction the target of all jumps to it. */
  void place(Target target) {
    for (int jump : target.jumps) {
      int distance = size - jump;
      if (distance > Short.MAX_VALUE) {
        throw new TooLarge();
      }
      code[jump + 1] = (byte) (distance >> 8);
      code[jump + 2] = (byte) distance;
    }
    if (!target.jumps.isEmpty()) {
      frames.add(size);
      reachable = true;
    }
  }

  void returnLong() {
    put(-2, LRETURN);
    reachable = false;
  }

  /** Writes one instruction unless control cannot get here. */
  private void put(int stackChange, int... bytes) {
    if (!reachable) {
      return;
    }
    if (size + bytes.length > code.length) {
      code = java.util.Arrays.copyOf(code, 2 * code.length);
    }
    for (int b : bytes) {
      code[size++] = (byte) b;
    }
    stack += stackChange;
    maxStack = Math.max(maxStack, stack);
    if (size > Short.MAX_VALUE) {
      throw new TooLarge();
    }
  }

  /** The Code attribute with its stack map. */
  byte[] attribute() {
    byte[] map = stackMap();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ClassBytes.u2(body, maxStack);
    ClassBytes.u2(body, 3);
    ClassBytes.u4(body, size);
    body.write(code, 0, size);
    ClassBytes.u2(body, 0);
    ClassBytes.u2(body, map.length == 0 ? 0 : 1);
    body.writeBytes(map);
    return ClassBytes.attribute(pool.utf8("Code"), body.toByteArray());
  }

  private byte[] stackMap() {
    if (frames.isEmpty()) {
      return new byte[0];
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ClassBytes.u2(body, frames.size());
    int previous = -1;
    for (int frame : frames) {
      int delta = frame - previous - 1;
      if (delta < 64) {
        body.write(delta);
      } else {
        body.write(251);
        ClassBytes.u2(body, delta);
      }
      previous = frame;
    }
    return ClassBytes.attribute(pool.utf8("StackMapTable"), body.toByteArray());
  }
}
