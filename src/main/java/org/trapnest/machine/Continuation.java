package org.trapnest.machine;

import java.util.BitSet;

/**
 * A label at which a return may legally land although no context was interrupted exactly there.
 *
 * @param name the label
 * @param address its address
 * @param event the kind of context that goes on there
 * @param mode what happens to the contexts
 * @param replaced for {@code REPLACES}, the interrupted instructions (by index) that the label
 *     stands for
 */
public record Continuation(String name, long address, Event event, Mode mode, BitSet replaced) {

  public Continuation {
    replaced = (BitSet) replaced.clone();
  }

  @Override
  public BitSet replaced() {
    return (BitSet) replaced.clone();
  }

  /** What a return to the label does to the live contexts. */
  public enum Mode {
    /** The newest context is of the named kind and goes on at the label; none ends. */
    RESTARTS,
    /**
     * The newest context ends; the one below is of the named kind, was interrupted in the replaced
     * range, and goes on at the label instead.
     */
    REPLACES
  }
}
