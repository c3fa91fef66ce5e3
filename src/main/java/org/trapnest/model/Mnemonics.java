package org.trapnest.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.machine.Opcode;
import org.trapnest.x86.Condition;

/** The AT&amp;T mnemonics of the subset and what they mean. */
final class Mnemonics {

  /**
   * The meaning of a mnemonic.
   *
   * @param opcode the operation
   * @param condition for Jcc, SETcc and CMOVcc; otherwise {@code O}
   * @param widthBytes the operand size that the mnemonic fixes, or 0 when the operands decide
   * @param sourceBytes for MOVZX and MOVSX, the size of the source, or 0 when the operands decide
   */
  record Meaning(Opcode opcode, Condition condition, int widthBytes, int sourceBytes) {
    static Meaning of(Opcode opcode, int widthBytes) {
      return new Meaning(opcode, Condition.O, widthBytes, 0);
    }
  }

  /** Mnemonics that take a size suffix, or none where a register tells the size. */
  private static final Map<String, Opcode> SIZED =
      Map.ofEntries(
          Map.entry("mov", Opcode.MOV),
          Map.entry("add", Opcode.ADD),
          Map.entry("adc", Opcode.ADC),
          Map.entry("sub", Opcode.SUB),
          Map.entry("sbb", Opcode.SBB),
          Map.entry("cmp", Opcode.CMP),
          Map.entry("and", Opcode.AND),
          Map.entry("or", Opcode.OR),
          Map.entry("xor", Opcode.XOR),
          Map.entry("test", Opcode.TEST),
          Map.entry("not", Opcode.NOT),
          Map.entry("neg", Opcode.NEG),
          Map.entry("inc", Opcode.INC),
          Map.entry("dec", Opcode.DEC),
          Map.entry("imul", Opcode.IMUL),
          Map.entry("mul", Opcode.MUL),
          Map.entry("shl", Opcode.SHL),
          Map.entry("sal", Opcode.SHL),
          Map.entry("shr", Opcode.SHR),
          Map.entry("sar", Opcode.SAR),
          Map.entry("rol", Opcode.ROL),
          Map.entry("ror", Opcode.ROR),
          Map.entry("bt", Opcode.BT),
          Map.entry("bts", Opcode.BTS),
          Map.entry("btr", Opcode.BTR),
          Map.entry("btc", Opcode.BTC),
          Map.entry("bsf", Opcode.BSF),
          Map.entry("bsr", Opcode.BSR),
          Map.entry("xchg", Opcode.XCHG),
          Map.entry("cmpxchg", Opcode.CMPXCHG),
          Map.entry("xadd", Opcode.XADD),
          Map.entry("lea", Opcode.LEA),
          Map.entry("bswap", Opcode.BSWAP),
          Map.entry("in", Opcode.IN),
          Map.entry("out", Opcode.OUT),
          Map.entry("lsl", Opcode.LSL),
          Map.entry("nop", Opcode.NOP),
          Map.entry("rdfsbase", Opcode.RDFSBASE),
          Map.entry("rdgsbase", Opcode.RDGSBASE),
          Map.entry("wrfsbase", Opcode.WRFSBASE),
          Map.entry("wrgsbase", Opcode.WRGSBASE),
          Map.entry("rdssp", Opcode.RDSSP),
          Map.entry("incssp", Opcode.INCSSP),
          Map.entry("wrss", Opcode.WRSS),
          Map.entry("wruss", Opcode.WRUSS),
          Map.entry("verw", Opcode.VERW),
          Map.entry("rdpid", Opcode.RDPID));

