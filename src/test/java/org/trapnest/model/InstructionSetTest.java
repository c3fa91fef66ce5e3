package org.trapnest.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.property.ShippedCatalogue;

/** The instruction forms that the model language promises, and how wrong ones are refused. */
class InstructionSetTest {
  private static final String HEADER =
      """
      //@ model "One instruction."
      //@ stack thread words 16
      //@ variable counter per-cpu
      //@ variable table count 8
      //@ entry syscall -> entry
      //@ user syscall
      //@ has SHADOW_STACK
      entry:
      1:
      """;

  @TempDir private Path folder;

  private String problems(String instruction) throws IOException {
    Path file = Files.writeString(folder.resolve("one.S"), HEADER + "\t" + instruction + "\n");
    Diagnostics diagnostics = new Diagnostics();
    ModelLoader loader = new ModelLoader(new FileSources());
    Model model = loader.load(file.toString(), "one", diagnostics).orElseThrow();
    Configuration only = model.configurations().get(0);
    loader.configure(model, only, ShippedCatalogue.read().properties(), diagnostics);
    return DiagnosticPrinter.print(diagnostics.all());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov %rax, %rbx",
        "movl $1, %eax",
        "movb $1, counter(%rip)",
        "movw %ax, (%rsp)",
        "movq $-1, 8(%rsp,%rcx,8)",
        "movabs $0x1234567890abcdef, %rax",
        "mov table(,%rcx,8), %rax",
        "movq $entry, %rdx",
        "movzbl (%rsp), %eax",
        "movzwl %ax, %ecx",
        "movsbq %al, %rax",
        "movslq %eax, %rax",
        "movzx %al, %eax",
        "lea 8(%rsp), %rsp",
        "leaq counter(%rip), %rax",
        "push %rax",
        "pushq $-1",
        "pushq counter(%rip)",
        "pushq %gs:counter",
        "pop %rbx",
        "popq 8(%rsp)",
        "pushf",
        "pushfq",
        "popf",
        "popfq",
        "add $8, %rsp",
        "addl %eax, (%rsp)",
        "adc %rax, %rbx",
        "sub $16, %rsp",
        "sbbq %rcx, 8(%rsp)",
        "and $-16, %rsp",
        "orq $0x200, (%rsp)",
        "xorl %eax, %eax",
        "notq %rax",
        "neg %rax",
        "inc %rax",
        "decl (%rsp)",
        "imul $3, %rax, %rbx",
        "imul %rax, %rbx",
        "mul %rbx",
        "shl $32, %rdx",
        "shr %cl, %rax",
        "sar $3, %rax",
        "sal $1, %eax",
        "rol $1, %rax",
        "ror %cl, %eax",
        "bt $12, %rax",
        "btsq $63, %rax",
        "btr %rcx, %rax",
        "btcl $3, (%rsp)",
        "bsf %rax, %rbx",
        "bsr %rax, %rbx",
        "cmp %rax, %rbx",
        "cmpq $repeat, 8(%rsp)",
        "cmpb $3, (%rsp)",
        "test %edx, %edx",
        "testb $3, 8(%rsp)",
        "sete %al",
        "setnz (%rsp)",
        "cmovne %rax, %rbx",
        "cmovbl %eax, %ebx",
        "jmp 1b",
        "jmp *%rax",
        "jmp *(%rsp)",
        "je 1b",
        "jnz 1b",
        "js 1b",
        "ja 1b",
        "jrcxz 1b",
        "call 1b",
        "call *%rax",
        "ret",
        "retq",
        "ret $8",
        "leave",
        "xchg %rax, (%rsp)",
        "xchg %rax, %rbx",
        "cmpxchg %rcx, (%rsp)",
        "lock cmpxchgq %rcx, (%rsp)",
        "lock xaddl %eax, (%rsp)",
        "lock incl %gs:counter",
        "rep movsq",
        "rep movsb",
        "rep stosq",
        "rep stosl",
        "movsq",
        "stosq",
        "cltq",
        "cqto",
        "bswap %rax",
        "iretq",
        "iret",
        "sysretq",
        "sysretl",
        "sysexit",
        "sysexitq",
        "syscall",
        "sysenter",
        "int $0x80",
        "int3",
        "int1",
        "swapgs",
        "rdgsbase %rax",
        "wrgsbase %rax",
        "rdfsbase %rax",
        "wrfsbase %eax",
        "rdmsr",
        "wrmsr",
        "mov %cr2, %rax",
        "mov %rax, %cr3",
        "mov %cr3, %r14",
        "mov %db7, %rax",
        "mov %rax, %dr6",
        "mov %ds, %eax",
        "mov %eax, %ss",
        "mov %ax, %es",
        "lsl %eax, %ecx",
        "cli",
        "sti",
        "cld",
        "std",
        "clac",
        "stac",
        "clc",
        "stc",
        "cmc",
        "lfence",
        "mfence",
        "sfence",
        "verw counter(%rip)",
        "nop",
        "nopw (%rax)",
        "nopl 8(%rax,%rax)",
        "pause",
        "hlt",
        "ud2",
        "endbr64",
        "cpuid",
        "rdtsc",
        "inb $0x61, %al",
        "in %dx, %eax",
        "inw (%dx), %ax",
        "inb %dx",
        "outb %al, $0x70",
        "outl %eax, %dx",
        "outb $0x80",
        "wbinvd",
        "lahf",
        "sahf",
        "rdsspq %rax",
        "incsspq %rax",
        "wrssq %rax, (%rsp)",
        "saveprevssp",
        "rstorssp (%rsp)",
        "setssbsy",
        "clrssbsy (%rsp)",
        "erets",
        "eretu",
        "movq PER_CPU_VAR(counter), %rax"
      })
  void form_thatIsPromised_links(String instruction) throws IOException {
    String before = "nop\n#define PER_CPU_VAR(name) %gs:name\nrepeat:\n\t";
    assertEquals("", problems(before + instruction));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mov %eax, %rbx | size",
        "push %eax | size",
        "in $0x161, %al | port",
        "in %dx, %rax | %eax beside",
        "outb %bl, $0x70 | %eax beside",
        "in $0x61 | suffix",
        "inb %cx, %al | port",
        "mov $1, (%rax) | size",
        "movq %rax | operand",
        "addq $0x123456789, %rax | 32",
        "vaddps %xmm0, %xmm1, %xmm2 | unknown instruction 'vaddps'",
        "pusq %rax | did you mean 'push'",
        "jmp nowhere | nowhere",
        "mov (%rax,%rsp,8), %rbx | index",
        "movq nowhere(%rip), %rax | nowhere",
      })
  void form_thatIsWrong_isRefusedAtItsPlace(String instruction, String words) throws IOException {
    String problems = problems(instruction.strip());
    assertTrue(problems.contains(words), problems);
    assertTrue(problems.contains("one.S:10:"), problems);
  }

  @Test
  void everyUnknownInstruction_isReportedNotOnlyTheFirst() throws IOException {
    String problems = problems("fld1\n\tfadd\n\tfstp (%rax)");
    assertEquals(
        List.of(true, true, true),
        List.of(
            problems.contains("'fld1'"), problems.contains("'fadd'"), problems.contains("'fstp'")));
  }
}
