package org.trapnest.emulator;

import java.util.*;
import org.junit.jupiter.api.Test;
import org.trapnest.machine.*;

class ScratchTest {
  @Test
  void walk() {
    try (Emulator emulator = Emulator.open()) {
      System.out.println(emulator.name());
      Lockstep l = TestModels.lockstep(emulator, TestModels.file("entry.S"));
      l.begin();
      System.out.println(l.differences());
      Random random = new Random(Long.getLong("seed", 1));
      long t = System.nanoTime();
      int n = 0;
      for (int i = 0; i < Integer.getInteger("steps", 300); i++) {
        List<Integer> o = l.offered();
        if (o.isEmpty()) {
          System.out.println("no choice");
          l.begin();
          break;
        }
        int c = o.get(random.nextInt(3) == 0 ? random.nextInt(o.size()) : o.size() - 1);
        String at = l.next().map(x -> x.label() + ": " + x.text()).orElse("user");
        try {
          var r = l.take(c);
          n++;
          var d = l.differences();
          if (!d.isEmpty() || r != Lockstep.Outcome.TAKEN || Boolean.getBoolean("show"))
            System.out.println(
                i
                    + " "
                    + Choice.kind(c)
                    + " "
                    + Choice.parameter(c)
                    + " at "
                    + at
                    + " -> "
                    + r
                    + " "
                    + d);
          if (!d.isEmpty() || r != Lockstep.Outcome.TAKEN) break;
        } catch (Unsupported u) {
          System.out.println(u.getMessage());
        }
      }
      System.out.println(n + " steps " + n * 1e9 / (System.nanoTime() - t) + "/s");
    }
  }
}
