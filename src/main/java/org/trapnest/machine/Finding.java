package org.trapnest.machine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that the machine notices during a step and that a property may forbid. Findings marked
 * as ending leave the machine halted, since it cannot say what comes next.
 */
public enum Finding {
  /** A value read from a dead stack word was used, or a dead word was read. */
  DEAD_VALUE_USED(true),
  /** An address, a branch, arithmetic or a control register depends on an opaque token. */
  TOKEN_USED(true),
  /** A return landed neither on the newest live context nor on a declared continuation. */
  UNKNOWN_RETURN(true),
  /** A return landed on the interrupted place, but not everything is as it was. */
  RESUME_DIFFERS(false),
  /** A push or a frame left its stack, or RSP is in no stack. */
  STACK_OUT_OF_BOUNDS(true),
  /** A frame or a push went to memory chosen by the user's RSP. */
  STACK_UNTRUSTED(false),
  /** The current CR3 does not map what was accessed; the #PF is delivered. */
  UNMAPPED_ACCESS(false),
  /** Memory was accessed through the user's GS base in kernel mode. */
  USER_GS_ACCESS(true),
  /** An event was delivered on an IST stack whose top still holds a frame in use. */
  IST_TOP_REUSED(false),
  /** A word of a live hardware frame was overwritten by another context. */
  FRAME_OVERWRITTEN(false),
  /** #DF was delivered. */
  DOUBLE_FAULT(false),
  /** The processor shut down. */
  SHUTDOWN(true),
  /** SYSRET was executed with an RCX or R11 that is not safe. */
  SYSRET_UNSAFE(false),
  /** A RET instruction was executed. */
  RET_EXECUTED(false),
  /** NMIs became unblocked while an NMI context is live that the return does not end. */
  NMI_UNMASKED_EARLY(false),
  /** IF became 1 in kernel mode while an NMI context is live. */
  IRQS_ENABLED_IN_NMI(false),
  /** A shadow-stack token that had to be free was not. */
  SHADOW_TOKEN_BUSY(false),
  /** A return or a token disagreed with the shadow stack; #CP follows. */
  SHADOW_STACK_MISMATCH(false),
  /** An entry committed although it had been committed before, by itself or by another. */
  COMMITTED_AGAIN(false),
  /** A commit claims another number of entries than those that were not committed yet. */
  COMMIT_MISCOUNTED(false),
  /** A continuation passed over the rest of an entry that nobody had committed. */
  UNCOMMITTED_CONTINUED(false);

  private final boolean ends;

  Finding(boolean ends) {
    this.ends = ends;
  }

  /** Whether the machine halts with it. */
  public boolean ends() {
    return ends;
  }

  /** The bit of this finding in {@link Observation#findings()}. */
  public long bit() {
    return 1L << ordinal();
  }

  /** The name as properties write it: {@code dead-value-used}. */
  public String propertyName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Finding> parse(String propertyName) {
    return Arrays.stream(values()).filter(f -> f.propertyName().equals(propertyName)).findFirst();
  }
}
