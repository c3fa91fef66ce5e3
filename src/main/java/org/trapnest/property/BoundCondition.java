package org.trapnest.property;

import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Slot;

/**
 * A condition over the state behind a transition and its observation, with every name resolved.
 * Each kind says what it is twice: interpreted by {@link #holds}, and as code by {@link #emit}.
 *
 * <p>Code for a condition is a jump, so that {@code and} and {@code or} stop at the first operand
 * that decides; the stack is empty at each jump's target, which keeps the stack maps trivial.
 */
sealed interface BoundCondition {

  boolean holds(MachineState state, Observation seen);

  /** Adds code that jumps to the target when the condition's value is {@code when}. */
  void emit(CodeWriter code, boolean when, CodeWriter.Target target);

  /** The condition that is true where this one is false. */
  default BoundCondition negated() {
    return new Not(this);
  }

  /** Both; a constant where one operand decides. */
  static BoundCondition both(BoundCondition left, BoundCondition right) {
    if (left instanceof Constant constant) {
      return constant.value ? right : left;
    }
    return right instanceof Constant constant && constant.value ? left : new And(left, right);
  }

  record Constant(boolean value) implements BoundCondition {
    static final Constant TRUE = new Constant(true);
    static final Constant FALSE = new Constant(false);

    @Override
    public boolean holds(MachineState state, Observation seen) {
      return value;
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      if (value == when) {
        code.jump(target);
      }
    }

    @Override
    public BoundCondition negated() {
      return value ? FALSE : TRUE;
    }
  }

  record Not(BoundCondition operand) implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      return !operand.holds(state, seen);
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      operand.emit(code, !when, target);
    }

    @Override
    public BoundCondition negated() {
      return operand;
    }
  }

  record And(BoundCondition left, BoundCondition right) implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      return left.holds(state, seen) && right.holds(state, seen);
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      if (when) {
        CodeWriter.Target past = new CodeWriter.Target();
        left.emit(code, false, past);
        right.emit(code, true, target);
        code.place(past);
      } else {
        left.emit(code, false, target);
        right.emit(code, false, target);
      }
    }
  }

  record Or(BoundCondition left, BoundCondition right) implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      return left.holds(state, seen) || right.holds(state, seen);
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      new And(left.negated(), right.negated()).emit(code, !when, target);
    }
  }

  /** Both conditions have the same value. */
  record Same(BoundCondition left, BoundCondition right) implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      return left.holds(state, seen) == right.holds(state, seen);
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      if (!code.reachable()) {
        return; // the right side is written twice: nested dead code would take exponential time
      }
      CodeWriter.Target leftFalse = new CodeWriter.Target();
      CodeWriter.Target past = new CodeWriter.Target();
      left.emit(code, false, leftFalse);
      right.emit(code, when, target);
      code.jump(past);
      code.place(leftFalse);
      right.emit(code, !when, target);
      code.place(past);
    }
  }

  record Compared(Operator operator, BoundNumber left, BoundNumber right)
      implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      long a = left.value(state, seen);
      long b = right.value(state, seen);
      return switch (operator) {
        case EQUAL -> a == b;
        case UNEQUAL -> a != b;
        case BELOW -> Long.compareUnsigned(a, b) < 0;
        case BELOW_OR_EQUAL -> Long.compareUnsigned(a, b) <= 0;
        case ABOVE -> Long.compareUnsigned(a, b) > 0;
        case ABOVE_OR_EQUAL -> Long.compareUnsigned(a, b) >= 0;
        case LESS -> a < b;
        case LESS_OR_EQUAL -> a <= b;
        case GREATER -> a > b;
        case GREATER_OR_EQUAL -> a >= b;
        default -> throw new IllegalStateException(operator + " compares no numbers");
      };
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      left.emit(code);
      right.emit(code);
      code.compare(operator, when, target);
    }
  }

  /** RIP is at an instruction of the table. */
  record InCode(CodeTable table) implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      return table.contains(state.read(Slot.RIP));
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      code.loadTable(table);
      code.readSlot(Slot.RIP);
      code.callContains();
      code.jumpIfInt(when, target);
    }
  }

  /**
   * The event of an observation is in a mask with a bit for each ordinal. No event is -1, which as
   * a shift count selects bit 63, and no event has that number.
   */
  record EventSeen(boolean resumed, long events) implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      int event = resumed ? seen.resumedEvent() : seen.deliveredEvent();
      return (events >>> event & 1) != 0;
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      code.constant(events);
      code.observe(resumed ? "resumedEvent" : "deliveredEvent", "()I");
      code.shiftByInt();
      code.constant(1);
      code.operate(Operator.BIT_AND);
      code.constant(0);
      code.compare(Operator.UNEQUAL, when, target);
    }
  }

  /** A yes or no of the observation. */
  record Noted(boolean returned) implements BoundCondition {
    @Override
    public boolean holds(MachineState state, Observation seen) {
      return returned ? seen.returnedToUser() : seen.deliveredFromUser();
    }

    @Override
    public void emit(CodeWriter code, boolean when, CodeWriter.Target target) {
      code.observe(returned ? "returnedToUser" : "deliveredFromUser", "()Z");
      code.jumpIfInt(when, target);
    }
  }
}
