package org.trapnest.model;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.asm.Statement.InstructionStatement;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Operand;
import org.trapnest.machine.Slot;

/** Finds the operand size of one instruction and checks that everything agrees with it. */
final class OperandSizes {
  private final InstructionStatement statement;
  private final Diagnostics diagnostics;

  OperandSizes(InstructionStatement statement, Diagnostics diagnostics) {
    this.statement = statement;
    this.diagnostics = diagnostics;
  }

  /** The operand size in bytes, or 0 when a problem was reported. */
  int width(Opcode opcode, Mnemonics.Meaning meaning, List<Operand> operands) {
    return switch (opcode) {
      case MOVZX, MOVSX -> extension(meaning, operands);
      case MOV_CR, MOV_DR -> whole(operands);
      case MOV_SEGMENT, PUSH_SEGMENT, POP_SEGMENT, VERW, INVLPG, RSTORSSP, CLRSSBSY -> 8;
      case JMP, CALL -> target(operands);
      case PUSH, POP -> stack(operands);
      case SETCC -> agreed(1, operands, 0);
      case RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE, RDSSP, INCSSP, RDPID ->
          agreed(meaning.widthBytes(), operands, 0);
      case SHL, SHR, SAR, ROL, ROR -> shift(meaning, operands);
      case LSL, LEA -> destination(meaning, operands);
      case IN, OUT -> port(meaning, operands);
      case NOP -> 8;
      default ->
          operands.isEmpty() || meaning.opcode() == Opcode.INT || isJump(opcode)
              ? Math.max(meaning.widthBytes(), 1)
              : agreed(meaning.widthBytes(), operands, 0);
    };
  }

  /** IN and OUT: a port, which is DX or an immediate of 8 bits, and AL, AX or EAX. */
  private int port(Mnemonics.Meaning meaning, List<Operand> operands) {
    boolean in = meaning.opcode() == Opcode.IN;
    int port = in || operands.size() == 1 ? 0 : 1;
    boolean isPort =
        operands.get(port) instanceof Operand.Gpr dx
            ? dx.slot() == Slot.RDX && dx.widthBytes() == 2
            : operands.get(port) instanceof Operand.Immediate number
                && number.value() >= 0
                && number.value() <= 0xff;
    if (!isPort) {
      diagnostics.report(
          ModelProblem.OPERAND_KIND,
          place(port),
          statement.mnemonic(),
          "anything but %dx or 8 bits as its port");
      return 0;
    }
    return operands.size() == 1
        ? accumulator(meaning, port)
        : accumulator(meaning, 1 - port, operands.get(1 - port));
  }

  private int accumulator(Mnemonics.Meaning meaning, int at, Operand operand) {
    boolean accumulator =
        operand instanceof Operand.Gpr register
            && register.slot() == Slot.RAX
            && register.widthBytes() <= 4
            && !register.highByte();
    if (!accumulator) {
      diagnostics.report(
          ModelProblem.OPERAND_KIND,
          place(at),
          statement.mnemonic(),
          "anything but %al, %ax or %eax beside its port");
      return 0;
    }
    return agreed(meaning.widthBytes(), List.of(operand), 0);
  }

  private int accumulator(Mnemonics.Meaning meaning, int at) {
    if (meaning.widthBytes() == 0 || meaning.widthBytes() == 8) {
      diagnostics.report(
          ModelProblem.OPERAND_SIZE,
          place(at),
          "'" + statement.mnemonic() + "' needs %al, %ax or %eax, or a suffix");
      return 0;
    }
    return meaning.widthBytes();
  }

  private static boolean isJump(Opcode opcode) {
    return opcode == Opcode.JCC || opcode == Opcode.JRCXZ || opcode == Opcode.RET;
  }

  /** The operands, with the source of a memory-sourced MOVZX marked by its size. */
  List<Operand> withSource(Mnemonics.Meaning meaning, List<Operand> operands) {
    boolean shiftByOne =
        operands.size() == 1
            && switch (meaning.opcode()) {
              case SHL, SHR, SAR, ROL, ROR -> true;
              default -> false;
            };
    if (shiftByOne) {
      return List.of(new Operand.Immediate(1), operands.get(0));
    }
    boolean extends_ = meaning.opcode() == Opcode.MOVZX || meaning.opcode() == Opcode.MOVSX;
    if (extends_ && !(operands.get(0) instanceof Operand.Gpr)) {
      List<Operand> marked = new ArrayList<>(operands);
      marked.add(new Operand.Immediate(meaning.sourceBytes()));
      return marked;
    }
    return operands;
  }

  /** The size that the suffix and all registers from a position on agree on. */
  private int agreed(int suffixBytes, List<Operand> operands, int from) {
    int width = suffixBytes;
    for (int i = from; i < operands.size(); i++) {
      if (operands.get(i) instanceof Operand.Gpr register) {
        if (width != 0 && width != register.widthBytes()) {
          return mismatch(i, register.widthBytes(), width);
        }
        width = register.widthBytes();
      }
      if (operands.get(i) instanceof Operand.Special) {
        diagnostics.report(
            ModelProblem.OPERAND_KIND, place(i), statement.mnemonic(), "a special register");
        return 0;
      }
    }
    if (width == 0) {
      diagnostics.report(
          ModelProblem.OPERAND_SIZE,
          statement.span(),
          "'" + statement.mnemonic() + "' needs a size suffix, since no register tells the size");
      return 0;
    }
    return immediatesFit(operands, width) && destinationIsWritable(operands) ? width : 0;
  }

