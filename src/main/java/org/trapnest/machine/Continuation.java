package org.trapnest.machine;

import java.util.BitSet;

/**
 * A label at which execution may legally go on for a context although it was interrupted elsewhere:
 * a return lands there, or the code runs into it.
 *
 * @param name the label
 * @param address its address
 * @param event the kind of context that goes on there
 * @param mode what happens to the contexts
 * @param replaced for {@code REPLACES}, the interrupted instructions (by index) that the label
 *     stands for; for {@code MERGES}, those that raised the event
 */
public record Continuation(String name, long address, Event event, Mode mode, BitSet replaced) {

  public Continuation {
    replaced = (BitSet) replaced.clone();
  }

  @Override
  public BitSet replaced() {
    return (BitSet) replaced.clone();
  }

  /** Whether the label stands for an instruction. */
  boolean replaces(int index) {
    return replaced.get(index);
  }

  /** What reaching the label does to the live contexts. */
  public enum Mode {
    /** The newest context is of the named kind and goes on at the label; none ends. */
    RESTARTS,
    /**
     * The newest context ends; the one below is of the named kind, was interrupted in the replaced
     * range, and goes on at the label instead.
     */
    REPLACES,
    /**
     * Code that runs into the label with the newest context of the named kind, raised in the range,
     * goes on for the one below: the newest ends without a return. A fault of an IRET to user mode
     * that is handled as if user mode had raised it is such a case.
     */
    MERGES
  }
}
