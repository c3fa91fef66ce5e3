package org.trapnest.slip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.trapnest.asm.FileSources;
import org.trapnest.asm.SourceReader;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.explore.ExplorationOptions;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.ExplorationOptions.StoreKind;
import org.trapnest.explore.Limits;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.ModelLoader;
import org.trapnest.property.PropertyDeclaration;
import org.trapnest.property.ShippedCatalogue;
import org.trapnest.slip.Slip.Kind;
import org.trapnest.slip.SlipResult.Outcome;

/** Slips in a model of a system call and an NMI. */
class SlipTrialTest {
  private static final String MODEL = "src/test/resources/models/tiny/syscall-nmi.S";
  private static final SourceReader SOURCES = new FileSources();

  private static ConfiguredModel model() throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    ModelLoader loader = new ModelLoader(SOURCES);
    List<PropertyDeclaration> catalogue = ShippedCatalogue.read().properties();
    return loader
        .load(MODEL, "tiny/syscall-nmi", diagnostics)
        .flatMap(m -> loader.configure(m, m.configurations().get(0), catalogue, diagnostics))
        .orElseThrow(() -> new AssertionError(DiagnosticPrinter.print(diagnostics.all())));
  }

  private static BitSet everything() {
    BitSet all = new BitSet();
    all.set(0, 10_000);
    return all;
  }

  private static Slip slip(Kind kind, String text) throws IOException {
    return SlipFinder.find(model(), Set.of(kind), everything()).stream()
        .filter(s -> s.text().replaceAll("\\s+", " ").equals(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no slip at " + text));
  }

  private static SlipResult run(Slip slip, long maxStates) throws IOException {
    Limits limits = new Limits(maxStates, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);
    ExplorationOptions options =
        new ExplorationOptions(Search.BFS, StoreKind.TREE, 1, limits, false);
    return new SlipTrial(model(), SOURCES, ShippedCatalogue.read().properties(), options)
        .run(slip, () -> false);
  }

  private static SlipResult run(Slip slip) throws IOException {
    return run(slip, Long.MAX_VALUE);
  }

  @Test
  void dropped_swapgs_isCaughtByTheGsBase() throws IOException {
    SlipResult result = run(slip(Kind.DROP, "swapgs"));
    assertEquals(Outcome.CAUGHT, result.outcome());
    assertTrue(result.by().contains("gs-matches-privilege"), result.by().toString());
  }

  @Test
  void doubled_swapgs_isCaught() throws IOException {
    assertEquals(Outcome.CAUGHT, run(slip(Kind.DOUBLE, "swapgs")).outcome());
  }

  @Test
  void swapped_exits_areCaught() throws IOException {
    assertEquals(Outcome.CAUGHT, run(slip(Kind.SWAP, "swapgs")).outcome());
  }

  @Test
  void dropped_return_runsIntoWhatFollows() throws IOException {
    assertEquals(Outcome.CAUGHT, run(slip(Kind.DROP, "sysretq")).outcome());
  }

  @Test
  void dropped_callThatNoPropertyAsksFor_isMissed() throws IOException {
    SlipResult result = run(slip(Kind.DROP, "call do_syscall_64"));
    assertEquals(new SlipResult(result.slip(), Outcome.MISSED, List.of()), result);
  }

  @Test
  void slip_underALimit_isUndecided() throws IOException {
    SlipResult result = run(slip(Kind.DROP, "call do_syscall_64"), 10);
    assertEquals(Outcome.UNDECIDED, result.outcome());
    assertEquals(List.of("state limit"), result.by());
  }

  @Test
  void slips_inLinesThatNoRunReaches_areLeftOut() throws IOException {
    BitSet first = new BitSet();
    first.set(0, 2);
    List<Slip> slips = SlipFinder.find(model(), EnumSet.allOf(Kind.class), first);
    assertEquals(Set.of(22, 23), slips.stream().map(Slip::line).collect(Collectors.toSet()));
  }

  @Test
  void slips_standInLinesOfTheProgramAndChangeSomething() throws IOException {
    List<Slip> slips = SlipFinder.find(model(), EnumSet.allOf(Kind.class), everything());
    assertTrue(slips.stream().allMatch(s -> s.path().equals(MODEL)));
    assertTrue(slips.stream().anyMatch(s -> s.text().startsWith("push %rax; push %rcx")));
    for (Slip slip : slips) {
      String before = SOURCES.read(MODEL).text();
      String after = new SlippedSources(SOURCES, slip).read(MODEL).text();
      assertFalse(before.equals(after), slip.toString());
    }
    Set<String> doubled = new java.util.TreeSet<>();
    slips.stream().filter(s -> s.kind() == Kind.DOUBLE).forEach(s -> doubled.add(s.text()));
    assertFalse(doubled.stream().anyMatch(t -> t.matches("(sysretq|iretq|test.*|rdmsr|js.*)")));
  }
}
