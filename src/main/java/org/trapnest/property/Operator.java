package org.trapnest.property;

import java.util.Arrays;
import java.util.Optional;

/** A binary operator. Arithmetic is modulo 2^64; a shift uses the low six bits of its count. */
public enum Operator {
  IMPLIES("implies", Group.IMPLICATION),
  OR("or", Group.DISJUNCTION),
  AND("and", Group.CONJUNCTION),
  EQUAL("==", Group.COMPARISON),
  UNEQUAL("!=", Group.COMPARISON),
  BELOW("<", Group.COMPARISON),
  BELOW_OR_EQUAL("<=", Group.COMPARISON),
  ABOVE(">", Group.COMPARISON),
  ABOVE_OR_EQUAL(">=", Group.COMPARISON),
  LESS("s<", Group.COMPARISON),
  LESS_OR_EQUAL("s<=", Group.COMPARISON),
  GREATER("s>", Group.COMPARISON),
  GREATER_OR_EQUAL("s>=", Group.COMPARISON),
  BIT_OR("|", Group.BIT_OR),
  BIT_XOR("^", Group.BIT_XOR),
  BIT_AND("&", Group.BIT_AND),
  SHIFT_LEFT("<<", Group.SHIFT),
  SHIFT_RIGHT(">>", Group.SHIFT),
  SHIFT_RIGHT_SIGNED("s>>", Group.SHIFT),
  PLUS("+", Group.SUM),
  MINUS("-", Group.SUM);

  /** Operators that bind equally tightly, from the loosest to the tightest. */
  enum Group {
    IMPLICATION,
    DISJUNCTION,
    CONJUNCTION,
    COMPARISON,
    BIT_OR,
    BIT_XOR,
    BIT_AND,
    SHIFT,
    SUM;

    /**
     * Whether the operands are conditions: always, never, or ({@code COMPARISON}) for == and !=.
     */
    boolean joinsConditions() {
      return ordinal() < COMPARISON.ordinal();
    }
  }

  private final String spelling;
  private final Group group;

  Operator(String spelling, Group group) {
    this.spelling = spelling;
    this.group = group;
  }

  /** How property files write it. */
  public String spelling() {
    return spelling;
  }

  Group group() {
    return group;
  }

  ValueType result() {
    return group.ordinal() <= Group.COMPARISON.ordinal() ? ValueType.CONDITION : ValueType.NUMBER;
  }

  static Optional<Operator> parse(String spelling, Group group) {
    return Arrays.stream(values())
        .filter(o -> o.group == group && o.spelling.equals(spelling))
        .findFirst();
  }
}
