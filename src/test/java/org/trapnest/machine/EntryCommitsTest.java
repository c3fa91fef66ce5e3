package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.machine.MachineRun.Outcome;
import org.trapnest.x86.Vector;

/**
 * Entries that leave their IST stacks by a commit, for themselves and for those they interrupted.
 */
class EntryCommitsTest {
  private static final int RDX = Slot.RDX;
  private static final int RIP = ContextField.snapshotPosition(Slot.RIP);

  /** NMI and #MC enter at a commit of both, behind which an IRET stands. */
  private static EntryFixture fixture() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(2);
    fixture.label("entry").nops(1).commits(RDX, "nmi", "mc").nops(1);
    fixture.label("committed").add(Opcode.IRET);
    fixture.gate(Vector.NMI, "entry", 1).gate(Vector.MC, "entry", 3);
    return fixture.arrives(Vector.NMI).arrives(Vector.MC);
  }

  /** A machine check has hit an NMI at its first instruction, and stands before the commit. */
  private static MachineRun inMachineCheckOverNmi(EntryFixture fixture, long count) {
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.NMI);
    run.arrive(Vector.MC);
    run.step();
    return run.load(RDX, count);
  }

  @Test
  void commit_releasesEveryEntryOnItsStacks() {
    MachineRun run = inMachineCheckOverNmi(fixture(), 2);
    assertEquals(0, run.context(1, ContextField.RELEASED));
    assertEquals(0, run.step().findings());
    assertEquals(1, run.context(1, ContextField.RELEASED));
    assertEquals(1, run.context(2, ContextField.RELEASED));
    assertEquals(0, run.context(0, ContextField.RELEASED), "the system call has no frame");
  }

  @Test
  void commit_leavesItsStacksDeadAndNoOther() {
    MachineRun run = inMachineCheckOverNmi(fixture(), 2);
    run.loadWord(EntryFixture.THREAD - 8, 7, 3).loadWord(EntryFixture.NMI - 48, 8, 2);
    run.step();
    assertEquals(Token.DEAD, run.word(EntryFixture.NMI - 40));
    assertEquals(Token.DEAD, run.word(EntryFixture.NMI - 48));
    assertEquals(Token.DEAD, run.word(EntryFixture.MC - 40));
    assertEquals(0, run.read(EntryFixture.owner(EntryFixture.NMI - 48)));
    assertEquals(7, run.word(EntryFixture.THREAD - 8));
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, false", "3, true"})
  void commit_thatClaimsAnotherNumber_isMiscounted(long claimed, boolean wrong) {
    Outcome seen = inMachineCheckOverNmi(fixture(), claimed).step();
    assertEquals(wrong, seen.found(Finding.COMMIT_MISCOUNTED));
    assertEquals(wrong, seen.explanation().contains("2 were not committed"), seen.explanation());
  }

  @Test
  void commit_ofAnEntryThatAnotherHasCommitted_isFound() {
    EntryFixture fixture = fixture();
    MachineRun run = inMachineCheckOverNmi(fixture, 2);
    run.step();
    long entry = fixture.address("entry");
    run.loadFrame(EntryFixture.MC - 40, entry, 0x10, 2, EntryFixture.NMI - 40, 0x18);
    run.step();
    assertEquals(2, run.read(Slot.CONTEXTS), "the machine check returns where it hit the NMI");
    run.step();
    Outcome seen = run.load(RDX, 0).step();
    assertTrue(seen.found(Finding.COMMITTED_AGAIN));
    assertFalse(seen.found(Finding.COMMIT_MISCOUNTED));
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void continuation_ofAnEntry_needsItsCommit(boolean committed, boolean found) {
    EntryFixture fixture = fixture();
    fixture.continues("committed", Event.NMI, Continuation.Mode.REPLACES, 2, 4);
    MachineRun run = inMachineCheckOverNmi(fixture, 2);
    if (committed) {
      run.step();
    } else {
      run.load(Slot.RIP, fixture.address("committed"));
    }
    long behind = fixture.address("committed");
    run.loadFrame(EntryFixture.MC - 40, behind, 0x10, 2, EntryFixture.THREAD - 64, 0x18);
    Outcome seen = run.step();
    assertEquals(0, seen.continuation());
    assertEquals(found, seen.found(Finding.UNCOMMITTED_CONTINUED));
  }

  /** As the entry of {@link #fixture}, with two boundaries before the commit and a continuation. */
  private static EntryFixture continuedFixture() {
    EntryFixture fixture = fixture();
    return fixture.continues("committed", Event.NMI, Continuation.Mode.REPLACES, 2, 4);
  }

  private static MachineRun committedOver(int stepsOfNmi, long count) {
    MachineRun run = continuedFixture().inKernel("syscall");
    run.arrive(Vector.NMI);
    for (int i = 0; i < stepsOfNmi; i++) {
      run.step();
    }
    run.load(RDX, 99).arrive(Vector.MC);
    run.step();
    run.load(RDX, count).step();
    return run;
  }

  @Test
  void commit_ofInterruptedEntries_forgetsWhereTheyStood() {
    MachineRun early = committedOver(0, 2);
    MachineRun late = committedOver(1, 2);
    long behind = continuedFixture().address("committed");
    assertEquals(behind, early.context(2, ContextField.SNAPSHOT + RIP));
    assertEquals(0, early.context(2, ContextField.SNAPSHOT + RDX));
    for (int field = 0; field < ContextField.COUNT; field++) {
      assertEquals(early.context(2, field), late.context(2, field));
    }
  }

  @Test
  void commit_thatIsMiscounted_forgetsNothing() {
    MachineRun run = committedOver(0, 1);
    assertEquals(99, run.context(2, ContextField.SNAPSHOT + RDX));
  }

  @Test
  void commit_leavesWhatItsOwnEntryInterruptedOutsideAlone() {
    MachineRun run = committedOver(0, 2);
    EntryFixture fixture = continuedFixture();
    assertEquals(
        fixture.address("syscall"), run.context(1, ContextField.SNAPSHOT + RIP), "the NMI's own");
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void return_toBeforeTheCommitOfAnother_isCommittedAgain(int instruction) {
    MachineRun run = committedOver(0, 2);
    long before = continuedFixture().address("entry") + 16L * instruction;
    run.loadFrame(EntryFixture.MC - 40, before, 0x10, 2, EntryFixture.NMI - 40, 0x18);
    Outcome seen = run.step();
    assertTrue(seen.found(Finding.COMMITTED_AGAIN));
    assertFalse(seen.found(Finding.UNKNOWN_RETURN));
    assertEquals(2, run.read(Slot.CONTEXTS));
  }

  @Test
  void return_elsewhereThanBehindTheCommit_isUnknown() {
    MachineRun run = committedOver(0, 2);
    long elsewhere = continuedFixture().address("syscall");
    run.loadFrame(EntryFixture.MC - 40, elsewhere, 0x10, 2, EntryFixture.NMI - 40, 0x18);
    assertTrue(run.step().found(Finding.UNKNOWN_RETURN));
  }

  @Test
  void continuation_whereNothingCommits_needsNone() {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(2);
    fixture.label("entry").nops(1).label("behind").add(Opcode.IRET);
    fixture.gate(Vector.NMI, "entry", 1).gate(Vector.MC, "behind", 3);
    fixture.arrives(Vector.NMI).arrives(Vector.MC);
    fixture.continues("behind", Event.NMI, Continuation.Mode.REPLACES, 2, 3);
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.NMI);
    run.arrive(Vector.MC);
    long behind = fixture.address("behind");
    run.loadFrame(EntryFixture.MC - 40, behind, 0x10, 2, EntryFixture.THREAD - 64, 0x18);
    Outcome seen = run.step();
    assertEquals(0, seen.continuation());
    assertFalse(seen.found(Finding.UNCOMMITTED_CONTINUED));
  }

  @Test
  void abandon_leavesAStackDeadAndItsContextsAsTheyAre() {
    EntryFixture fixture = new EntryFixture().label("syscall").abandons("nmi").nops(2);
    MachineRun run = fixture.inKernel("syscall");
    run.loadWord(EntryFixture.NMI - 48, 8, 1).loadWord(EntryFixture.MC - 48, 9, 1);
    run.step();
    assertEquals(Token.DEAD, run.word(EntryFixture.NMI - 48));
    assertEquals(0, run.read(EntryFixture.owner(EntryFixture.NMI - 48)));
    assertEquals(9, run.word(EntryFixture.MC - 48));
    assertEquals(0, run.context(0, ContextField.RELEASED));
  }
}
