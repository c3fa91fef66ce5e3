package org.trapnest.property;

import java.util.List;
import java.util.Set;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Event;
import org.trapnest.machine.Slot;

/** A typed expression as parsed, with the model's names still unresolved. */
public sealed interface Expression {

  SourceSpan span();

  ValueType type();

  /** An expression that is a condition. */
  sealed interface Condition extends Expression {
    @Override
    default ValueType type() {
      return ValueType.CONDITION;
    }
  }

  /** An expression that is a number. */
  sealed interface Number extends Expression {
    @Override
    default ValueType type() {
      return ValueType.NUMBER;
    }
  }

  /** A number as written. */
  record Literal(long value, SourceSpan span) implements Number {}

  /** {@code true} or {@code false}. */
  record Truth(boolean value, SourceSpan span) implements Condition {}

  /** A condition that a word names. */
  record Stated(Fact fact, SourceSpan span) implements Condition {}

  /** A number that a word names. */
  record Measured(Quantity quantity, SourceSpan span) implements Number {}

  /** A fixed slot; one of a single bit is a condition. */
  record Register(int slot, SourceSpan span) implements Expression {
    @Override
    public ValueType type() {
      return Slot.widthBits(slot) == 1 ? ValueType.CONDITION : ValueType.NUMBER;
    }
  }

  /** A field of a register. */
  record Field(RegisterField field, SourceSpan span) implements Expression {
    @Override
    public ValueType type() {
      return field.type();
    }
  }

  /**
   * What the newest or the oldest live context keeps, 0 when none is live: {@code newest.rip}.
   *
   * @param field a {@link org.trapnest.machine.ContextField}
   */
  record Kept(boolean newest, int field, SourceSpan span) implements Number {}

  /** {@code newest is NMI}, {@code oldest is SYSCALL}; false when no context is live. */
  record ContextIs(boolean newest, Event event, SourceSpan span) implements Condition {}

  /** {@code live(NMI, MC)}: the number of live contexts of these events. */
  record Live(Set<Event> events, Origin origin, SourceSpan span) implements Number {}

  /** What the contexts that {@code live} counts interrupted. */
  enum Origin {
    ANY(0b1111),
    /** {@code live(DB from kernel)}. */
    KERNEL(0b0111),
    /** {@code live(DB from user)}. */
    USER(0b1000);

    private final int levels;

    Origin(int levels) {
      this.levels = levels;
    }

    /** A bit for each privilege level that counts. */
    int levels() {
      return levels;
    }
  }

  /** {@code in_c(f)}: RIP is at an instruction of that C function. */
  record InFunction(Name function, SourceSpan span) implements Condition {}

  /** {@code running(f)}: how many of RIP and the live contexts' RIPs are inside a C function. */
  record Running(Name function, SourceSpan span) implements Number {}

  /** {@code at(label, …)}: RIP is one of the labels. */
  record At(List<Name> labels, SourceSpan span) implements Condition {}

  /** {@code E in [from, to)}. */
  record InRange(Expression value, Name from, Name to, SourceSpan span) implements Condition {}

  /** {@code E in stack(s)}: from the stack's lowest address to its top, the top included. */
  record InStack(Expression value, Name stack, SourceSpan span) implements Condition {}

  /** {@code [variable]} or {@code [variable + 8]}: an element, by its offset in bytes. */
  record Variable(Name variable, long offset, SourceSpan span) implements Number {}

  /** {@code [stack nmi -56]}: a stack word, by its offset in bytes from the top. */
  record StackWord(Name stack, long offset, SourceSpan span) implements Number {}

  /** {@code [stack nmi "NMI executing"]}: a stack word, by its name. */
  record NamedStackWord(Name stack, Name word, SourceSpan span) implements Number {}

  /** {@code symbol(name)}: the value of a label or symbol. */
  record Symbol(Name name, SourceSpan span) implements Number {}

  /** {@code msr(0x123)}: an MSR that the model declares. */
  record Msr(int number, SourceSpan span) implements Number {}

  /** {@code dead(E)} or {@code opaque(E)}: the value is the dead word, or any token. */
  record TokenTest(Expression value, boolean deadOnly, SourceSpan span) implements Condition {}

  /**
   * {@code differs(rsp, …)}: one of them is not what it was when the context began.
   *
   * @param mask a bit for each position of the snapshot
   */
  record Differs(long mask, SourceSpan span) implements Condition {}

  record Not(Expression operand, SourceSpan span) implements Condition {}

  /** {@code -E}, or {@code ~E} when {@code bitwise}. */
  record Negated(Expression operand, boolean bitwise, SourceSpan span) implements Number {}

  record Binary(Operator operator, Expression left, Expression right, SourceSpan span)
      implements Expression {
    @Override
    public ValueType type() {
      return operator.result();
    }
  }
}
