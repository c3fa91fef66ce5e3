package org.trapnest.slip;

import java.util.List;

/**
 * What became of a slip.
 *
 * @param slip the slip
 * @param outcome whether it was noticed
 * @param by what noticed it: ids of properties whose verdict is another one, or words
 */
public record SlipResult(Slip slip, Outcome outcome, List<String> by) {

  public SlipResult {
    by = List.copyOf(by);
  }

  /** Whether a slip was noticed. */
  public enum Outcome {
    /** A verdict differs from its expectation, or the text is rejected. */
    CAUGHT,
    /** Every verdict is as before. */
    MISSED,
    /** A limit came first. */
    UNDECIDED
  }
}
