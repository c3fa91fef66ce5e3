package org.trapnest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.trapnest.x86.Vector;

/** What becomes of a stack word that has been popped. */
class PoppedWordsTest {
  private static final long WORD = EntryFixture.NMI - 48;

  private static MachineRun inNmi(boolean dead, Opcode pop) {
    EntryFixture fixture = new EntryFixture().label("syscall").nops(6).label("handler");
    fixture = pop == Opcode.RET ? fixture.add(pop) : fixture.add(pop, EntryFixture.reg("rcx"));
    fixture.gate(Vector.NMI, "handler", 1).arrives(Vector.NMI);
    fixture.assume(Assumption.POPPED_WORDS_ARE_DEAD, dead);
    MachineRun run = fixture.inKernel("syscall");
    run.arrive(Vector.NMI);
    run.load(Slot.RSP, WORD);
    return run;
  }

  @ParameterizedTest
  @CsvSource({"false, POP", "true, POP", "false, RET", "true, RET"})
  void pop_ofAWordOfTheNewestContext_leavesItDeadByAssumption(boolean dead, Opcode pop) {
    MachineRun run = inNmi(dead, pop).loadWord(WORD, Program.BASE, 2);
    run.step();
    assertEquals(dead ? Token.DEAD : Program.BASE, run.word(WORD));
    assertEquals(dead ? 0 : 2, run.read(EntryFixture.owner(WORD)));
    assertEquals(WORD + 8, run.read(Slot.RSP));
  }

  @Test
  void pop_ofAWordOfAnOlderContext_leavesIt() {
    MachineRun run = inNmi(true, Opcode.POP).loadWord(WORD, 5, 1);
    run.step();
    assertEquals(5, run.word(WORD));
    assertEquals(1, run.read(EntryFixture.owner(WORD)));
  }
}
