package org.trapnest.property;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;

/** Turns expressions into bound ones. A name that cannot be resolved becomes slot or value 0. */
final class ExpressionBinder {
  private static final long NO_EVENT = -1;
  private static final long TOKEN_MASK = Token.MASK;

  /** The bit that marks the low half of a token does not matter for what it is. */
  private static final long TOKEN_IDENTITY = ~(Token.lowHalf(Token.DEAD) ^ Token.DEAD);

  private final ModelNames names;
  private final MachineModel model;
  private final int contextBase;

  ExpressionBinder(ModelNames names) {
    this.names = names;
    this.model = names.model();
    this.contextBase = model.slots().contextBase();
  }

  /** The condition that a transition is one that the trigger means. */
  BoundCondition trigger(Trigger trigger) {
    if (trigger instanceof Trigger.Delivery delivery) {
      return new BoundCondition.EventSeen(false, eventMask(delivery.events()));
    }
    if (trigger instanceof Trigger.Resume resume) {
      return new BoundCondition.EventSeen(true, eventMask(resume.events()));
    }
    if (trigger instanceof Trigger.ReturnToUser) {
      return new BoundCondition.Noted(true);
    }
    if (trigger instanceof Trigger.Found found) {
      long mask = found.findings().stream().mapToLong(Finding::bit).sum();
      return anyOf(BoundNumber.Observed.Source.FINDINGS, mask);
    }
    return BoundCondition.Constant.TRUE;
  }

  /** A bit for each event, all but bit 63 for an empty set. */
  private static long eventMask(Set<Event> events) {
    return events.isEmpty()
        ? Long.MAX_VALUE
        : events.stream().mapToLong(e -> 1L << e.ordinal()).sum();
  }

  private static BoundCondition anyOf(BoundNumber.Observed.Source source, long mask) {
    BoundNumber bits =
        new BoundNumber.Computed(
            Operator.BIT_AND, new BoundNumber.Observed(source), new BoundNumber.Constant(mask));
    return new BoundCondition.Compared(Operator.UNEQUAL, bits, new BoundNumber.Constant(0));
  }

  BoundNumber number(Expression expression) {
    if (expression instanceof Expression.Binary binary) {
      return new BoundNumber.Computed(
          binary.operator(), number(binary.left()), number(binary.right()));
    }
    if (expression instanceof Expression.Negated negated) {
      return new BoundNumber.Computed(
          negated.bitwise() ? Operator.BIT_XOR : Operator.MINUS,
          new BoundNumber.Constant(negated.bitwise() ? -1 : 0),
          number(negated.operand()));
    }
    if (expression instanceof Expression.Literal literal) {
      return new BoundNumber.Constant(literal.value());
    }
    if (expression instanceof Expression.Register register) {
      return slot(register.slot());
    }
    if (expression instanceof Expression.Field field) {
      return bits(field.field());
    }
    if (expression instanceof Expression.Measured measured) {
      return measured(measured.quantity());
    }
    return namedNumber(expression);
  }

  private static BoundNumber slot(int slot) {
    return new BoundNumber.Bits(slot, 0, -1L);
  }

  private static BoundNumber bits(RegisterField field) {
    return new BoundNumber.Bits(field.slot(), field.shift(), field.mask());
  }

  private static BoundNumber measured(Quantity quantity) {
    return switch (quantity) {
      case CPL -> new BoundNumber.Bits(Slot.CS, 0, 3);
      case LIVE -> slot(Slot.CONTEXTS);
      case FRAME -> new BoundNumber.Observed(BoundNumber.Observed.Source.FRAME);
    };
  }

