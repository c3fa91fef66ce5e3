package org.trapnest.machine;

import java.util.BitSet;
import java.util.List;
import org.trapnest.x86.Vector;

/**
 * Where an event may arrive of itself. The hardware's own masks apply on top.
 *
 * @param vector NMI, MC, DB, IRQ, or a fault that may hit any instruction (VC, VE, HV, PF …)
 * @param user whether it may arrive in user mode
 * @param instructions the kernel boundaries, by the index of the instruction that would run next
 * @param maxLive the greatest number of its contexts that may be live at once, or 0 for any
 * @param notWhileLive events during which it is assumed not to arrive
 * @param notWhileUncommitted events during whose entries, until their commit, it is assumed not to
 *     arrive
 * @param errorCode the error code that it pushes when its vector has one
 * @param bound the number of the bound that {@code maxLive} counts as, for reports of cuts
 */
public record EventRule(
    Vector vector,
    boolean user,
    BitSet instructions,
    int maxLive,
    List<Event> notWhileLive,
    List<Event> notWhileUncommitted,
    long errorCode,
    int bound) {

  public EventRule {
    instructions = (BitSet) instructions.clone();
    notWhileLive = List.copyOf(notWhileLive);
    notWhileUncommitted = List.copyOf(notWhileUncommitted);
  }

  @Override
  public BitSet instructions() {
    return (BitSet) instructions.clone();
  }
}
