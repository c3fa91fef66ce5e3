package org.trapnest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SlipsCommandTest {
  private static final String MODEL = "src/test/resources/models/tiny/syscall-nmi.S";

  @Test
  void slips_allOfAModel_areCountedAndThoseNotCaughtListed() {
    Outcome outcome = Outcome.of("slips", MODEL, "--kinds", "drop", "--progress", "none");
    assertEquals(0, outcome.status(), outcome.text());
    assertTrue(
        outcome
            .out()
            .startsWith(
                "tiny/syscall-nmi [default]: 24 of 24 slips tried, 23 caught, 1 not, 0 undecided\n"),
        outcome.out());
    assertTrue(outcome.out().contains("syscall-nmi.S:27 drop    call do_syscall_64"));
  }

  @Test
  void slips_bySeed_areTheSameForAnyNumberOfWorkers() {
    String[] one = {"slips", MODEL, "--sample", "9", "--seed", "4", "--workers", "1"};
    String[] three = {"slips", MODEL, "--sample", "9", "--seed", "4", "--workers", "3"};
    Outcome first = Outcome.of(one);
    assertTrue(first.out().contains("9 of 9 slips"), first.text());
    assertEquals(first.out(), Outcome.of(three).out());
  }

  @Test
  void slips_thatCannotBeTried_endWithTheReason() {
    Outcome limited = Outcome.of("slips", MODEL, "--max-states", "30", "--progress", "none");
    assertEquals(4, limited.status());
    assertTrue(limited.err().contains("was not explored to the end: state limit"), limited.err());
    assertEquals(2, Outcome.of("slips", MODEL, "--kinds", "typo").status());
    assertEquals(2, Outcome.of("slips", MODEL, "--sample", "0").status());
    assertEquals(130, Outcome.of(new AtomicBoolean(true), "slips", MODEL).status());
  }
}
