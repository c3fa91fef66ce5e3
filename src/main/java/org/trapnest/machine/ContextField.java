package org.trapnest.machine;

/**
 * Offsets of the fields of a live context within its block of slots.
 *
 * <p>A context is pushed by each delivery of an event and each entry by SYSCALL or SYSENTER. The
 * fields from {@link #SNAPSHOT} on hold what must be the same when the interrupted code resumes:
 * {@code SNAPSHOT + i} holds the fixed slot {@code SNAPSHOT_SLOTS[i]}.
 */
public final class ContextField {
  /** An {@link Event} ordinal. */
  public static final int EVENT = 0;

  /** The address of the lowest word of the hardware frame, or 0 when nothing was pushed. */
  public static final int FRAME = 1;

  /** 1 when software has released the top of the stack that holds the frame. */
  public static final int RELEASED = 2;

  /** The first field of the snapshot. */
  public static final int SNAPSHOT = 3;

  /** The fixed slots that a snapshot holds: all GPRs first, in the order of their numbers. */
  static final int[] SNAPSHOT_SLOTS = {
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    Slot.RIP,
    Slot.RFLAGS,
    Slot.FLAGS_TOKEN,
    Slot.CS,
    Slot.SS,
    Slot.GS_BASE,
    Slot.KERNEL_GS_BASE,
    Slot.CR2,
    Slot.CR3,
    Slot.DR7,
    Slot.SPEC_CTRL,
    Slot.SSP,
    Slot.CSL
  };

  /** The number of slots that one context takes. */
  public static final int COUNT = SNAPSHOT + SNAPSHOT_SLOTS.length;

  private ContextField() {}

  /** The number of fixed slots in a snapshot. */
  public static int snapshotSize() {
    return SNAPSHOT_SLOTS.length;
  }

  /** The fixed slot held at a position of the snapshot, from zero. */
  public static int snapshotSlot(int position) {
    return SNAPSHOT_SLOTS[position];
  }

  /** The position in the snapshot that holds a fixed slot, or -1. */
  public static int snapshotPosition(int slot) {
    for (int i = 0; i < SNAPSHOT_SLOTS.length; i++) {
      if (SNAPSHOT_SLOTS[i] == slot) {
        return i;
      }
    }
    return -1;
  }

  /** How many bits a field needs. */
  public static int widthBits(int field) {
    return switch (field) {
      case EVENT -> 6;
      case RELEASED -> 1;
      case FRAME -> 64;
      default -> Slot.widthBits(SNAPSHOT_SLOTS[field - SNAPSHOT]);
    };
  }
}
