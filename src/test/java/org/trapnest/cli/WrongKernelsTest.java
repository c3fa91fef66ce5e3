package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small kernels that are wrong in ways that are easy to overlook: each must be found so. */
class WrongKernelsTest {
  private static final String NOTHING = "";

  private static final String TEXT =
      """
      //@ model "A kernel with a mistake."
      //@ nesting 3 faults 2
      //@ stack thread words 48
      //@ stack nmi words 48 ist 2
      //@ variable user_rsp
      //@ entry syscall -> entry fmask 0x47700
      //@ gate NMI -> nmi ist 2
      //@ gate BP -> bp
      //@ user syscall
      //@ c do_c
      //@ c do_nmi
      //@ check %s
      %s
      .macro SAVE
      push %%rax; push %%rcx; push %%rdx; push %%rsi; push %%rdi
      push %%r8; push %%r9; push %%r10; push %%r11
      .endm
      .macro RESTORE
      pop %%r11; pop %%r10; pop %%r9; pop %%r8
      pop %%rdi; pop %%rsi; pop %%rdx; pop %%rcx; pop %%rax
      .endm
      entry:
      %s
      mov %%rsp, user_rsp(%%rip)
      mov $thread_stack_top, %%rsp
      SAVE
      call do_c
      %s
      RESTORE
      mov user_rsp(%%rip), %%rsp
      sysretq
      broken:
      ud2
      nmi:
      SAVE
      call do_nmi
      %s
      RESTORE
      %s
      iretq
      bp:
      push %%rcx
      push %%rax
      call do_nmi
      pop %%rcx
      pop %%rax
      iretq
      """;

  @TempDir private Path folder;

  /**
   * A kernel with one mistake.
   *
   * @param mistake what is wrong
   * @param property the property that must be violated
   * @param header further annotations
   * @param first what the system call does before anything else
   * @param syscall what it does with all registers saved
   * @param nmi what the NMI does with all registers saved but %r15 and %rbx
   * @param last what the NMI does with all registers restored
   */
  private record Kernel(
      String mistake,
      String property,
      String header,
      String first,
      String syscall,
      String nmi,
      String last) {

    static Kernel syscall(String mistake, String property, String code) {
      return new Kernel(mistake, property, NOTHING, NOTHING, code, NOTHING, NOTHING);
    }

    static Kernel nmi(String mistake, String property, String header, String syscall, String nmi) {
      return new Kernel(mistake, property, header, NOTHING, syscall, nmi, NOTHING);
    }

    String text() {
      return TEXT.formatted(property, header, first, syscall, nmi, last);
    }

    @Override
    public String toString() {
      return mistake;
    }
  }

  private static final String NMI_IN_RANGE = "//@ event NMI in [from, to)";
  private static final String NMI_FROM_USER = "//@ event NMI user";

  static Stream<Kernel> kernels() {
    return Stream.of(
        Kernel.syscall(
            "a branch on a flag of C code behind PUSHF and POPF",
            "no-dead-value-used",
            "pushfq; popfq; jz broken"),
        new Kernel(
            "a branch on a flag with which user mode entered",
            "no-shutdown",
            NOTHING,
            "jz broken",
            NOTHING,
            NOTHING,
            NOTHING),
        new Kernel(
            "a branch on a flag of user mode from R11",
            "no-shutdown",
            NOTHING,
            "test $0x40, %r11; jnz broken",
            NOTHING,
            NOTHING,
            NOTHING),
        Kernel.syscall(
            "a branch on a flag that IMUL leaves undefined",
            "no-dead-value-used",
            "mov $3, %eax; imul $3, %rax, %rax; jz broken"),
        new Kernel(
            "user mode goes on without its flags",
            "resumes-exactly",
            NMI_FROM_USER,
            NOTHING,
            NOTHING,
            NOTHING,
            "andl $~0x40, 16(%rsp)"),
        Kernel.nmi(
            "CPUID in the NMI, over a register that holds a result of CPUID",
            "resumes-exactly",
            NMI_IN_RANGE,
            "push %rbx; cpuid\nfrom: nop\nto: pop %rbx",
            "cpuid"),
        Kernel.nmi(
            "a computed value in the NMI, over a register that holds a computed value",
            "resumes-exactly",
            NMI_IN_RANGE,
            "push %r15; add $1, %r15\nfrom: nop\nto: pop %r15",
            "add $5, %r15"),
        Kernel.nmi(
            "a breakpoint handler that exchanges what C code left in two registers",
            "resumes-exactly",
            "//@ c do_more raises BP",
            "call do_more",
            NOTHING),
        Kernel.syscall(
            "a value below RSP while C code runs",
            "no-dead-value-used",
            "movq $1, -64(%rsp); call do_c; cmpq $1, -64(%rsp)"),
        Kernel.syscall(
            "one answer of a device is not thought of",
            "no-shutdown",
            "inb $0x61, %al; test $0x80, %al; jz broken"),
        Kernel.syscall(
            "time stands still",
            "no-shutdown",
            "rdtsc; mov %eax, %ecx; rdtsc; cmp %eax, %ecx; jne broken"),
        Kernel.syscall(
            "time goes on",
            "no-shutdown",
            "rdtsc; mov %eax, %ecx; rdtsc; cmp %eax, %ecx; je broken"),
        Kernel.syscall(
            "IRET while NT is set",
            "no-shutdown",
            "pushfq; orl $0x4000, (%rsp); popfq; pushq $0x18; pushq $thread_stack_top;"
                + " pushq $2; pushq $0x10; pushq $entry; iretq"));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void verify_ofAWrongKernel_findsTheMistake(Kernel kernel) throws IOException {
    Outcome outcome = verify(kernel.text());
    assertEquals(1, outcome.status(), outcome.text());
    assertTrue(outcome.out().contains(kernel.property() + ": violated"), outcome.text());
  }

  @Test
  void verify_ofTheKernelWithoutAMistake_holds() throws IOException {
    String text =
        Kernel.nmi("none", "no-shutdown", "//@ event NMI anywhere", NOTHING, NOTHING).text();
    Outcome outcome = verify(text);
    assertEquals(0, outcome.status(), outcome.text());
    assertTrue(outcome.out().contains("nested to any depth"), outcome.text());
  }

  @Test
  void verify_withAFaultAtTheNestingBound_saysThatItWasCut() throws IOException {
    String text = Kernel.syscall("none", "no-shutdown", "int3").text();
    Outcome outcome = verify(text.replace("nesting 3 faults 2", "nesting 1"));
    assertTrue(outcome.out().contains("at most 1 live contexts (cut 1 times)"), outcome.text());
  }

  private Outcome verify(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.S"), text);
    return Outcome.of("verify", file.toString(), "--progress", "none", "--continue");
  }
}
