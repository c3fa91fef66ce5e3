package org.trapnest.emulator;

import static org.trapnest.emulator.ProgramStyle.pick;

import java.util.List;
import java.util.Random;

/** Calls, returns, pushes and the instructions of shadow stacks. */
final class ShadowStyle implements ProgramStyle {
  private static final List<String> ENTRIES =
      List.of("syscall", "nmi", "db", "df", "cp", "irq", "bp", "ud", "pf", "gp", "int80");
  private static final String[] STACKS = {"main", "nmi", "db", "cp", "df"};
  private static final String[] REGISTERS = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp"};
  private static final String HEAD =
      """
      //@ model "Random bodies for every entry point, with shadow stacks."
      //@ has CET
      //@ stack thread words 96
      //@ stack entry words 96
      //@ stack nmi words 96 ist 1
      //@ stack df words 96 ist 2
      //@ stack cp words 96 ist 3
      //@ stack db words 96 ist 4
      //@ shadow-stack main words 48 main
      //@ shadow-stack nmi words 48 ist 1
      //@ shadow-stack df words 48 ist 2
      //@ shadow-stack cp words 48 ist 3
      //@ shadow-stack db words 48 ist 4
      //@ variable cell count 4
      //@ tss sp0 = entry_stack_top
      //@ nesting 8
      //@ assume latches = yes
      //@ entry syscall -> syscall fmask 0x47700
      //@ gate NMI -> nmi ist 1
      //@ gate DF -> df ist 2
      //@ gate CP -> cp ist 3
      //@ gate DB -> db ist 4
      //@ gate IRQ -> irq
      //@ gate BP -> bp dpl 3
      //@ gate PF -> pf
      //@ gate GP -> gp
      //@ gate UD -> ud trap
      //@ gate INT80 -> int80 dpl 3
      //@ user syscall, int80, BP, PF error-code 4, PF error-code 6, GP, UD
      //@ event NMI anywhere
      //@ event DB anywhere
      //@ event IRQ anywhere
      """;

  @Override
  public String head() {
    return HEAD;
  }

  @Override
  public List<String> entries() {
    return ENTRIES;
  }

  @Override
  public String instruction(Random random) {
    String a = "%" + pick(random, REGISTERS);
    String token = pick(random, STACKS) + "_shadow_token";
    int below = 8 * random.nextInt(6);
    String place = "mov $" + token + "-" + below + ", %rbx; ";
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> "call 1f; jmp 2f; 1: ret; 2: nop";
      case 3 ->
          "call 1f; jmp 3f; 1: call 2f; nop; ret; 2: push " + a + "; pop " + a + "; ret; 3: nop";
      case 4 -> "call 1f; 1: lea 8(%rsp), %rsp";
      case 5 -> "push " + a + "; pop %" + pick(random, REGISTERS);
      case 6 -> "rdsspq " + a;
      case 7 -> "call 1f; jmp 2f; 1: mov $1, %ecx; incsspq %rcx; lea 8(%rsp), %rsp; 2: nop";
      case 8 -> "mov $" + random.nextInt(4) + ", %ecx; incsspq %rcx";
      case 9 -> place + "mov %rbx, %rax; wrssq %rax, (%rbx)";
      case 10 ->
          place + "lea " + pick(random, "1", "9", "11", "13") + "(%rbx), %rax; wrssq %rax, (%rbx)";
      case 11 -> "setssbsy";
      case 12 -> "clrssbsy " + token + "(%rip)";
      case 13 -> place + "lea 9(%rbx), %rax; wrssq %rax, (%rbx); rstorssp (%rbx)";
      case 14 -> place + "lea 9(%rbx), %rax; wrssq %rax, (%rbx); rstorssp (%rbx); clc; saveprevssp";
      case 15 -> place + pick(random, "mov %rax, (%rbx)", "mov (%rbx), %rax");
      case 16 -> pick(random, "int3", "int $0x80", "ud2", "sti", "cli");
      case 17 -> "pushq $" + pick(random, "0x302", "0x202", "0x2") + "; popfq";
      case 18 -> "mov $" + pick(random, "0x6a4", "0x6a7", "0x6a8") + ", %ecx; rdmsr";
      default -> "clc; saveprevssp";
    };
  }

  @Override
  public List<String> beginning(String entry) {
    return switch (entry) {
      case "syscall" ->
          List.of(
              "mov %rsp, %r14",
              "mov $thread_stack_top, %rsp", "mov %rcx, %r15", "mov %r11, %r13", "setssbsy");
      case "pf", "gp", "cp", "df" -> List.of("add $8, %rsp");
      default -> List.of();
    };
  }

  @Override
  public List<String> end(String entry) {
    return switch (entry) {
      case "syscall" ->
          List.of(
              "clrssbsy main_shadow_token(%rip)",
              "mov %r15, %rcx", "mov %r13, %r11", "mov %r14, %rsp", "sysretq");
      default -> List.of("iretq");
    };
  }
}