  private boolean destinationIsWritable(List<Operand> operands) {
    int last = operands.size() - 1;
    boolean readOnly = statement.mnemonic().startsWith("cmp") && !isExchange();
    if (operands.get(last) instanceof Operand.Immediate
        && !readOnly
        && !statement.mnemonic().startsWith("push")) {
      diagnostics.report(
          ModelProblem.OPERAND_KIND,
          place(last),
          statement.mnemonic(),
          "an immediate as its destination");
      return false;
    }
    long memories = operands.stream().filter(Operand.Memory.class::isInstance).count();
    if (memories > 1) {
      diagnostics.report(
          ModelProblem.OPERAND_KIND, place(last), statement.mnemonic(), "two memory operands");
      return false;
    }
    return true;
  }

  private boolean isExchange() {
    return statement.mnemonic().startsWith("cmpxchg");
  }

  private boolean immediatesFit(List<Operand> operands, int width) {
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i) instanceof Operand.Immediate immediate && !fits(immediate, width)) {
        diagnostics.report(
            ModelProblem.IMMEDIATE_RANGE,
            place(i),
            "0x" + Long.toHexString(immediate.value()),
            width == 8 ? "a sign-extended 32-bit operand" : 8 * width + " bits");
        return false;
      }
    }
    return true;
  }

  private boolean fits(Operand.Immediate immediate, int width) {
    long value = immediate.value();
    boolean anyImmediate = statement.mnemonic().startsWith("mov") && width == 8;
    return switch (width) {
      case 1 -> value >= -128 && value <= 255;
      case 2 -> value >= -32768 && value <= 65535;
      case 4 -> value >= Integer.MIN_VALUE && value <= 0xffff_ffffL;
      default -> anyImmediate || value == (int) value;
    };
  }

  private int mismatch(int operand, int found, int expected) {
    diagnostics.report(
        ModelProblem.OPERAND_SIZE,
        place(operand),
        "a %d-bit register where the instruction's size is %d bits"
            .formatted(8 * found, 8 * expected));
    return 0;
  }

  private SourceSpan place(int operand) {
    return statement.operands().get(operand).span();
  }

  private int extension(Mnemonics.Meaning meaning, List<Operand> operands) {
    int width = destination(meaning, operands);
    if (width == 0) {
      return 0;
    }
    if (operands.get(0) instanceof Operand.Gpr source) {
      int expected = meaning.sourceBytes();
      if (expected != 0 && expected != source.widthBytes()) {
        return mismatch(0, source.widthBytes(), expected);
      }
      return source.widthBytes() < width ? width : mismatch(0, source.widthBytes(), width / 2);
    }
    if (meaning.sourceBytes() == 0) {
      diagnostics.report(
          ModelProblem.OPERAND_SIZE, place(0), "the size of the source must be in the mnemonic");
      return 0;
    }
    return width;
  }

  private int destination(Mnemonics.Meaning meaning, List<Operand> operands) {
    if (operands.get(1) instanceof Operand.Gpr register) {
      boolean agrees = meaning.widthBytes() == 0 || meaning.widthBytes() == register.widthBytes();
      return agrees
          ? register.widthBytes()
          : mismatch(1, register.widthBytes(), meaning.widthBytes());
    }
    diagnostics.report(
        ModelProblem.OPERAND_KIND,
        place(1),
        statement.mnemonic(),
        "anything but a register as its destination");
    return 0;
  }

  private int whole(List<Operand> operands) {
    for (int i = 0; i < operands.size(); i++) {
      boolean wrong =
          operands.get(i) instanceof Operand.Gpr register
              ? register.widthBytes() != 8
              : !(operands.get(i) instanceof Operand.Special);
      if (wrong) {
        diagnostics.report(
            ModelProblem.OPERAND_KIND,
            place(i),
            statement.mnemonic(),
            "anything but a 64-bit register");
        return 0;
      }
    }
    return 8;
  }

  private int target(List<Operand> operands) {
    if (operands.get(0) instanceof Operand.Gpr register && register.widthBytes() != 8) {
      return mismatch(0, register.widthBytes(), 8);
    }
    return 8;
  }

  private int stack(List<Operand> operands) {
    Operand operand = operands.get(0);
    if (operand instanceof Operand.Gpr register && register.widthBytes() != 8) {
      return mismatch(0, register.widthBytes(), 8);
    }
    if (operand instanceof Operand.Immediate immediate
        && immediate.value() != (int) immediate.value()) {
      diagnostics.report(
          ModelProblem.IMMEDIATE_RANGE,
          place(0),
          "0x" + Long.toHexString(immediate.value()),
          "a sign-extended 32-bit operand");
      return 0;
    }
    if (operand instanceof Operand.Immediate && statement.mnemonic().startsWith("pop")) {
      diagnostics.report(ModelProblem.OPERAND_KIND, place(0), statement.mnemonic(), "an immediate");
      return 0;
    }
    return 8;
  }

  private int shift(Mnemonics.Meaning meaning, List<Operand> operands) {
    if (operands.size() == 2 && operands.get(0) instanceof Operand.Gpr count) {
      if (count.slot() != 1 || count.widthBytes() != 1) {
        diagnostics.report(
            ModelProblem.OPERAND_KIND,
            place(0),
            statement.mnemonic(),
            "a count in anything but %cl or an immediate");
        return 0;
      }
    }
    return agreed(meaning.widthBytes(), operands, operands.size() - 1);
  }
}
