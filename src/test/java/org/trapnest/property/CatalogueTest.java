package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.machine.Event;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Slot;

/** The property files that the project ships. */
class CatalogueTest {

  private static BoundProperty bound(PropertyDeclaration property) {
    Map<String, String> arguments = new HashMap<>();
    if (property.id().equals("rcu-watching-in-c")) {
      arguments.put("traced", "exc_nmi");
    } else if (property.id().equals("no-oops")) {
      arguments.put("oops", "do_syscall");
    } else if (property.id().equals("nested-nmi-recognised")) {
      arguments.put("first", "repeat_nmi");
    } else if (property.id().equals("nmi-count-balanced")) {
      arguments.put("count", "rcu_watching");
    }
    if (Set.of("rcu-watches-outside-noinstr", "pkrs-matches-privilege").contains(property.id())) {
      arguments.putAll(Map.of("begin", "repeat_nmi", "end", "end_repeat_nmi"));
    }
    if (property.id().equals("pkrs-matches-privilege")) {
      arguments.putAll(Map.of("kernel", "LIMIT", "own", "NONE"));
    }
    if (property.id().equals("user-translations-fresh")) {
      arguments.put("stale", "table");
    }
    Diagnostics diagnostics = new Diagnostics();
    return PropertyBinder.bind(property, ModelFixture.model(), arguments, diagnostics)
        .orElseThrow(() -> new AssertionError(Properties.lines(diagnostics)));
  }

  @Test
  void catalogue_hasEveryPropertyThatEveryModelGets() throws IOException {
    Set<String> ids =
        ShippedCatalogue.read().properties().stream()
            .map(PropertyDeclaration::id)
            .collect(Collectors.toSet());
    assertTrue(
        ids.containsAll(
            Set.of(
                "resumes-exactly",
                "no-return-to-unknown-context",
                "no-dead-value-used",
                "stack-in-bounds",
                "no-double-fault")),
        ids.toString());
  }

  @Test
  void catalogue_boundToAModel_holdsInQuietStates() throws IOException {
    List<BoundProperty> all =
        ShippedCatalogue.read().properties().stream().map(CatalogueTest::bound).toList();
    CompiledPropertySet set = new CompiledPropertySet(all);
    assertFalse(set.interpreted());
    MachineState kernel = ModelFixture.kernelState(2);
    kernel.load(ModelFixture.VARIABLE_SLOT, 1);
    kernel.load(ModelFixture.MSR_SLOT, 3);
    ModelFixture.interrupt(kernel, Event.NMI, -1);
    assertEquals(0, set.violated(ModelFixture.userState(), new Observation()));
    assertEquals(0, set.violated(kernel, new Observation()));
    long reached = set.reached(kernel, new Observation());
    for (String id : List.of("kernel-runs-with-ibrs", "rcu-watching-in-c", "c-code-runs")) {
      int position = all.stream().map(BoundProperty::id).toList().indexOf(id);
      assertEquals(1, reached >>> position & 1, id);
    }
  }

