package org.trapnest.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trapnest.coverage.CoverageReport.Received;
import org.trapnest.coverage.CoverageReport.Row;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.Limits;
import org.trapnest.machine.Reception;
import org.trapnest.x86.Vector;

/** What becomes of events at boundaries, and what is never reached. */
class CoverageFinderTest {
  private static final Path SYSCALL = Surveys.TINY.resolve("syscall-nmi.S");

  @TempDir private Path folder;

  private static Row row(CoverageReport report, String kind, String place) {
    return report.rows().stream()
        .filter(r -> r.kind().map(ContextKind::words).orElse("user mode").equals(kind))
        .filter(r -> r.place().startsWith(place + " ") || r.place().equals(place))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void event_atABoundary_isDeliveredOrMaskedByWhatTheContextSays() {
    CoverageReport report = CoverageFinder.report(Surveys.of(SYSCALL));
    assertEquals(
        List.of(new Received(Vector.NMI, Reception.DELIVERED, 2)),
        row(report, "SYSCALL from user mode", "entry_SYSCALL_64").events());
    Row nmi = row(report, "NMI from the kernel", "asm_exc_nmi");
    assertEquals(Reception.MASKED_BY_NMI, nmi.events().get(0).reception());
    assertEquals(33, nmi.states(), "31 boundaries, two of them with the first user_rsp and later");
    assertEquals(2, row(report, "user mode", "user mode").states());
    assertEquals(List.of(), report.unreached());
  }

  @Test
  void states_ofAllBoundaries_areThoseOfTheExploration() {
    Survey survey = Surveys.of(SYSCALL);
    long states = CoverageFinder.report(survey).rows().stream().mapToLong(Row::states).sum();
    assertEquals(survey.result().statistics().states(), states);
  }

  @Test
  void exploration_thatALimitEnds_isNotComplete() {
    Limits few = new Limits(100, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);
    assertFalse(Surveys.of(SYSCALL, Search.BFS, few).complete());
    assertTrue(Surveys.of(SYSCALL).complete());
  }

  @Test
  void instructions_neverReached_areListedWithTheReason() throws Exception {
    String text =
        """
        //@ model "What nobody reaches."
        //@ stack nmi words 8 ist 1
        //@ entry syscall -> start
        //@ gate NMI -> handler ist 1
        //@ user syscall
        //@ check stack-in-bounds
        start:
        	xor %eax, %eax
        	jz 1f
        	nop
        1:	jnz 2f
        	sysretq
        2:	nop
        	jmp 1b
        	ud2
        handler:
        	iretq
        """;
    CoverageReport report =
        CoverageFinder.report(Surveys.of(Files.writeString(folder.resolve("m.S"), text)));
    List<String> found =
        report.unreached().stream()
            .map(u -> u.first() + " " + u.instructions() + ": " + u.why())
            .toList();
    assertEquals(
        List.of(
            "start+2 (m.S:10) 1: the branch before it is always taken: jz 1f (m.S:9)",
            "start+5 (m.S:13) 4: never taken: jnz 2f (m.S:11); no NMI is ever delivered"),
        found);
  }
}
