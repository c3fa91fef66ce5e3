package org.trapnest.machine;

import org.trapnest.x86.EventType;
import org.trapnest.x86.Vector;

/** How one instruction ended. */
public sealed interface StepResult {

  /** It completed; RIP has been set. */
  StepResult DONE = new Done();

  /** It completed; RIP has been set. */
  record Done() implements StepResult {}

  /**
   * It raised an exception and changed nothing else that software can see.
   *
   * @param vector which
   * @param errorCode pushed when the vector has one
   * @param faultAddress for #PF, what goes into CR2
   */
  record Fault(Vector vector, long errorCode, long faultAddress) implements StepResult {

    public static Fault of(Vector vector) {
      return new Fault(vector, 0, 0);
    }
  }

  /**
   * It completed as a trap: RIP has been set to the next instruction, and the event is delivered
   * there (INT n, INT3, INT1).
   *
   * @param vector which
   * @param type which kind of instruction raised it
   */
  record Trap(Vector vector, EventType type) implements StepResult {}

  /** A finding ends the run; the observation has its explanation. */
  record Ended(Finding finding) implements StepResult {}

  /** The machine has no rule for it. */
  record Unmodelled(String reason) implements StepResult {}

  /** The model says that execution ends here. */
  record Stopped() implements StepResult {}
}
