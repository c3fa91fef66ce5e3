package org.trapnest.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Programs of the instruction subset: one body for each entry point, in a fixed surrounding. */
final class RandomProgram {
  private static final List<String> BODIES =
      List.of("syscall", "nmi", "mc", "db", "irq", "bp", "ud", "pf", "gp", "int80");
  private static final String[] REGISTERS = {"ax", "bx", "cx", "dx", "si", "di", "bp"};
  private static final String[] CONDITIONS = {"o", "b", "e", "be", "s", "p", "l", "le", "ne", "g"};
  private static final int MOST = 9;
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

  private final List<List<String>> bodies;

  private RandomProgram(List<List<String>> bodies) {
    this.bodies = bodies;
  }

  static RandomProgram of(Random random) {
    List<List<String>> bodies = new ArrayList<>();
    for (int i = 0; i < BODIES.size(); i++) {
      List<String> body = new ArrayList<>();
      int count = 1 + random.nextInt(MOST);
      for (int j = 0; j < count; j++) {
        body.add(instruction(random));
      }
      bodies.add(body);
    }
    return new RandomProgram(bodies);
  }

  private static String register(Random random, String prefix) {
    return "%" + prefix + REGISTERS[random.nextInt(REGISTERS.length)];
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A register or a word of memory, in 64 or 32 bits. */
  private static String instruction(Random random) {
    boolean wide = random.nextBoolean();
    String a = register(random, wide ? "r" : "e");
    String b = register(random, wide ? "r" : "e");
    String memory = "cell+" + 8 * random.nextInt(4) + "(%rip)";
    String suffix = wide ? "q " : "l ";
    String condition = CONDITIONS[random.nextInt(CONDITIONS.length)];
    return switch (random.nextInt(20)) {
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
      default -> "pushq $0x202; popfq; call 1f; jmp 2f; 1: ret; 2: nop";
    };
  }

  /** The model's text. */
  String text() {
    StringBuilder text = new StringBuilder(HEAD);
    for (int i = 0; i < bodies.size(); i++) {
      String name = BODIES.get(i);
      text.append(name).append(":\n");
      if (name.equals("syscall")) {
        text.append("\tmov %rsp, %r14\n\tmov $thread_stack_top, %rsp\n\tmov %rcx, %r15\n");
        text.append("\tmov %r11, %r13\n");
      } else if (name.equals("pf") || name.equals("gp")) {
        text.append("\tadd $8, %rsp\n");
      }
      bodies.get(i).forEach(line -> text.append('\t').append(line).append('\n'));
      end(text, name);
    }
    return text.toString();
  }

  private static void end(StringBuilder text, String name) {
    switch (name) {
      case "syscall" ->
          text.append("\tmov %r15, %rcx\n\tmov %r13, %r11\n\tmov %r14, %rsp\n\tsysretq\n");
      case "mc" -> {
        text.append("\tmov $0x17a, %ecx\n\txor %eax, %eax\n\txor %edx, %edx\n\twrmsr\n");
        text.append("\tiretq\n");
      }
      default -> text.append("\tiretq\n");
    }
  }

  /** The programs that have one line less. */
  List<RandomProgram> smaller() {
    List<RandomProgram> smaller = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      for (int j = 0; j < bodies.get(i).size(); j++) {
        List<List<String>> copy = new ArrayList<>(bodies);
        List<String> body = new ArrayList<>(bodies.get(i));
        body.remove(j);
        copy.set(i, body);
        smaller.add(new RandomProgram(copy));
      }
    }
    return smaller;
  }
}
