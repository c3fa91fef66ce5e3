package org.trapnest.emulator;

import org.trapnest.machine.Event;
import org.trapnest.machine.Gate;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Makes events happen on a guest at the boundary where it stands: interrupts by the emulator's
 * monitor, exceptions by instructions that raise them and that stand in for what is there.
 */
final class Injection {
  private static final String NMI = "nmi";

  /** Bank 1, an uncorrected error with a corrupt context; MCIP. */
  private static final String MACHINE_CHECK = "mce 0 1 0xb200000000000000 4 0 0";

  /** The serial port's interrupt for an empty transmitter: off, then on, for an edge. */
  private static final String NO_SERIAL_INTERRUPT = "o /b 0x3f9 0";

  private static final String SERIAL_INTERRUPT = "o /b 0x3f9 2";
  private static final long PF_WRITE = 2;
  private static final long PF_BEYOND = ~6L;
  private static final long NOT_CANONICAL = 0x8000_0000_0000_0000L;

  private final Guest guest;
  private final GuestSystem system;
  private final MachineModel model;
  private final Translation translation;

  Injection(Guest guest, GuestSystem system, MachineModel model, Translation translation) {
    this.guest = guest;
    this.model = model;
    this.system = system;
    this.translation = translation;
  }

  /** Latches an interrupt. */
  void latch(Vector vector) {
    switch (vector) {
      case NMI -> guest.monitor(NMI);
      case MC -> guest.monitor(MACHINE_CHECK);
      case IRQ -> {
        guest.monitor(NO_SERIAL_INTERRUPT);
        guest.monitor(SERIAL_INTERRUPT);
        noticeAtALoop();
      }
      default -> throw new Unsupported("the arrival of " + vector.manualName());
    }
  }

  /** The emulator's step behind an interrupt request does nothing but poll its controllers. */
  private void noticeAtALoop() {
    long place = guest.read(Slot.RIP);
    long flags = guest.read(Slot.RFLAGS);
    guest.write(Slot.RFLAGS, flags & ~(Rflags.IF | Rflags.TF));
    guest.write(Slot.RIP, system.loopHere());
    guest.step();
    guest.write(Slot.RIP, place);
    guest.write(Slot.RFLAGS, flags);
    system.loseShadow();
  }

  /** Lets an event arrive and be delivered. */
  void deliver(Vector vector, long errorCode, MachineState before) {
    switch (vector) {
      case NMI, MC, IRQ -> {
        latch(vector);
        guest.step();
      }
      case DB -> system.debugTrapHere(before.read(Slot.DR7));
      default -> raise(vector, errorCode, before);
    }
  }

  /** Raises an exception by an instruction in place of the one at RIP. */
  private void raise(Vector vector, long errorCode, MachineState before) {
    switch (vector) {
      case BP -> runInPlace(allowed(vector) ? 1 : 0, ServicePage.bytes(0xcc));
      case OF -> runInPlace(2, ServicePage.bytes(0xcd, 4));
      case INT80 -> runInPlace(allowed(vector) ? 2 : 0, ServicePage.bytes(0xcd, 0x80));
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
  private boolean allowed(Vector vector) {
    Gate gate = model.gates().get(vector);
    return gate != null && gate.dpl() >= Selectors.rpl(guest.read(Slot.CS));
  }

  /** Enters the kernel from user mode by an instruction that ends at RIP, or faults there. */
  void enter(Event event, long errorCode, MachineState before) {
    switch (event) {
      case SYSCALL -> runInPlace(2, ServicePage.bytes(0x0f, 0x05));
      case SYSENTER -> runInPlace(2, ServicePage.bytes(0x0f, 0x34));
      case SYSCALL32 -> {
        guest.write(Slot.CS, Selectors.USER32_CS);
        runInPlace(2, ServicePage.bytes(0x0f, 0x05));
      }
      default -> deliver(event.vector().orElseThrow(), errorCode, before);
    }
  }

  /** Runs other bytes than the code's once, and puts the code's back. */
  void runInPlace(int before, byte[] bytes) {
    long place = guest.read(Slot.RIP) - before;
    byte[] code = system.readLinear(place, bytes.length);
    system.writeLinear(place, bytes);
    guest.write(Slot.RIP, place);
    guest.step();
    system.writeLinear(place, code);
  }
}
