package org.trapnest.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnnotationTest {
  private static Statement.Annotation only(String text) {
    Texts.Outcome outcome = Texts.assemble(text);
    assertEquals("", outcome.printed());
    List<Statement.Annotation> all = outcome.all(Statement.Annotation.class);
    assertEquals(1, all.size());
    return all.get(0);
  }

  private static List<String> shown(Statement.Annotation annotation) {
    return annotation.tokens().stream()
        .map(
            token ->
                token.kind() == AnnotationToken.Kind.NUMBER
                    ? "NUMBER " + token.value()
                    : token.kind() + " " + token.text())
        .toList();
  }

  @Test
  void tokens_ofEveryKind_areCut() {
    Statement.Annotation one =
        only("\t//@ my-key a-b.c$ .L_1->x \"s \\\" t\" 0x10 010 'c' -1 [a..b] x<=y\n");
    assertEquals("my-key", one.keyword());
    assertEquals(
        List.of(
            "WORD a-b.c$",
            "WORD .L_1",
            "PUNCTUATION ->",
            "WORD x",
            "STRING s \" t",
            "NUMBER 16",
            "NUMBER 8",
            "NUMBER 99",
            "PUNCTUATION -",
            "NUMBER 1",
            "PUNCTUATION [",
            "WORD a..b",
            "PUNCTUATION ]",
            "WORD x",
            "PUNCTUATION <",
            "PUNCTUATION =",
            "WORD y"),
        shown(one));
  }

  @Test
  void lines_withThreeBlanks_continueTheAnnotationWithExactSpans() {
    Statement.Annotation one = only("nop\n//@ stack nmi\n  //@   words = 32\n//@     end\n");
    assertEquals(
        List.of("WORD nmi", "WORD words", "PUNCTUATION =", "NUMBER 32", "WORD end"), shown(one));
    assertEquals("main.S:3:9", one.tokens().get(1).span().place());
    assertEquals("words", one.tokens().get(1).span().text());
    assertEquals("main.S:4:9", one.tokens().get(4).span().place());
    assertEquals("main.S:2:5", one.span().place());
  }

  @Test
  void annotation_behindAnInstruction_standsBetweenItsLabelAndIt() {
    List<Statement> all = Texts.assemble("cld; x: iretq //@ class r\n").file().statements();
    assertEquals(
        List.of("InstructionStatement", "LabelDefinition", "Annotation", "InstructionStatement"),
        all.stream().map(one -> one.getClass().getSimpleName()).toList());
    assertEquals("class", ((Statement.Annotation) all.get(2)).keyword());
  }

  @Test
  void annotation_inAMacro_isSubstitutedAtEachExpansion() {
    Texts.Outcome outcome =
        Texts.assemble(
            ".macro m r n=1\n//@ clobber \\r at \"l\\@\" \\n()\n nop\n.endm\n m rax\n m rbx, 2\n");
    assertEquals("", outcome.printed());
    List<Statement.Annotation> all = outcome.all(Statement.Annotation.class);
    assertEquals("WORD rax", shown(all.get(0)).get(0));
    assertEquals("STRING l0", shown(all.get(0)).get(2));
    assertEquals(
        List.of("WORD rbx", "WORD at", "STRING l1", "NUMBER 2", "PUNCTUATION (", "PUNCTUATION )"),
        shown(all.get(1)));
    assertEquals("main.S:6:2", all.get(1).span().outermost().place());
  }

  @Test
  void annotation_inInactiveText_isDropped() {
    Texts.Outcome outcome =
        Texts.assemble(
            "#if 0\n//@ a\n#endif\n.if 0\n//@ b\nnop //@ c\n.endif\n# //@ d\n/* //@ e */\n//@ f\n");
    assertEquals("", outcome.printed());
    assertEquals(
        List.of("f"),
        outcome.all(Statement.Annotation.class).stream()
            .map(Statement.Annotation::keyword)
            .toList());
  }

  @Test
  void annotation_namingASwitch_isNotExpandedByThePreprocessor() {
    Statement.Annotation one = only("#define PTI 1\n//@ switch PTI = 0|1\n");
    assertEquals("WORD PTI", shown(one).get(0));
  }

  @Test
  void annotation_namingNumericLabels_carriesTheirUniqueNames() {
    Statement.Annotation one = only("1: nop\n//@ range 1b 1f\n1: nop\n");
    assertEquals(List.of("WORD 1$1", "WORD 1$2"), shown(one));
  }
}