  private BoundNumber namedNumber(Expression expression) {
    if (expression instanceof Expression.Kept kept) {
      return new BoundNumber.OfContext(contextBase + kept.field(), kept.newest(), 0);
    }
    if (expression instanceof Expression.Live live) {
      return new BoundNumber.Count(contextBase, eventMask(live.events()), live.origin().levels());
    }
    if (expression instanceof Expression.Running running) {
      return new BoundNumber.Running(contextBase, names.function(running.function()));
    }
    if (expression instanceof Expression.Symbol symbol) {
      return new BoundNumber.Constant(names.symbol(symbol.name()));
    }
    if (expression instanceof Expression.Msr msr) {
      return slot(names.msrSlot(msr));
    }
    if (expression instanceof Expression.Variable memory) {
      return slot(names.variableSlot(memory));
    }
    if (expression instanceof Expression.StackWord memory) {
      return slot(names.stackWordSlot(memory));
    }
    if (expression instanceof Expression.NamedStackWord memory) {
      return slot(names.namedWordSlot(memory));
    }
    throw new IllegalStateException("no number: " + expression);
  }

  BoundCondition condition(Expression expression) {
    if (expression instanceof Expression.Binary binary) {
      return joined(binary);
    }
    if (expression instanceof Expression.Not not) {
      return condition(not.operand()).negated();
    }
    if (expression instanceof Expression.Truth truth) {
      return truth.value() ? BoundCondition.Constant.TRUE : BoundCondition.Constant.FALSE;
    }
    if (expression instanceof Expression.Stated stated) {
      return fact(stated.fact());
    }
    if (expression instanceof Expression.Register register) {
      return compare(slot(register.slot()), Operator.UNEQUAL, 0);
    }
    if (expression instanceof Expression.Field field) {
      return compare(bits(field.field()), Operator.UNEQUAL, 0);
    }
    return namedCondition(expression);
  }

  private BoundCondition joined(Expression.Binary binary) {
    if (binary.left().type() == ValueType.NUMBER) {
      return new BoundCondition.Compared(
          binary.operator(), number(binary.left()), number(binary.right()));
    }
    BoundCondition left = condition(binary.left());
    BoundCondition right = condition(binary.right());
    return switch (binary.operator()) {
      case AND -> new BoundCondition.And(left, right);
      case OR -> new BoundCondition.Or(left, right);
      case IMPLIES -> new BoundCondition.Or(left.negated(), right);
      case EQUAL -> new BoundCondition.Same(left, right);
      case UNEQUAL -> new BoundCondition.Same(left, right).negated();
      default -> throw new IllegalStateException(binary.operator() + " joins no conditions");
    };
  }

  private BoundCondition fact(Fact fact) {
    return switch (fact) {
      case USER -> new BoundCondition.And(cplIs(Operator.EQUAL), isRunning());
      case KERNEL -> new BoundCondition.And(cplIs(Operator.UNEQUAL), isRunning());
      case HALTED -> isRunning().negated();
      case IN_C -> new BoundCondition.InCode(names.cCode());
      case CR3_USER -> {
        long mask = model.system().userCr3Mask();
        yield compare(new BoundNumber.Bits(Slot.CR3, 0, mask), Operator.UNEQUAL, 0);
      }
      case GS_KERNEL -> holdsKernelGs(Slot.GS_BASE);
      case GS_USER -> holdsKernelGs(Slot.GS_BASE).negated();
      case KERNEL_GS_KERNEL -> holdsKernelGs(Slot.KERNEL_GS_BASE);
      case FROM_USER -> new BoundCondition.Noted(false);
    };
  }

  private static BoundCondition cplIs(Operator operator) {
    return compare(new BoundNumber.Bits(Slot.CS, 0, 3), operator, 3);
  }

  private static BoundCondition isRunning() {
    return compare(slot(Slot.HALT), Operator.EQUAL, 0);
  }

  private BoundCondition holdsKernelGs(int slot) {
    return compare(slot(slot), Operator.EQUAL, model.system().kernelGsBase());
  }

  private static BoundCondition compare(BoundNumber left, Operator operator, long right) {
    return new BoundCondition.Compared(operator, left, new BoundNumber.Constant(right));
  }