  /** For each property over states, a change that must break it and no other such property. */
  @Test
  void property_overStates_isBrokenByItsOwnDefect() throws IOException {
    MachineModel model = ModelFixture.model();
    assertBroken("user-runs-without-ibrs", user(Slot.SPEC_CTRL, 1));
    assertBroken("user-runs-on-user-cr3", user(Slot.CR3, model.system().kernelCr3()));
    assertBroken("user-translations-fresh", user(ModelFixture.VARIABLE_SLOT + 1, 2));
    assertBroken("user-runs-with-nmi-open", user(Slot.NMI_BLOCKED, 1));
    assertBroken("swapgs-balanced", user(Slot.KERNEL_GS_BASE, 5));
    assertBroken("kernel-runs-with-ibrs", kernel(Slot.SPEC_CTRL, 2));
    assertBroken("kernel-runs-on-kernel-cr3", kernel(Slot.CR3, ModelFixture.USER_CR3));
    assertBroken("gs-matches-privilege", kernel(Slot.GS_BASE, ModelFixture.USER_GS));
    assertBroken(
        "rcu-watching-in-c, rcu-watches-outside-noinstr", kernel(ModelFixture.VARIABLE_SLOT, 0));
    assertBroken("pkrs-matches-privilege", kernel(ModelFixture.MSR_SLOT, 0));
    assertBroken("pkrs-matches-privilege", user(ModelFixture.MSR_SLOT, 3));
    assertBroken("user-runs-without-mcip", user(Slot.MCG_STATUS, 4));
    MachineState reentered = kernel(Slot.RAX, 0);
    ModelFixture.interrupt(reentered, Event.PF, 3);
    assertBroken("nmi-handler-not-reentered", reentered);
    assertBroken("no-oops", at(5));
    MachineState first = at(4);
    ModelFixture.interrupt(first, Event.NMI, -1);
    assertBroken("", first);
    ModelFixture.interrupt(first, Event.NMI, 0);
    assertBroken("nested-nmi-recognised, nmis-do-not-nest", first);
    MachineState interrupted = at(6);
    ModelFixture.interrupt(interrupted, Event.IRQ, -1);
    assertBroken("", interrupted);
    ModelFixture.interrupt(interrupted, Event.IRQ, 0);
    assertBroken("interrupts-do-not-nest", interrupted);
    assertBroken(
        "nmi-count-balanced, rcu-watches-outside-noinstr", user(ModelFixture.VARIABLE_SLOT, 1));
    MachineState recursing = kernel(Slot.RAX, 0);
    ModelFixture.interrupt(recursing, Event.DB, -1);
    ModelFixture.interrupt(recursing, Event.DB, 0);
    assertBroken("", recursing);
    ModelFixture.interrupt(recursing, Event.DB, 0);
    assertBroken("db-does-not-recurse", recursing);
  }

  private static MachineState user(int slot, long value) {
    MachineState state = ModelFixture.userState();
    state.load(slot, value);
    return state;
  }

  private static MachineState kernel(int slot, long value) {
    MachineState state = ModelFixture.kernelState(2);
    state.load(ModelFixture.VARIABLE_SLOT, 1);
    state.load(ModelFixture.MSR_SLOT, 3);
    state.load(slot, value);
    return state;
  }

  private static MachineState at(int instruction) {
    MachineState state = ModelFixture.kernelState(instruction);
    state.load(ModelFixture.VARIABLE_SLOT, 1);
    state.load(ModelFixture.MSR_SLOT, 3);
    return state;
  }

  private static void assertBroken(String id, MachineState state) throws IOException {
    String broken =
        ShippedCatalogue.read().properties().stream()
            .map(CatalogueTest::bound)
            .filter(p -> p.violated(state, new Observation()))
            .map(BoundProperty::id)
            .collect(Collectors.joining(", "));
    assertEquals(id, broken);
  }

  @Test
  void files_withTheSameId_areReported() {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile one = new SourceFile("one.prop", Properties.around("always user"));
    SourceFile two = new SourceFile("two.prop", Properties.around("always kernel"));
    PropertyCatalogue catalogue = PropertyCatalogue.parse(List.of(one, two), diagnostics);
    assertEquals(
        "1:10 PRP010 the property 'p' is already declared at one.prop:1:10",
        Properties.lines(diagnostics));
    assertEquals(1, catalogue.properties().size());
    assertEquals("p", catalogue.nearest("q").orElseThrow());
    assertTrue(catalogue.byId("q").isEmpty());
  }

  @Test
  void listing_ofProperties_hasColumns() {
    Diagnostics diagnostics = new Diagnostics();
    String text =
        """
        property first "One." source "s" cost security requires PTI, IBRS always user
        property second-one "Two | three." source "s" cost none parameter f always in_c(f)
        """;
    List<PropertyDeclaration> parsed =
        PropertyParser.parse(new SourceFile("p.prop", text), diagnostics);
    assertEquals(
        """
        first          security  One. (with PTI and IBRS)
        second-one(f)  none      Two | three.
        """,
        PropertyListing.text(parsed));
    assertEquals(
        """
        | property | cost | statement |
        |---|---|---|
        | `first` | security | One. (with PTI and IBRS) |
        | `second-one(f)` | none | Two \\| three. |
        """,
        PropertyListing.markdown(parsed));
  }
}
