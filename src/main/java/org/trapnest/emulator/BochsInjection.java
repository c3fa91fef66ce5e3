package org.trapnest.emulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.trapnest.machine.Event;
import org.trapnest.machine.Gate;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Makes events happen on Bochs at the boundary where it stands: interrupts and debug traps by what
 * Bochs remembers of pending events, exceptions by instructions that raise them and that stand in
 * for what is there.
 */
final class BochsInjection {
  private static final String PENDING = "pending_event";
  private static final String SOME_EVENT = "async_event";

  /** The vector 32, among the requests and services of vectors 32 to 63. */
  private static final long FIRST_EXTERNAL = 1;

  /** BX_DEBUG_TRAP_HIT, and breakpoint 0. */
  private static final long WATCHPOINT_HIT = 1L << 12 | 1;

  private static final long PF_WRITE = 2;
  private static final long PF_BEYOND = ~6L;
  private static final long NOT_CANONICAL = 0x8000_0000_0000_0000L;

  private final BochsGuest guest;
  private final BochsSystem system;
  private final MachineModel model;
  private final Translation translation;

  BochsInjection(
      BochsGuest guest, BochsSystem system, MachineModel model, Translation translation) {
    this.guest = guest;
    this.system = system;
    this.model = model;
    this.translation = translation;
  }

  /** Makes an interrupt pending. */
  void latch(Vector vector) {
    Map<String, Long> values = new LinkedHashMap<>();
    long pending = guest.read(List.of(PENDING)).get(PENDING);
    switch (vector) {
      case NMI -> values.put(PENDING, pending | BochsSystem.NMI_EVENT);
      case IRQ -> {
        values.put(PENDING, pending | BochsSystem.APIC_EVENT);
        values.put("local_apic.irr1", FIRST_EXTERNAL);
        values.put("local_apic.isr1", 0L);
      }
      default -> throw new Unsupported("the arrival of " + vector.manualName());
    }
    values.put(SOME_EVENT, 1L);
    guest.write(values);
  }

  /** Takes what is pending at the boundary. */
  void take(Event event, MachineState before) {
    event.vector().ifPresent(vector -> checkToken(vector, before));
    switch (event) {
      case NMI, IRQ -> interrupt(event.vector().orElseThrow());
      case DB -> guest.step();
      default -> throw new Unsupported("a pending " + event.manualName());
    }
  }

  /**
   * Takes an interrupt that is pending. Bochs runs the handler's first instruction in the same
   * step; a jump to itself, which changes nothing, stands there meanwhile.
   */
  private void interrupt(Vector vector) {
    Gate gate = model.gates().get(vector);
    if (gate == null) {
      guest.step();
      return;
    }
    stepWith(translation.toGuest(gate.handler()), ServicePage.bytes(0xeb, 0xfe));
  }

  /**
   * Checks that Bochs delivers an event of user mode as the manual says, which it does not where
   * the shadow stack's token is bad.
   */
  private void checkToken(Vector vector, MachineState before) {
    boolean software = vector == Vector.BP || vector == Vector.INT80;
    boolean refused = software && !allowed(vector, before);
    Gate gate = model.gates().get(refused ? Vector.GP : vector);
    boolean fromUser = Selectors.rpl(before.read(Slot.CS)) == 3;
    var stacks = model.system().shadowStacks();
    if (stacks.isEmpty() || gate == null || !fromUser) {
      return;
    }
    long entry = before.read(stacks.get().tableSlot()) + 8L * gate.ist();
    long token =
        gate.ist() == 0 ? before.read(stacks.get().pl0Slot()) : word(before, entry).orElse(0);
    boolean atTop = (token & 0x1f) == 0x18;
    if (!atTop || word(before, token).orElse(0) != token) {
      throw new Unsupported("an event of user mode that meets a bad shadow-stack token");
    }
  }

  private OptionalLong word(MachineState state, long address) {
    int index = model.memory().indexOf(address);
    if (index < 0 || (address & 7) != 0 || model.memory().region(index).wordBytes() != 8) {
      return OptionalLong.empty();
    }
    Region region = model.memory().region(index);
    int word = (int) (address - region.base() >>> 3);
    return OptionalLong.of(state.read(region.firstSlot() + word));
  }

  /** Lets an event arrive and be delivered. */
  void deliver(Vector vector, long errorCode, MachineState before) {
    checkToken(vector, before);
    switch (vector) {
      case NMI, IRQ -> {
        latch(vector);
        interrupt(vector);
      }
      case DB -> {
        guest.write(Map.of("debug_trap", WATCHPOINT_HIT, SOME_EVENT, 1L));
        guest.step();
      }
      default -> raise(vector, errorCode, before);
    }
  }

  /** Raises an exception by an instruction in place of the one at RIP. */
  private void raise(Vector vector, long errorCode, MachineState before) {
    switch (vector) {
      case BP -> runInPlace(allowed(vector, before) ? 1 : 0, ServicePage.bytes(0xcc));
      case INT80 -> runInPlace(allowed(vector, before) ? 2 : 0, ServicePage.bytes(0xcd, 0x80));
      case UD -> runInPlace(0, ServicePage.bytes(0x0f, 0x0b));
      case GP -> runInPlace(0, ServicePage.moveAl(NOT_CANONICAL, false));
      case PF -> {
        if ((errorCode & PF_BEYOND) != 0) {
          throw new Unsupported("#PF with error code " + errorCode);
        }
        long address = translation.toGuest(Token.faultAddress(before.read(Slot.CR2)));
        runInPlace(0, ServicePage.moveAl(address, (errorCode & PF_WRITE) != 0));
      }
      default -> throw new Unsupported(vector.manualName());
    }
  }

  /** Whether software may use a gate here; otherwise the instruction itself faults. */
  private boolean allowed(Vector vector, MachineState before) {
    Gate gate = model.gates().get(vector);
    return gate != null && gate.dpl() >= Selectors.rpl(before.read(Slot.CS));
  }

  /** Enters the kernel from user mode by an instruction that ends at RIP, or faults there. */
  void enter(Event event, long errorCode, MachineState before) {
    switch (event) {
      case SYSCALL -> runInPlace(2, ServicePage.bytes(0x0f, 0x05));
      case SYSENTER -> runInPlace(2, ServicePage.bytes(0x0f, 0x34));
      case SYSCALL32 -> throw new Unsupported("SYSCALL from 32-bit code");
      default -> deliver(event.vector().orElseThrow(), errorCode, before);
    }
  }

  /** Runs other bytes than the code's once, and puts the code's back. */
  private void runInPlace(int before, byte[] bytes) {
    long place = guest.read(List.of("RIP")).get("RIP") - before;
    guest.write(Map.of("RIP", place));
    stepWith(place, bytes);
  }

  /** Makes a step while other bytes stand in for the code's at a place. */
  private void stepWith(long place, byte[] bytes) {
    system.substitute(place, bytes);
    guest.step();
    system.restoreCode();
  }
}
