package org.trapnest.emulator;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.trapnest.machine.*;
import org.trapnest.x86.*;

@Tag("conformance")
class ScratchTest {
  @Test
  void scratch_runs_prints() {
    try (Emulator e = Emulator.open()) {
      var file = TestModels.file("rules.S");
      MachineModel model = TestModels.load(file);
      GuestProgram p = GuestProgram.build(file, Map.of(), model, e.folder());
      for (String label : new String[] {"enable", "two"}) {
        for (long flags : new long[] {0x102, 0x302}) {
          Lockstep l = new Lockstep(e, model, p);
          l.begin();
          Guest g = e.guest();
          g.write(Slot.CS, 0x10);
          g.write(Slot.SS, 0x18);
          g.write(Slot.CR3, model.system().kernelCr3());
          g.write(Slot.RSP, model.symbols().get("thread_stack_top") - 128);
          g.write(Slot.RIP, p.translate(model.symbols().get(label)));
          g.write(Slot.RFLAGS, flags);
          System.out.println(
              label
                  + " "
                  + Long.toHexString(flags)
                  + " db handler "
                  + Long.toHexString(p.translate(model.symbols().get("db"))));
          for (int i = 0; i < 4; i++) {
            System.out.println(
                "  rip "
                    + Long.toHexString(g.read(Slot.RIP))
                    + " flags "
                    + Long.toHexString(g.read(Slot.RFLAGS)));
            g.step();
          }
        }
      }
    }
  }
}