  /** Operations whose only mnemonic is their name. */
  private static final Opcode[] PLAIN = {
    Opcode.CLC,
    Opcode.STC,
    Opcode.CMC,
    Opcode.CLD,
    Opcode.STD,
    Opcode.CLI,
    Opcode.STI,
    Opcode.CLAC,
    Opcode.STAC,
    Opcode.LAHF,
    Opcode.SAHF,
    Opcode.PAUSE,
    Opcode.HLT,
    Opcode.UD2,
    Opcode.SWAPGS,
    Opcode.RDMSR,
    Opcode.WRMSR,
    Opcode.CPUID,
    Opcode.RDTSC,
    Opcode.WBINVD,
    Opcode.INVLPG,
    Opcode.SAVEPREVSSP,
    Opcode.RSTORSSP,
    Opcode.SETSSBSY,
    Opcode.CLRSSBSY,
    Opcode.ERETS,
    Opcode.ERETU
  };

  private static final Map<String, Meaning> EXACT = exact();
  private static final Set<String> STRINGS = Set.of("movs", "stos", "lods");

  private Mnemonics() {}

  /** The meaning of a mnemonic in lower case, knowing how many operands stand behind it. */
  static Optional<Meaning> find(String mnemonic, int operandCount) {
    Meaning exact = EXACT.get(mnemonic);
    if (exact != null) {
      return Optional.of(exact);
    }
    if (operandCount == 0 || isStringForm(mnemonic, operandCount)) {
      return string(mnemonic);
    }
    return conditional(mnemonic).or(() -> extension(mnemonic)).or(() -> sized(mnemonic));
  }

  /** Every mnemonic without its suffixes, for suggestions. */
  static Set<String> known() {
    Set<String> names = new java.util.HashSet<>(SIZED.keySet());
    names.addAll(EXACT.keySet());
    return names;
  }

  private static boolean isStringForm(String mnemonic, int operandCount) {
    return operandCount == 0 && STRINGS.contains(stem(mnemonic));
  }

  private static Optional<Meaning> string(String mnemonic) {
    int width = suffixBytes(mnemonic);
    if (width == 0) {
      return Optional.empty();
    }
    return switch (stem(mnemonic)) {
      case "movs" -> Optional.of(Meaning.of(Opcode.MOVS, width));
      case "stos" -> Optional.of(Meaning.of(Opcode.STOS, width));
      case "lods" -> Optional.of(Meaning.of(Opcode.LODS, width));
      default -> Optional.empty();
    };
  }

  private static Optional<Meaning> conditional(String mnemonic) {
    if (mnemonic.startsWith("set")) {
      return Condition.parse(mnemonic.substring(3)).map(c -> new Meaning(Opcode.SETCC, c, 1, 0));
    }
    if (mnemonic.startsWith("cmov")) {
      String rest = mnemonic.substring(4);
      return Condition.parse(rest)
          .map(c -> new Meaning(Opcode.CMOVCC, c, 0, 0))
          .or(
              () ->
                  Condition.parse(stem(rest))
                      .map(c -> new Meaning(Opcode.CMOVCC, c, suffixBytes(rest), 0)));
    }
    if (mnemonic.startsWith("j")) {
      return Condition.parse(mnemonic.substring(1)).map(c -> new Meaning(Opcode.JCC, c, 8, 0));
    }
    return Optional.empty();
  }

  /** {@code movzx movzbl movswq movslq …}: a source suffix and then a destination suffix. */
  private static Optional<Meaning> extension(String mnemonic) {
    boolean zero = mnemonic.startsWith("movz");
    if (!zero && !mnemonic.startsWith("movs")) {
      return Optional.empty();
    }
    Opcode opcode = zero ? Opcode.MOVZX : Opcode.MOVSX;
    String rest = mnemonic.substring(4);
    if (rest.equals("x") || rest.equals("xd")) {
      return Optional.of(new Meaning(opcode, Condition.O, 0, rest.equals("xd") ? 4 : 0));
    }
    if (rest.length() == 1 && "bwl".contains(rest)) {
      return Optional.of(new Meaning(opcode, Condition.O, 0, bytes(rest.charAt(0))));
    }
    if (rest.length() != 2) {
      return Optional.empty();
    }
    int source = bytes(rest.charAt(0));
    int destination = bytes(rest.charAt(1));
    boolean valid = source > 0 && destination > source && !(zero && source == 4);
    return valid
        ? Optional.of(new Meaning(opcode, Condition.O, destination, source))
        : Optional.empty();
  }

