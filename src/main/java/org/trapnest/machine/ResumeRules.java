package org.trapnest.machine;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.trapnest.x86.Register;
import org.trapnest.x86.Rflags;

/**
 * What need not be the same when a context resumes: the registers that the system-call ABI lets the
 * kernel change, and CR2 where a fault in between is none of the interrupted code's business.
 *
 * <p>Source: Linux v6.1 arch/x86/entry/calling.h (registers of system calls).
 */
final class ResumeRules {
  /** Events that may hit the entry of #PF. #VC and #HV do when the hypervisor likes. */
  private static final Set<Event> MAY_COME_BEFORE_CR2_IS_READ =
      EnumSet.of(Event.NMI, Event.MC, Event.DB, Event.VC, Event.HV);

  private static final int EVENTS = Event.values().length;

  private final long[] fromKernel = new long[EVENTS];
  private final long[] fromUser = new long[EVENTS];

  ResumeRules(MachineModel model) {
    for (Event event : Event.values()) {
      long declared = mask(model.marks().resumeExempt().getOrDefault(event, List.of()));
      boolean keepsCr2 = MAY_COME_BEFORE_CR2_IS_READ.contains(event);
      long cr2 = bit(Slot.CR2);
      fromKernel[event.ordinal()] = declared | (keepsCr2 ? 0 : cr2);
      fromUser[event.ordinal()] = declared | cr2 | abi(event);
    }
  }

  private static long abi(Event event) {
    long result = bit(Slot.RAX);
    return switch (event) {
      case SYSCALL -> result | bit(Slot.RCX) | bit(Slot.R11);
      case SYSCALL32 -> result | bit(Slot.RCX) | gprs(8, 11);
      case SYSENTER ->
          result
              | bit(Slot.RCX)
              | bit(Slot.RDX)
              | bit(Register.RBP.number())
              | bit(Slot.RSP)
              | bit(Slot.RIP)
              | bit(Slot.CS);
      case INT80 -> result;
      default -> 0;
    };
  }

  private static long gprs(int first, int last) {
    long mask = 0;
    for (int slot = first; slot <= last; slot++) {
      mask |= bit(slot);
    }
    return mask;
  }

  private static long mask(List<Integer> slots) {
    long mask = 0;
    for (int slot : slots) {
      mask |= bit(slot);
    }
    return mask;
  }

  private static long bit(int slot) {
    int position = ContextField.snapshotPosition(slot);
    return position < 0 ? 0 : 1L << position;
  }

  /** The positions of the snapshot that are not compared, a bit each. */
  long exempt(Event event, boolean toUser) {
    return toUser ? fromUser[event.ordinal()] : fromKernel[event.ordinal()];
  }

  /** The flags that are compared: all but RF, and without the arithmetic ones for SYSENTER. */
  long comparedFlags(Event event) {
    return event == Event.SYSENTER ? Contexts.ALL_FLAGS & ~Rflags.ARITHMETIC : Contexts.ALL_FLAGS;
  }
}
