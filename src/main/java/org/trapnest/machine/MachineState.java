package org.trapnest.machine;

import java.util.Arrays;

/**
 * The state of the machine as numbered 64-bit slots, with a journal that undoes writes.
 *
 * <p>Mutable and confined to one thread, since a step writes a few slots, hands the state on, and
 * takes the writes back.
 */
public final class MachineState {
  private final long[] slots;
  private int[] journalSlot = new int[256];
  private long[] journalOld = new long[256];
  private int journalSize;

  public MachineState(int slotCount) {
    this.slots = new long[slotCount];
  }

  public int slotCount() {
    return slots.length;
  }

  public long read(int slot) {
    return slots[slot];
  }

  /** Writes a slot and remembers what it held. A write of the same value leaves no trace. */
  public void write(int slot, long value) {
    long old = slots[slot];
    if (old != value) {
      if (journalSize == journalSlot.length) {
        journalSlot = Arrays.copyOf(journalSlot, 2 * journalSize);
        journalOld = Arrays.copyOf(journalOld, 2 * journalSize);
      }
      journalSlot[journalSize] = slot;
      journalOld[journalSize++] = old;
      slots[slot] = value;
    }
  }

  /** Writes a slot without remembering what it held, as when a state is loaded. */
  public void load(int slot, long value) {
    slots[slot] = value;
  }

  /** The current length of the journal, to return to with {@link #rollback}. */
  public int mark() {
    return journalSize;
  }

  /** Takes back every write since the mark. */
  public void rollback(int mark) {
    while (journalSize > mark) {
      journalSize--;
      slots[journalSlot[journalSize]] = journalOld[journalSize];
    }
  }

  /** Forgets the journal, keeping the values. */
  public void commit() {
    journalSize = 0;
  }

  /** The slot that an entry of the journal wrote; a slot may have several entries. */
  public int journalSlot(int entry) {
    return journalSlot[entry];
  }

  /** What the slot held before an entry of the journal. */
  public long journalOld(int entry) {
    return journalOld[entry];
  }

  /** A copy of all slots. */
  public long[] toArray() {
    return slots.clone();
  }

  /** Loads all slots and forgets the journal. */
  public void loadAll(long[] values) {
    System.arraycopy(values, 0, slots, 0, slots.length);
    journalSize = 0;
  }
}
