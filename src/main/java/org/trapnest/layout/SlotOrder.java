package org.trapnest.layout;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;

/** In which order slots lie in the words of a state, so that those that change together do so. */
final class SlotOrder {
  /** What nearly every instruction and delivery changes. */
  private static final int[] HOT = {
    Slot.RIP, Slot.RFLAGS, Slot.RSP, Slot.FLAGS_TOKEN, Slot.SHADOW, Slot.RAX, Slot.CS, Slot.CONTEXTS
  };

  private SlotOrder() {}

  /**
   * The hot slots first, then each owner behind its stack word, and all else as it is numbered.
   *
   * @return every slot once
   */
  static int[] of(MachineModel model) {
    Set<Integer> order = new LinkedHashSet<>();
    for (int slot : HOT) {
      order.add(slot);
    }
    int[] ownerOf = owners(model);
    for (int slot = 0; slot < ownerOf.length; slot++) {
      order.add(slot);
      if (ownerOf[slot] >= 0) {
        order.add(ownerOf[slot]);
      }
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The owner's slot of each stack word, -1 for other slots. */
  private static int[] owners(MachineModel model) {
    int[] owners = new int[model.slots().slotCount()];
    Arrays.fill(owners, -1);
    for (Region region : model.memory().regions()) {
      for (int word = 0; region.firstOwnerSlot() >= 0 && word < region.wordCount(); word++) {
        owners[region.firstSlot() + word] = region.firstOwnerSlot() + word;
      }
    }
    return owners;
  }
}