  private static Optional<Meaning> sized(String mnemonic) {
    Opcode plain = SIZED.get(mnemonic);
    if (plain != null) {
      return Optional.of(Meaning.of(plain, 0));
    }
    int width = suffixBytes(mnemonic);
    Opcode opcode = width == 0 ? null : SIZED.get(stem(mnemonic));
    return opcode == null ? Optional.empty() : Optional.of(Meaning.of(opcode, width));
  }

  private static String stem(String mnemonic) {
    return mnemonic.isEmpty() ? mnemonic : mnemonic.substring(0, mnemonic.length() - 1);
  }

  private static int suffixBytes(String mnemonic) {
    return mnemonic.isEmpty() ? 0 : bytes(mnemonic.charAt(mnemonic.length() - 1));
  }

  private static int bytes(char suffix) {
    return switch (suffix) {
      case 'b' -> 1;
      case 'w' -> 2;
      case 'l' -> 4;
      case 'q' -> 8;
      default -> 0;
    };
  }

  private static Map<String, Meaning> exact() {
    Map<String, Meaning> map = new HashMap<>();
    add(map, Opcode.PUSH, 8, "push", "pushq");
    add(map, Opcode.POP, 8, "pop", "popq");
    add(map, Opcode.PUSHF, 8, "pushf", "pushfq");
    add(map, Opcode.POPF, 8, "popf", "popfq");
    add(map, Opcode.MOV, 8, "movabs", "movabsq");
    add(map, Opcode.JMP, 8, "jmp", "jmpq");
    add(map, Opcode.CALL, 8, "call", "callq");
    add(map, Opcode.RET, 8, "ret", "retq");
    add(map, Opcode.LEAVE, 8, "leave", "leaveq");
    add(map, Opcode.JRCXZ, 8, "jrcxz");
    add(map, Opcode.CBW, 2, "cbw", "cbtw");
    add(map, Opcode.CBW, 4, "cwde", "cwtl");
    add(map, Opcode.CBW, 8, "cdqe", "cltq");
    add(map, Opcode.CWD, 2, "cwd", "cwtd");
    add(map, Opcode.CWD, 4, "cdq", "cltd");
    add(map, Opcode.CWD, 8, "cqo", "cqto");
    add(map, Opcode.IRET, 8, "iretq");
    add(map, Opcode.IRET, 4, "iret", "iretl");
    add(map, Opcode.SYSRET, 8, "sysretq");
    add(map, Opcode.SYSRET, 4, "sysret", "sysretl");
    add(map, Opcode.SYSEXIT, 4, "sysexit", "sysexitl");
    add(map, Opcode.SYSEXIT, 8, "sysexitq");
    add(map, Opcode.SYSCALL, 8, "syscall");
    add(map, Opcode.SYSENTER, 8, "sysenter");
    add(map, Opcode.INT, 8, "int");
    add(map, Opcode.INT3, 8, "int3");
    add(map, Opcode.INT1, 8, "int1", "icebp");
    add(map, Opcode.FENCE, 8, "lfence", "mfence", "sfence", "serialize");
    add(map, Opcode.ENDBR, 8, "endbr64");
    add(map, Opcode.NOP, 8, "nop");
    for (Opcode opcode : PLAIN) {
      add(map, opcode, 8, opcode.name().toLowerCase(java.util.Locale.ROOT));
    }
    return Map.copyOf(map);
  }

  private static void add(
      Map<String, Meaning> map, Opcode opcode, int widthBytes, String... names) {
    for (String name : names) {
      map.put(name, Meaning.of(opcode, widthBytes));
    }
  }
}
