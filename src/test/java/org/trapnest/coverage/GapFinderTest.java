package org.trapnest.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.coverage.GapReport.Window;
import org.trapnest.explore.ExplorationOptions.Search;
import org.trapnest.explore.Limits;

/** Where gaps are open in models small enough to see it with the naked eye. */
class GapFinderTest {
  private static final Path SYSCALL = Surveys.TINY.resolve("syscall-nmi.S");

  @TempDir private Path folder;

  private static GapReport report(Path model) {
    return GapFinder.report(Surveys.of(model));
  }

  private static String paths(GapReport report, Gap gap) {
    return report.gaps().get(gap.ordinal()).paths().stream()
        .map(p -> p.kind().words() + ", " + p.phase().words() + ": " + p.boundaries())
        .collect(Collectors.joining("; "));
  }

  private static Window window(GapReport report, Gap gap, int path) {
    return report.gaps().get(gap.ordinal()).paths().get(path).windows().get(0);
  }

  @Test
  void syscallGap_reachesFromSyscallToTheLoadOfTheStackAndFromItsEndToSysret() {
    GapReport report = report(SYSCALL);
    assertEquals(
        "SYSCALL from user mode, entry: 3; SYSCALL from user mode, exit: 2",
        paths(report, Gap.STACK));
    Window entry = window(report, Gap.STACK, 0);
    assertEquals("entry_SYSCALL_64 (syscall-nmi.S:22)", entry.first());
    assertEquals("entry_SYSCALL_64+2 (syscall-nmi.S:24)", entry.last());
    assertEquals(List.of("mov %gs:top_of_stack, %rsp (syscall-nmi.S:24)"), entry.closedBy());
    assertTrue(entry.always());
    assertEquals(List.of(new GapReport.Arrival("NMI", "asm_exc_nmi", "IST 2")), entry.arriving());
    assertEquals(List.of("sysretq (syscall-nmi.S:31)"), window(report, Gap.STACK, 1).closedBy());
  }

  @Test
  void reentranceGap_ofAnNmi_isOpenUntilIretAndHeldByTheProcessor() {
    GapReport report = report(SYSCALL);
    Window exit = window(report, Gap.REENTRANCE, 2);
    assertEquals(List.of("iretq (syscall-nmi.S:48)"), exit.closedBy());
    assertEquals(List.of(), exit.arriving());
    assertEquals(
        List.of(new GapReport.Held("NMI", List.of("masked: an NMI is in service"))), exit.held());
  }

  @Test
  void gap_openInSomeStatesOnly_isNotAlwaysOpen() {
    GapReport report = report(SYSCALL);
    GapReport.Path nmi =
        report.gaps().get(Gap.GS_BASE.ordinal()).paths().stream()
            .filter(p -> p.kind().words().equals("NMI from the kernel"))
            .findFirst()
            .orElseThrow();
    assertFalse(nmi.windows().get(0).always(), "the NMI may hit either side of SWAPGS");
  }

  @Test
  void fred_closesTheStackAndGsGaps() {
    GapReport report = report(Surveys.TINY.resolve("fred.S"));
    assertEquals("FRED", report.delivery());
    for (Gap gap : List.of(Gap.STACK, Gap.REENTRANCE, Gap.GS_BASE)) {
      assertEquals("", paths(report, gap), gap.title());
      assertTrue(report.gaps().get(gap.ordinal()).tracked(), gap.title());
    }
  }

  @Test
  void gaps_ofWhatAModelLacks_areNotTracked() {
    GapReport report = report(SYSCALL);
    for (Gap gap : List.of(Gap.CR3, Gap.IBRS, Gap.RCU, Gap.MSR)) {
      assertFalse(report.gaps().get(gap.ordinal()).tracked(), gap.title());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "paging split, CR3, 'mov $KERNEL_CR3, %ecx; mov %rcx, %cr3', 'mov $USER_CR3, %ecx; mov %rcx, %cr3'",
    "variable rcu_watching, RCU, 'movq $1, rcu_watching', 'movq $0, rcu_watching'",
    "msr 0x122, MSR, 'mov $0x122, %ecx; xor %eax, %eax; mov $1, %edx; wrmsr', 'mov $0x122, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr'"
  })
  void gap_thatAModelDeclares_isOpenUntilItsInstructions(
      String declared, Gap gap, String close, String open) throws Exception {
    String text =
        """
        //@ model "One gap."
        //@ stack thread words 8 user-mapped
        //@ entry syscall -> start
        //@ user syscall
        //@ %s
        //@ c work
        //@ check stack-in-bounds
        start:
        	mov %%rcx, %%rdi
        	mov %%rsp, %%rsi
        	mov $thread_stack_top, %%rsp
        	push %%rdi
        	push %%rsi
        	push %%r11
        	%s
        	call work
        	%s
        	pop %%r11
        	pop %%rsi
        	pop %%rcx
        	mov %%rsi, %%rsp
        	sysretq
        """
            .formatted(declared, close, open);
    GapReport report = report(Files.writeString(folder.resolve("gap.S"), text));
    List<String> phases =
        report.gaps().get(gap.ordinal()).paths().stream().map(p -> p.phase().words()).toList();
    assertEquals(List.of("entry", "exit"), phases);
    assertEquals("start (gap.S:9)", window(report, gap, 0).first());
    assertEquals(1, window(report, gap, 0).closedBy().size());
  }

  @Test
  void windows_standInTheOrderInWhichAContextComesToThem() throws Exception {
    String text =
        """
        //@ model "An NMI whose entry jumps back."
        //@ stack nmi words 24 ist 2
        //@ gate NMI -> start ist 2
        //@ event NMI user
        //@ c work preserves-registers
        //@ check stack-in-bounds
        second:
        	swapgs
        	//@ release nmi
        	call work
        	swapgs
        	iretq
        start:
        	push %rdi
        	pop %rdi
        	jmp second
        """;
    GapReport report = report(Files.writeString(folder.resolve("order.S"), text));
    List<Window> windows = report.gaps().get(Gap.GS_BASE.ordinal()).paths().get(0).windows();
    assertEquals(List.of("start (order.S:14)", "second (order.S:8)"), firsts(windows));
    Window released = report.gaps().get(Gap.REENTRANCE.ordinal()).paths().get(0).windows().get(1);
    assertEquals(List.of("the release before call work (order.S:10)"), released.closedBy());
  }

  private static List<String> firsts(List<Window> windows) {
    return windows.stream().map(Window::first).toList();
  }

  @Test
  void exploration_inAnotherOrder_findsTheSameGaps() {
    GapReport report = GapFinder.report(Surveys.of(SYSCALL, Search.DFS, Limits.NONE));
    assertEquals(report(SYSCALL).gaps(), report.gaps());
  }
}
