package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.machine.Event;

class PropertyParserTest {

  private static List<PropertyDeclaration> parse(String text, Diagnostics diagnostics) {
    return PropertyParser.parse(new SourceFile("p.prop", text), diagnostics);
  }

  @Test
  void property_withEverything_isRead() {
    String text =
        """
        # A comment.
        property a-b1 "Says # something."   # another
          source "One"
          source "Two"
          cost security
          requires PTI, IBRS
          parameter handler = exc_nmi "a function"
          parameter other
          on delivery of NMI, MC
            when from_user: cpl ==
              0
          never finding shutdown
        property c "Second." cost none source "X" always user
        """;
    Diagnostics diagnostics = new Diagnostics();
    List<PropertyDeclaration> parsed = parse(text, diagnostics);
    assertEquals("", Properties.lines(diagnostics));
    assertEquals(List.of("a-b1", "c"), parsed.stream().map(PropertyDeclaration::id).toList());
    PropertyDeclaration first = parsed.get(0);
    assertEquals("Says # something.", first.sentence());
    assertEquals(List.of("One", "Two"), first.sources());
    assertEquals(Cost.SECURITY, first.cost());
    assertEquals(List.of("PTI", "IBRS"), first.requires());
    assertEquals("exc_nmi", first.parameters().get(0).usual().orElseThrow());
    assertEquals("a function", first.parameters().get(0).meaning());
    assertTrue(first.parameters().get(1).usual().isEmpty());
    Clause clause = first.clauses().get(0);
    assertEquals(new Trigger.Delivery(Set.of(Event.NMI, Event.MC)), clause.trigger());
    assertEquals("on delivery of NMI, MC when from_user: cpl == 0", clause.text());
    assertEquals(Clause.Form.NEVER_FINDING, first.clauses().get(1).form());
    assertTrue(first.appliesTo(Set.of("PTI", "IBRS", "CET")));
    assertEquals(false, first.appliesTo(Set.of("PTI")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "always; 3:1 PRP001 expected an expression, found the end of the file",
        "always user user; 2:13 PRP001 expected a clause or an attribute, found 'user'",
        "always (user; 3:1 PRP001 expected ')', found the end of the file",
        "always user and; 3:1 PRP001 expected an expression, found the end of the file",
        "always and; 2:8 PRP001 expected an expression, found 'and'",
        "always \"user\"; 2:8 PRP001 expected an expression, found a string",
        "on arrival: user; 2:4 PRP001 expected 'delivery', 'resume', 'return to user' or"
            + " 'finding', found 'arrival'",
        "on resume user; 2:11 PRP001 expected ':', found 'user'",
        "always rip in entry; 2:15 PRP001 expected 'stack(' or '[', found 'entry'",
        "always rip in [entry, entry]; 2:28 PRP001 expected ')', found ']'",
        "always newest NMI; 2:15 PRP001 expected 'is', found 'NMI'",
        "always live(NMI from here) == 0; 2:22 PRP001 expected 'kernel' or 'user', found 'here'",
        "always us!er; 2:10 PRP002 the character '!' has no meaning here",
        "always rax == 0xg; 2:15 PRP003 '0xg' is no 64-bit number",
        "always rax == 18446744073709551616; 2:15 PRP003 '18446744073709551616' is no 64-bit"
            + " number",
        "always msr(0x100000000) == 0; 2:12 PRP003 '0x100000000' is no 64-bit number [MSR numbers"
            + " have 32 bits]",
        "source \"open; 2:8 PRP004 the string does not end on its line",
        "always rax; 2:8 PRP005 expected a condition, found a number [compare it with something,"
            + " as in '!= 0']",
        "always user + 1 == 2; 2:8 PRP005 expected a number, found a condition ['user' is true or"
            + " false by itself]",
        "always nmi_blocked == 1; 2:23 PRP005 expected a condition, found a number [compare it"
            + " with something, as in '!= 0']",
        "always user < kernel; 2:8 PRP005 expected a number, found a condition ['user' is true or"
            + " false by itself]",
        "always not rax; 2:12 PRP005 expected a condition, found a number [compare it with"
            + " something, as in '!= 0']",
        "always spec_ctl == 0; 2:8 PRP006 there is no register, field or fact 'spec_ctl' [did you"
            + " mean 'spec_ctrl'?]",
        "always spec_ctrl.ibsr; 2:8 PRP006 there is no register, field or fact 'spec_ctrl.ibsr'"
            + " [did you mean 'spec_ctrl.ibrs'?]",
        "always rax-rbx == 0; 2:8 PRP006 there is no register, field or fact 'rax-rbx' [a"
            + " subtraction needs blanks around '-']",
        "always wobble(x); 2:8 PRP006 there is no register, field or fact 'wobble'",
        "never finding dead-valu-used; 2:15 PRP007 there is no finding 'dead-valu-used' [did you"
            + " mean 'dead-value-used'?]",
        "on delivery of NMJ: true; 2:16 PRP008 there is no event 'NMJ' [did you mean 'NMI'?]",
        "cost money; 2:6 PRP009 there is no cost 'money' [costs are security, corruption,"
            + " performance and none]",
        "cost none; 2:1 PRP013 the property 'p' has two costs",
        "parameter a parameter a; 1:0 ",
        "always 1 < 2 < 3; 2:8 PRP014 comparisons do not chain: join two of them with 'and'",
        "always from_user; 2:8 PRP015 'from_user' has a meaning only in 'on delivery'",
        "on resume: frame == 0; 2:12 PRP015 'frame' has a meaning only in 'on delivery'",
        "on delivery: differs(any); 2:14 PRP015 'differs' has a meaning only in 'on resume' and"
            + " 'on return to user'",
        "on resume: differs(cr0); 2:20 PRP016 contexts do not keep 'cr0'",
        "sometimes user always user; 1:10 PRP018 'sometimes' or 'possible' must be the only clause"
            + " of its property",
        "possible user never user; 1:10 PRP018 'sometimes' or 'possible' must be the only clause"
            + " of its property"
      })
  void clause_wrong_isReportedAtItsPlace(String clause, String expected) {
    String found = Properties.complaints(Properties.around(clause), Map.of());
    if (!expected.startsWith("1:0")) {
      assertEquals(expected.strip(), found.lines().findFirst().orElse(""));
    } else {
      assertTrue(found.contains("has two parameters 'a'"), found);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "property p \"S.\" cost none source \"x\"; 1:10 PRP012 the property 'p' has no clause",
        "property p \"S.\" cost none always user; 1:10 PRP012 the property 'p' has no source",
        "property p \"S.\" source \"x\" always user; 1:10 PRP012 the property 'p' has no cost",
        "property p cost none; 1:12 PRP001 expected a sentence in quotes, found 'cost'",
        "property P-q \"S.\" source \"x\" cost none always user; 1:10 PRP011 'P-q' is no property"
            + " name: lower-case words joined by '-' are",
        "always user; 1:1 PRP001 expected 'property', found 'always'"
      })
  void property_incomplete_isReported(String text, String expected) {
    assertEquals(expected, Properties.complaints(text, Map.of()));
  }

  @Test
  void property_declaredTwice_isReportedWithTheFirstPlace() {
    String text = Properties.around("always user");
    assertEquals(
        "3:10 PRP010 the property 'p' is already declared at p.prop:1:10",
        Properties.complaints(text + text, Map.of()));
  }

  @Test
  void clauses_severalWrong_areEachReportedAndTheNextPropertyIsRead() {
    String text =
        Properties.around("always rxa == 0\nnever )\nalways user")
            + Properties.around("always user").replace("property p", "property q");
    Diagnostics diagnostics = new Diagnostics();
    List<PropertyDeclaration> parsed = parse(text, diagnostics);
    assertEquals(
        """
        2:8 PRP006 there is no register, field or fact 'rxa' [did you mean 'rax'?]
        3:7 PRP001 expected an expression, found ')'\
        """,
        Properties.lines(diagnostics));
    assertEquals(List.of("q"), parsed.stream().map(PropertyDeclaration::id).toList());
  }

  @Test
  void expression_nestedTooDeep_isReported() {
    String deep = "(".repeat(5000) + "user" + ")".repeat(5000);
    String found = Properties.complaints(Properties.around("always " + deep), Map.of());
    assertEquals("2:108 PRP017 the expression is nested more than 100 deep", found);
  }

  @Test
  void expression_tooLong_isReported() {
    String found =
        Properties.complaints(Properties.around("always user" + " or user".repeat(2000)), Map.of());
    assertTrue(found.contains("PRP019 the expression has more than 1000 parts"), found);
  }
}
