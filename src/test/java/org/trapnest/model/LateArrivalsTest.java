package org.trapnest.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.machine.AlternativeSink;
import org.trapnest.machine.Machine;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Observation;
import org.trapnest.machine.Slot;
import org.trapnest.property.ShippedCatalogue;

/**
 * Offering NMIs and IRQs where their mask opens reaches, the latches aside, exactly the states that
 * latching them where they arrive does; and the same findings.
 */
class LateArrivalsTest {
  private static final Path TINY = Path.of("src/test/resources/models/tiny");

  @TempDir private Path folder;

  /** The states up to findings, without the latches, and the findings. */
  private record Reached(Set<LongBuffer> states, Set<Long> findings, long latched) {}

  private static Reached reach(MachineModel model) {
    Machine machine = new Machine(model);
    Set<LongBuffer> all = new HashSet<>();
    Set<LongBuffer> projected = new HashSet<>();
    Set<Long> findings = new TreeSet<>();
    Deque<long[]> waiting = new ArrayDeque<>();
    AlternativeSink sink =
        new AlternativeSink() {
          @Override
          public void alternative(int choice, MachineState after, Observation seen) {
            findings.add(seen.findings());
            if (seen.findings() == 0) {
              add(after.toArray());
            }
          }

          private void add(long[] state) {
            if (all.add(LongBuffer.wrap(state))) {
              waiting.add(state);
            }
          }

          @Override
          public void cut(int bound) {}
        };
    MachineState state = machine.initialState();
    all.add(LongBuffer.wrap(state.toArray()));
    waiting.add(state.toArray());
    long latched = 0;
    while (!waiting.isEmpty()) {
      long[] next = waiting.remove();
      state.loadAll(next);
      machine.expand(state, sink);
      latched += next[Slot.NMI_PENDING] | next[Slot.IRQ_PENDING];
      long[] without = next.clone();
      without[Slot.NMI_PENDING] = 0;
      without[Slot.IRQ_PENDING] = 0;
      projected.add(LongBuffer.wrap(without));
    }
    return new Reached(projected, findings, latched);
  }

  private static ConfiguredModel load(Path file) {
    Diagnostics diagnostics = new Diagnostics();
    ModelLoader loader = new ModelLoader(new FileSources());
    Optional<Model> model = loader.load(file.toString(), "late", diagnostics);
    return model
        .flatMap(
            m ->
                loader.configure(
                    m,
                    m.configurations().get(0),
                    ShippedCatalogue.read().properties(),
                    diagnostics))
        .orElseThrow(() -> new AssertionError(DiagnosticPrinter.print(diagnostics.all())));
  }

  private static void assertSame(ConfiguredModel model) {
    Reached late = reach(model.machine());
    Reached latching = reach(model.as(new Variant(Optional.empty(), true)).machine());
    assertEquals(0, late.latched());
    assertTrue(latching.latched() > 0, "nothing was latched");
    assertEquals(late.states().size(), latching.states().size());
    assertEquals(late.states(), latching.states());
    assertEquals(late.findings(), latching.findings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nmi-trusts-saved-cs.S", "shadow-stacks.S", "syscall-nmi.S"})
  void lateArrivals_reachTheSameStatesAndFindings(String file) {
    assertSame(load(TINY.resolve(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NMI anywhere",
        "NMI user",
        "NMI kernel",
        "NMI c-code, user",
        "NMI in [entry_SYSCALL_64, asm_exc_nmi)",
        "NMI anywhere except in [asm_exc_nmi, end)",
        "NMI kernel not while IRQ",
        "NMI anywhere live 1"
      })
  void lateArrivals_withBreakpointsInterruptsAndPlaces_areTheSame(String event) throws IOException {
    String text = Files.readString(TINY.resolve("syscall-nmi.S"));
    String body =
        text.replace(
                "//@ event NMI anywhere", "//@ event " + event + "\n//@ event IRQ c-code, user")
            .replace("//@ gate NMI -> asm_exc_nmi ist 2", GATES)
            .replace("//@ c exc_nmi", "//@ c exc_nmi raises BP\n//@ c quiet")
            .replace("nmi words 24", "nmi words 48")
            .replace("thread words 16", "thread words 48");
    Path file = Files.writeString(folder.resolve("places.S"), body + HANDLERS);
    assertSame(load(file));
  }

  private static final String GATES =
      """
      //@ gate NMI -> asm_exc_nmi ist 2
      //@ gate BP -> asm_quiet dpl 3
      //@ gate IRQ -> asm_quiet
      //@ tss sp0 = thread_stack_top""";

  private static final String HANDLERS =
      """
      asm_quiet:
      	push	%rax
      	sti
      	nop
      	cli
      	pop	%rax
      	iretq
      end:
      	nop
      """;

  @Test
  void reductions_areNamedWhereTheyAreOn() {
    ConfiguredModel model = load(TINY.resolve("syscall-nmi.S"));
    Variant latching = new Variant(Optional.empty(), true);
    assertEquals(java.util.List.of("late arrivals"), model.machine().reductions());
    assertEquals(java.util.List.of(), model.as(latching).machine().reductions());
  }
}
