package org.trapnest.model;

import org.trapnest.machine.Opcode;

/**
 * How many operands an operation takes.
 *
 * @param least the least number
 * @param most the greatest number
 */
record OperandRule(int least, int most) {

  static OperandRule of(Opcode opcode) {
    return switch (opcode) {
      case MOV,
          MOVZX,
          MOVSX,
          LEA,
          ADD,
          ADC,
          SUB,
          SBB,
          CMP,
          AND,
          OR,
          XOR,
          TEST,
          XCHG,
          CMPXCHG,
          XADD,
          BT,
          BTS,
          BTR,
          BTC,
          BSF,
          BSR,
          CMOVCC,
          LSL,
          WRSS,
          WRUSS,
          MOV_CR,
          MOV_DR,
          MOV_SEGMENT ->
          new OperandRule(2, 2);
      case NOT,
          NEG,
          INC,
          DEC,
          MUL,
          BSWAP,
          SETCC,
          JMP,
          JCC,
          JRCXZ,
          CALL,
          PUSH,
          POP,
          INT,
          RDFSBASE,
          RDGSBASE,
          WRFSBASE,
          WRGSBASE,
          VERW,
          INVLPG,
          RSTORSSP,
          CLRSSBSY,
          INCSSP,
          RDSSP,
          RDPID,
          POP_SEGMENT,
          PUSH_SEGMENT ->
          new OperandRule(1, 1);
      case IMUL -> new OperandRule(1, 3);
      case SHL, SHR, SAR, ROL, ROR, IN, OUT -> new OperandRule(1, 2);
      case RET, NOP -> new OperandRule(0, 1);
      case PUSHF,
          POPF,
          LEAVE,
          CBW,
          CWD,
          MOVS,
          STOS,
          LODS,
          CLC,
          STC,
          CMC,
          CLD,
          STD,
          CLI,
          STI,
          CLAC,
          STAC,
          LAHF,
          SAHF,
          PAUSE,
          FENCE,
          HLT,
          UD2,
          ENDBR,
          SWAPGS,
          RDMSR,
          WRMSR,
          CPUID,
          RDTSC,
          WBINVD,
          IRET,
          SYSRET,
          SYSEXIT,
          SYSCALL,
          SYSENTER,
          INT3,
          INT1,
          SAVEPREVSSP,
          SETSSBSY,
          ERETS,
          ERETU,
          END,
          C_ENTER,
          C_STI,
          C_BODY,
          C_CLI,
          C_WRITE,
          C_STOP ->
          new OperandRule(0, 0);
    };
  }

  boolean allows(int count) {
    return least <= count && count <= most;
  }

  /** In words, for diagnostics. */
  String inWords() {
    String number = least == most ? String.valueOf(least) : least + " to " + most;
    return number + (most == 1 && least == 1 ? " operand" : " operands");
  }
}
