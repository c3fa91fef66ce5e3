package org.trapnest.property;

import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;

/**
 * A number over the state behind a transition and its observation, with every name resolved. Each
 * kind says what it is twice: interpreted by {@link #value}, and as code by {@link #emit}.
 */
sealed interface BoundNumber {

  long value(MachineState state, Observation seen);

  /** Adds code that leaves the value on the stack. */
  void emit(CodeWriter code);

  record Constant(long value) implements BoundNumber {
    @Override
    public long value(MachineState state, Observation seen) {
      return value;
    }

    @Override
    public void emit(CodeWriter code) {
      code.constant(value);
    }
  }

  /** A slot's bits from {@code shift} on under a mask. */
  record Bits(int slot, int shift, long mask) implements BoundNumber {
    @Override
    public long value(MachineState state, Observation seen) {
      return state.read(slot) >>> shift & mask;
    }

    @Override
    public void emit(CodeWriter code) {
      code.readSlot(slot);
      if (shift != 0) {
        code.shift(Operator.SHIFT_RIGHT, shift);
      }
      if (mask != -1L) {
        code.constant(mask);
        code.operate(Operator.BIT_AND);
      }
    }
  }

  record Computed(Operator operator, BoundNumber left, BoundNumber right) implements BoundNumber {
    @Override
    public long value(MachineState state, Observation seen) {
      long a = left.value(state, seen);
      long b = right.value(state, seen);
      return switch (operator) {
        case PLUS -> a + b;
        case MINUS -> a - b;
        case BIT_AND -> a & b;
        case BIT_OR -> a | b;
        case BIT_XOR -> a ^ b;
        case SHIFT_LEFT -> a << b;
        case SHIFT_RIGHT -> a >>> b;
        case SHIFT_RIGHT_SIGNED -> a >> b;
        default -> throw new IllegalStateException(operator + " gives no number");
      };
    }

    @Override
    public void emit(CodeWriter code) {
      left.emit(code);
      right.emit(code);
      code.operate(operator);
    }
  }

  /** The number of live contexts with an event and an interrupted CPL in the masks. */
  record Count(int contextBase, long events, int levels) implements BoundNumber {
    @Override
    public long value(MachineState state, Observation seen) {
      return LiveContexts.count(state, contextBase, events, levels);
    }

    @Override
    public void emit(CodeWriter code) {
      code.loadState();
      code.intConstant(contextBase);
      code.constant(events);
      code.intConstant(levels);
      code.callContexts("count", "(Lorg/trapnest/machine/MachineState;IJI)J", 5);
    }
  }

  /** How many of RIP and the interrupted RIPs are in the table. */
  record Running(int contextBase, CodeTable table) implements BoundNumber {
    @Override
    public long value(MachineState state, Observation seen) {
      return LiveContexts.running(state, contextBase, table);
    }

    @Override
    public void emit(CodeWriter code) {
      code.loadState();
      code.intConstant(contextBase);
      code.loadTable(table);
      code.callContexts(
          "running", "(Lorg/trapnest/machine/MachineState;ILorg/trapnest/property/CodeTable;)J", 3);
    }
  }

  /** What the newest or oldest live context has in a field; {@code absent} when none is live. */
  record OfContext(int oldestSlot, boolean newest, long absent) implements BoundNumber {
    @Override
    public long value(MachineState state, Observation seen) {
      return LiveContexts.field(state, oldestSlot, newest, absent);
    }

    @Override
    public void emit(CodeWriter code) {
      code.loadState();
      code.intConstant(oldestSlot);
      code.intConstant(newest ? 1 : 0);
      code.constant(absent);
      code.callContexts("field", "(Lorg/trapnest/machine/MachineState;IZJ)J", 5);
    }
  }

  /** A number that the observation holds. */
  record Observed(Source source) implements BoundNumber {

    /** The methods of {@link Observation} that give numbers. */
    enum Source {
      FRAME("frameAddress"),
      FINDINGS("findings"),
      DIFFERENCES("resumeDifferences");

      private final String method;

      Source(String method) {
        this.method = method;
      }
    }

    @Override
    public long value(MachineState state, Observation seen) {
      return switch (source) {
        case FRAME -> seen.frameAddress();
        case FINDINGS -> seen.findings();
        case DIFFERENCES -> seen.resumeDifferences();
      };
    }

    @Override
    public void emit(CodeWriter code) {
      code.observe(source.method, "()J");
    }
  }
}
