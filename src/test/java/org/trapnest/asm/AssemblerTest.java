package org.trapnest.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

class AssemblerTest {
  private static Statement.InstructionStatement only(String text) {
    Texts.Outcome outcome = Texts.assemble(text);
    assertEquals("", outcome.printed());
    List<Statement.InstructionStatement> all = outcome.all(Statement.InstructionStatement.class);
    assertEquals(1, all.size());
    return all.get(0);
  }

  @Test
  void instruction_withMemoryOperand_keepsEveryPart() {
    Statement.InstructionStatement lea = only("  leaq %fs:-8*2(%RBX, %rcx ,4) ,\t%rax // x\n");
    assertEquals("leaq", lea.mnemonic());
    assertEquals("leaq %fs:-8*2(%RBX, %rcx ,4) , %rax", lea.text());
    Operand.MemoryOperand memory = (Operand.MemoryOperand) lea.operands().get(0);
    assertEquals(Optional.of("fs"), memory.segment());
    assertEquals(Optional.of("rbx"), memory.base());
    assertEquals(Optional.of("rcx"), memory.index());
    assertEquals(4, memory.scale());
    assertEquals("%fs:-8*2(%RBX, %rcx ,4)", memory.span().text());
    assertEquals("%rax", lea.operands().get(1).span().text());
    assertEquals("leaq %fs:-8*2(%RBX, %rcx ,4) ,\t%rax", lea.span().text());
  }

  @Test
  void instruction_withPrefixes_splitsThemOff() {
    Statement.InstructionStatement one = only("LOCK ; repe\n notrack CMPSB");
    assertEquals(List.of("lock", "repz", "notrack"), one.prefixes());
    assertEquals("cmpsb", one.mnemonic());
    assertEquals("lock repz notrack CMPSB", one.text());
  }

  @Test
  void numericLabels_definedAgain_getUniqueNames() {
    Texts.Outcome outcome = Texts.assemble("1: jmp 1b\njmp 1f\n01: jmp 1b\n");
    assertEquals("", outcome.printed());
    assertEquals(
        List.of("1$1", "1$2"),
        outcome.all(Statement.LabelDefinition.class).stream()
            .map(Statement.LabelDefinition::name)
            .toList());
    assertEquals(
        List.of(
            ".Lnumeric1_1:",
            "jmp .Lnumeric1_1",
            "jmp .Lnumeric1_2",
            ".Lnumeric1_2:",
            "jmp .Lnumeric1_2"),
        outcome.plain());
  }

  @Test
  void macroText_ofAnInstruction_pointsIntoTheBodyAndAtTheCall() {
    Statement.InstructionStatement mov = only(".macro m r\n mov %\\r, %rbx\n.endm\n m rcx\n");
    SourceSpan operand = mov.operands().get(0).span();
    assertEquals("main.S:2:6", operand.place());
    assertEquals("%\\r", operand.text());
    assertEquals("main.S:4:2", operand.outermost().place());
    assertEquals("m rcx", operand.outermost().text());
    assertEquals("mov %rcx, %rbx", mov.text());
  }

  @Test
  void preprocessorText_ofAnOperand_pointsAtTheUse() {
    Statement.InstructionStatement mov = only("#define P(x) %gs:x\nmov P(abc + 4), %rax\n");
    assertEquals("P(abc + 4)", mov.operands().get(0).span().text());
    Operand.MemoryOperand memory = (Operand.MemoryOperand) mov.operands().get(0);
    assertEquals("abc + 4", memory.displacement().orElseThrow().span().text());
  }

  @Test
  void constants_reassigned_haveTheirValueOfTheMoment() {
    Texts.Outcome outcome = Texts.assemble("a = 1\nmov $a, b(%rsp)\na = a + 1\nmov $a, a(%rsp)\n");
    assertEquals("", outcome.printed());
    assertEquals(
        List.of(".set a, 1", "mov $1, b(%rsp)", ".set a, (1+1)", "mov $2, 2(%rsp)"),
        outcome.plain());
  }

  @Test
  void assignment_thatDependsOnALabel_isKept() {
    Texts.Outcome outcome = Texts.assemble("x:\n.set y, x + 8\njmp y\n");
    assertEquals(List.of("x:", ".set y, (x+8)", "jmp y"), outcome.plain());
  }

  @Test
  void definitions_given_actAsPreprocessorMacros() {
    String text = "#if PTI == 1\ncld\n#endif\n.if PTI\nstd\n.endif\nmov $PTI, %eax\n";
    Map<String, String> files = Map.of("main.S", text);
    assertEquals(
        List.of("cld", "std", "mov $1, %eax"), Texts.assemble(files, Map.of("PTI", 1L)).plain());
    assertEquals(List.of("mov $0, %eax"), Texts.assemble(files, Map.of("PTI", 0L)).plain());
  }

  @Test
  void includes_nested_areResolvedBesideTheIncludingFileAndListedOnce() {
    Texts.Outcome outcome =
        Texts.assemble(
            Map.of(
                "main.S", "#include \"lib/a.h\"\n#include \"lib/a.h\"\nM\n",
                "lib/a.h", "#pragma once\n#include \"../lib/./b.h\"\n",
                "lib/b.h", "#define M nop\n"),
            Map.of());
    assertEquals("", outcome.printed());
    assertEquals(List.of("nop"), outcome.plain());
    assertEquals(
        List.of("main.S", "lib/a.h", "lib/b.h"),
        outcome.file().files().stream().map(SourceFile::path).toList());
  }

  @Test
  void scan_forAKeyword_findsItInInactiveTextToo() {
    SourceFile file =
        new SourceFile("m.S", "//@ switch A = 0|1\n#if 0\n//@ switch B\n#endif\n//@ other C\n");
    Diagnostics diagnostics = new Diagnostics();
    Assembler assembler = new Assembler(path -> file);
    List<Statement.Annotation> found = assembler.scanAnnotations(file, "switch", diagnostics);
    assertEquals(2, found.size());
    assertEquals("A", found.get(0).tokens().get(0).text());
    assertEquals("B", found.get(1).tokens().get(0).text());
    assertTrue(diagnostics.all().isEmpty());
  }

  @Test
  void assembly_twice_givesEqualStatements() {
    SourceFile file = new SourceFile("m.S", "a: .irp r,rax,rbx\n push %\\r\n.endr\n jmp a\n");
    Assembler assembler = new Assembler(path -> file);
    assertEquals(
        assembler.assemble(file, Map.of(), new Diagnostics()).statements(),
        assembler.assemble(file, Map.of(), new Diagnostics()).statements());
  }

  @Test
  void windowsLineEnds_anywhere_makeNoDifference() {
    String text =
        "//@ note \"x\"\n.macro m a\n push \\a\n.endm\n m %rax \\\n\n#if 1\n nop // c\n#endif\n";
    Texts.Outcome unix = Texts.assemble(text);
    Texts.Outcome windows = Texts.assemble(text.replace("\n", "\r\n"));
    assertEquals("", windows.printed());
    assertEquals(unix.plain(), windows.plain());
    assertEquals(List.of("push %rax", "nop"), windows.plain());
  }
}
