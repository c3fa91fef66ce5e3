package org.trapnest.emulator;

import static org.trapnest.emulator.ProgramStyle.pick;

import java.util.List;
import java.util.Random;

/** Instructions of the ordinary subset, without shadow stacks. */
final class OrdinaryStyle implements ProgramStyle {
  private static final List<String> BODIES =
      List.of("syscall", "nmi", "mc", "db", "irq", "bp", "ud", "pf", "gp", "int80");
  private static final String[] REGISTERS = {"ax", "bx", "cx", "dx", "si", "di", "bp"};
  private static final String[] CONDITIONS = {"o", "b", "e", "be", "s", "p", "l", "le", "ne", "g"};
  private static final String LOAD = "mov (%rbx), %rax";
  private static final String STORE = "movl $5, (%rbx)";
  private static final String HEAD =
      """
      //@ model "Random bodies for every entry point."
      //@ stack thread words 96
      //@ stack entry words 96 user-mapped
      //@ stack nmi words 96 ist 1 user-mapped
      //@ stack mc words 96 ist 3 user-mapped
      //@ stack db words 96 ist 4 user-mapped
      //@ variable cell count 4 user-mapped
      //@ tss sp0 = entry_stack_top
      //@ nesting 8
      //@ assume latches = yes
      //@ entry syscall -> syscall fmask 0x47700
      //@ gate NMI -> nmi ist 1
      //@ gate MC -> mc ist 3
      //@ gate DB -> db ist 4
      //@ gate IRQ -> irq
      //@ gate BP -> bp dpl 3
      //@ gate PF -> pf
      //@ gate GP -> gp
      //@ gate UD -> ud trap
      //@ gate INT80 -> int80 dpl 3
      //@ user syscall, int80, BP, PF error-code 4, PF error-code 6, GP, UD
      //@ event NMI anywhere
      //@ event MC anywhere
      //@ event DB anywhere
      //@ event IRQ anywhere
      """;

  @Override
  public String head() {
    return HEAD;
  }

  @Override
  public List<String> entries() {
    return BODIES;
  }

  private static String register(Random random, String prefix) {
    return "%" + prefix + pick(random, REGISTERS);
  }

  /** A register or a word of memory, in 64 or 32 bits. */
  @Override
  public String instruction(Random random) {
    boolean wide = random.nextBoolean();
    String a = register(random, wide ? "r" : "e");
    String b = register(random, wide ? "r" : "e");
    String memory = "cell+" + 8 * random.nextInt(4) + "(%rip)";
    String suffix = wide ? "q " : "l ";
    String condition = pick(random, CONDITIONS);
    return switch (random.nextInt(26)) {
      case 0, 1, 2 ->
          pick(random, "add", "adc", "sub", "sbb", "cmp", "and", "or", "xor", "test")
              + suffix
              + pick(random, a, memory, "$" + (random.nextInt(256) - 128))
              + ", "
              + b;
      case 3 -> pick(random, "add", "sub", "xor", "or") + suffix + a + ", " + memory;
      case 4 -> pick(random, "inc", "dec", "neg", "not") + suffix + pick(random, a, memory);
      case 5 -> pick(random, "shl", "shr", "sar", "rol", "ror") + suffix + "$1, " + a;
      case 6 -> pick(random, "shl", "shr", "sar", "rol", "ror") + suffix + "%cl, " + a;
      case 7 -> pick(random, "bt", "bts", "btr", "btc") + suffix + a + ", " + b;
      case 8 -> pick(random, "mov", "xchg") + suffix + a + ", " + memory;
      case 9 -> pick(random, "mov", "cmov" + condition) + suffix + memory + ", " + a;
      case 10 -> "lea" + suffix + "5(%rbx,%rcx,4), " + a;
      case 11 -> "imul" + suffix + a + ", " + b;
      case 12 -> "cmpxchg" + suffix + a + ", " + memory;
      case 13 -> "pushq " + register(random, "r") + "; popq " + register(random, "r");
      case 14 -> "pushfq; popq " + register(random, "r");
      case 15 -> "set" + condition + " %al";
      case 16 -> pick(random, "cld", "std", "clc", "stc", "cmc", "lahf", "bswap %rdx");
      case 17 -> pick(random, "sti", "cli", "swapgs; swapgs", "int3", "int $0x80");
      case 18 -> "j" + condition + " 1f; " + pick(random, "nop", "cmc", "inc %rax") + "; 1: nop";
      case 19 -> "pushq $0x302; popfq";
      case 20 -> "mov $0xffffffffc0000000, %rbx; " + pick(random, LOAD, STORE);
      case 21 -> "mov $0x1000000000000, %rbx; " + pick(random, LOAD, STORE);
      case 22 -> "lea -4(%rsp), %rsp; nop; lea 4(%rsp), %rsp";
      case 23 -> "mov $0x18, %ecx; mov %ecx, %ss" + pick(random, "", "; sti", "; mov %ecx, %ss");
      case 24 -> "mov $" + pick(random, "0x2b", "0x33", "0x40") + ", %ecx; mov %ecx, %ds";
      default -> "pushq $0x202; popfq; call 1f; jmp 2f; 1: ret; 2: nop";
    };
  }

  @Override
  public List<String> beginning(String name) {
    return switch (name) {
      case "syscall" ->
          List.of(
              "mov %rsp, %r14", "mov $thread_stack_top, %rsp", "mov %rcx, %r15", "mov %r11, %r13");
      case "pf", "gp" -> List.of("add $8, %rsp");
      default -> List.of();
    };
  }

  @Override
  public List<String> end(String name) {
    return switch (name) {
      case "syscall" -> List.of("mov %r15, %rcx", "mov %r13, %r11", "mov %r14, %rsp", "sysretq");
      case "mc" ->
          List.of("mov $0x17a, %ecx", "xor %eax, %eax", "xor %edx, %edx", "wrmsr", "iretq");
      case "pf", "gp" -> List.of("lea cell(%rip), %rbx", "mov $0x2b, %ecx", "iretq");
      default -> List.of("iretq");
    };
  }
}
