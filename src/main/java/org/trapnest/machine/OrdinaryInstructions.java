package org.trapnest.machine;

/**
 * Instructions that any privilege level may run: data movement, arithmetic, branches, strings.
 * Source: Intel SDM volume 2, the page of each instruction. Confined to one thread.
 */
final class OrdinaryInstructions {
  private final OperandAccess operands;
  private final ArithmeticInstructions arithmetic;
  private final BitInstructions bits;
  private final MoveInstructions moves;
  private final StackInstructions stack;
  private final BranchInstructions branches;
  private final StringInstructions strings;
  private final FlagInstructions flags;

  OrdinaryInstructions(MachineModel model, MemoryAccess memory) {
    Alu alu = new Alu();
    this.operands = new OperandAccess(model, memory);
    this.arithmetic = new ArithmeticInstructions(operands, alu);
    this.bits = new BitInstructions(operands, alu);
    this.moves = new MoveInstructions(model, operands, alu);
    this.stack = new StackInstructions(model, operands);
    this.branches = new BranchInstructions(operands, new ShadowStack(model, memory));
    this.strings = new StringInstructions(operands);
    this.flags = new FlagInstructions(operands);
  }

  /** How many alternatives an instruction has: 2 for a branch on a value the user chose, else 1. */
  int alternatives(MachineState state, Instruction instruction) {
    boolean both =
        switch (instruction.opcode()) {
          case JCC, SETCC, CMOVCC -> ArithmeticFlags.isUsers(state, instruction.condition());
          case JRCXZ -> Token.isUsers(state.read(Slot.RCX));
          default -> false;
        };
    return both ? 2 : 1;
  }

  /** Runs one alternative, from zero, of an instruction; on {@code DONE} RIP has been set. */
  StepResult execute(
      MachineState state, Instruction instruction, int alternative, Observation seen) {
    operands.begin(state, seen);
    return switch (instruction.opcode()) {
      case JMP -> branches.jump(instruction);
      case JRCXZ -> branches.jumpIfCountIsZero(instruction, alternative);
      case CALL -> branches.call(instruction);
      case RET -> branches.ret(instruction);
      case MOVS, STOS, LODS -> strings.execute(instruction);
      case JCC, SETCC, CMOVCC -> conditional(instruction, alternative);
      default -> advance(instruction, straight(instruction));
    };
  }

  private StepResult advance(Instruction instruction, StepResult result) {
    if (result == StepResult.DONE) {
      operands.state().write(Slot.RIP, instruction.nextAddress());
    }
    return result;
  }

  private StepResult conditional(Instruction instruction, int alternative) {
    MachineState state = operands.state();
    boolean met;
    if (!ArithmeticFlags.isDependent(state, instruction.condition())) {
      met = instruction.condition().met(state.read(Slot.RFLAGS));
    } else if (Token.isUsers(state.read(Slot.FLAGS_TOKEN))) {
      met = alternative == 1;
    } else {
      return operands.ended(
          state.read(Slot.FLAGS_TOKEN), "what the flags come from on which the step depends");
    }
    return switch (instruction.opcode()) {
      case JCC -> branches.jumpIf(instruction, met);
      case SETCC -> advance(instruction, moves.setByte(instruction, met));
      default -> advance(instruction, moves.conditionalMove(instruction, met));
    };
  }

  private StepResult straight(Instruction instruction) {
    return switch (instruction.opcode()) {
      case MOV -> moves.move(instruction);
      case MOVZX, MOVSX -> moves.extend(instruction);
      case LEA -> moves.loadAddress(instruction);
      case XCHG -> moves.exchange(instruction);
      case CMPXCHG -> moves.compareExchange(instruction);
      case XADD -> moves.exchangeAdd(instruction);
      case CBW -> moves.convert(instruction);
      case CWD -> moves.spreadSign(instruction);
      case RDPID -> moves.readProcessorId(instruction);
      case VERW -> moves.verifyWrite(instruction);
      case PUSH, POP, PUSHF, POPF, LEAVE -> stack.execute(instruction);
      case ADD, ADC, SUB, SBB, CMP, AND, OR, XOR, TEST -> arithmetic.binary(instruction);
      case NOT, NEG, INC, DEC -> arithmetic.unary(instruction);
      case SHL, SHR, SAR, ROL, ROR -> arithmetic.shift(instruction);
      case IMUL, MUL -> arithmetic.multiply(instruction);
      case BSWAP -> bits.swapBytes(instruction);
      case BT, BTS, BTR, BTC -> bits.test(instruction);
      case BSF, BSR -> bits.scan(instruction);
      case CLC, STC, CMC, CLD, STD, CLAC, STAC, LAHF, SAHF -> flags.execute(instruction.opcode());
      case NOP, PAUSE, FENCE, ENDBR -> StepResult.DONE;
      default ->
          throw new IllegalStateException("an ordinary instruction is not " + instruction.opcode());
    };
  }
}