  private BoundCondition namedCondition(Expression expression) {
    if (expression instanceof Expression.InFunction in) {
      return new BoundCondition.InCode(names.function(in.function()));
    }
    if (expression instanceof Expression.ContextIs is) {
      BoundNumber event =
          new BoundNumber.OfContext(contextBase + ContextField.EVENT, is.newest(), NO_EVENT);
      return compare(event, Operator.EQUAL, is.event().ordinal());
    }
    if (expression instanceof Expression.At at) {
      return at.labels().stream()
          .map(l -> compare(slot(Slot.RIP), Operator.EQUAL, names.symbol(l)))
          .reduce(BoundCondition.Or::new)
          .orElseThrow();
    }
    if (expression instanceof Expression.InRange range) {
      long bytes = names.rangeBytes(range);
      return within(number(range.value()), names.symbol(range.from()), bytes - 1);
    }
    if (expression instanceof Expression.InStack in) {
      BoundNumber value = number(in.value());
      Optional<Region> stack = names.stack(in.stack());
      return stack
          .map(r -> within(value, r.base(), r.bytes()))
          .orElse(BoundCondition.Constant.FALSE);
    }
    if (expression instanceof Expression.TokenTest test) {
      return token(number(test.value()), test.deadOnly());
    }
    if (expression instanceof Expression.Differs differs) {
      return anyOf(BoundNumber.Observed.Source.DIFFERENCES, differs.mask());
    }
    throw new IllegalStateException("no condition: " + expression);
  }

  /** Whether a number lies from {@code from} to {@code from + length}, both included. */
  private static BoundCondition within(BoundNumber value, long from, long length) {
    BoundNumber distance =
        new BoundNumber.Computed(Operator.MINUS, value, new BoundNumber.Constant(from));
    return compare(distance, Operator.BELOW_OR_EQUAL, length);
  }

  private static BoundCondition token(BoundNumber value, boolean deadOnly) {
    long mask = deadOnly ? TOKEN_IDENTITY : TOKEN_MASK;
    BoundNumber masked =
        new BoundNumber.Computed(Operator.BIT_AND, value, new BoundNumber.Constant(mask));
    return compare(masked, Operator.EQUAL, Token.DEAD);
  }

  /** The words of a clause, in order and each once, but for those that explain themselves. */
  List<BoundClause.Part> parts(Clause clause) {
    List<BoundClause.Part> parts = new ArrayList<>();
    clause.when().ifPresent(e -> addParts(e, parts));
    clause.claim().ifPresent(e -> addParts(e, parts));
    return parts.stream().distinct().toList();
  }

  private void addParts(Expression expression, List<BoundClause.Part> parts) {
    if (expression instanceof Expression.Binary binary) {
      addParts(binary.left(), parts);
      addParts(binary.right(), parts);
    } else if (expression instanceof Expression.Not not) {
      addParts(not.operand(), parts);
    } else if (expression instanceof Expression.Negated negated) {
      addParts(negated.operand(), parts);
    } else if (expression instanceof Expression.TokenTest test) {
      addParts(test.value(), parts);
    } else if (expression instanceof Expression.InRange range) {
      addParts(range.value(), parts);
    } else if (expression instanceof Expression.InStack in) {
      addParts(in.value(), parts);
    } else if (!explainsItself(expression)) {
      parts.add(part(expression));
    }
  }

  private static boolean explainsItself(Expression expression) {
    return expression instanceof Expression.Literal || expression instanceof Expression.Truth;
  }

  private BoundClause.Part part(Expression expression) {
    String text = SourceText.oneLine(expression.span());
    boolean bit =
        expression instanceof Expression.Register || expression instanceof Expression.Field;
    return bit || expression.type() == ValueType.NUMBER
        ? new BoundClause.Part.OfNumber(text, number(expression))
        : new BoundClause.Part.OfCondition(text, condition(expression));
  }
}
