package org.trapnest.property;

import java.util.List;
import java.util.SplittableRandom;

/** Writes random clauses that the fixture's model can be bound to. */
final class RandomProperty {
  private static final List<String> CONDITIONS =
      List.of(
          "true",
          "false",
          "user",
          "kernel",
          "halted",
          "in_c",
          "cr3.user",
          "gs.kernel",
          "gs.user",
          "kernel_gs.kernel",
          "nmi_blocked",
          "db_pending",
          "rflags.if",
          "spec_ctrl.ibrs",
          "in_c(exc_nmi)",
          "at(entry, repeat_nmi)",
          "newest is NMI",
          "oldest is SYSCALL",
          "(rip in [repeat_nmi, end_repeat_nmi))",
          "(rsp in stack(nmi))",
          "(newest.rip in [entry, repeat_nmi))",
          "dead([stack nmi -8])",
          "opaque(rax)");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "3",
          "0xffffffff81000000",
          "rax",
          "rip",
          "rsp",
          "cr3",
          "cs.rpl",
          "cpl",
          "live",
          "live(NMI, MC, PF)",
          "live(DB, BP from kernel)",
          "live(SYSCALL from user)",
          "running(exc_nmi)",
          "newest.rsp",
          "oldest.cs",
          "newest.frame",
          "[rcu_watching]",
          "[table + 8]",
          "[stack nmi -56]",
          "[stack nmi \"NMI executing\"]",
          "symbol(LIMIT)",
          "msr(0x123)",
          "rflags.iopl");
  private static final List<String> COMPARISONS =
      List.of("==", "!=", "<", "<=", ">", ">=", "s<", "s<=", "s>", "s>=");
  private static final List<String> ARITHMETIC =
      List.of("+", "-", "&", "|", "^", "<<", ">>", "s>>");
  private static final List<String> JOINTS = List.of("and", "or", "implies", "==", "!=");
  private static final List<String> STARTS =
      List.of(
          "always ",
          "always ",
          "never ",
          "on delivery: ",
          "on delivery of NMI, MC, DE, PF: ",
          "on resume: ",
          "on resume of BP, GP, SS, IRQ, NMI: ",
          "on return to user: ",
          "on finding ret-executed, shutdown: ",
          "on finding double-fault: ");

  private final SplittableRandom random;

  RandomProperty(SplittableRandom random) {
    this.random = random;
  }

  /** One clause, or two. */
  String clause() {
    if (random.nextInt(10) == 0) {
      return "sometimes " + condition(3);
    }
    return random.nextInt(4) == 0 ? one() + " " + one() : one();
  }

  private String one() {
    if (random.nextInt(12) == 0) {
      return "never finding token-used, frame-overwritten";
    }
    String start = pick(STARTS);
    if (start.endsWith(": ") && random.nextInt(3) == 0) {
      start = start.replace(": ", " when " + condition(2) + ": ");
    }
    String claim = condition(4);
    if (start.startsWith("on delivery") && random.nextBoolean()) {
      claim = "(from_user or frame > rsp) " + pick(JOINTS) + " " + claim;
    }
    if (start.startsWith("on re") && random.nextBoolean()) {
      claim = "differs(rsp, cr3, r12) " + pick(JOINTS) + " " + claim;
    }
    return random.nextInt(3) == 0 ? start + condition(1) + " implies " + claim : start + claim;
  }

  private String condition(int depth) {
    if (depth == 0) {
      return pick(CONDITIONS);
    }
    return switch (random.nextInt(6)) {
      case 0 -> "(not " + condition(depth - 1) + ")";
      case 1, 2 ->
          "(" + condition(depth - 1) + " " + pick(JOINTS) + " " + condition(depth - 1) + ")";
      case 3, 4 ->
          "(" + number(depth - 1) + " " + pick(COMPARISONS) + " " + number(depth - 1) + ")";
      default -> pick(CONDITIONS);
    };
  }

  private String number(int depth) {
    if (depth <= 0) {
      return pick(NUMBERS);
    }
    return switch (random.nextInt(5)) {
      case 0 -> "(-" + number(depth - 1) + ")";
      case 1 -> "(~" + number(depth - 1) + ")";
      case 2 -> "(" + number(depth - 1) + " " + pick(ARITHMETIC) + " " + number(depth - 1) + ")";
      default -> pick(NUMBERS);
    };
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
