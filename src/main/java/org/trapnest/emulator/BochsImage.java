package org.trapnest.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.trapnest.machine.Gate;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Program;
import org.trapnest.machine.Slot;

/**
 * What Bochs' memory holds when it starts: page tables, descriptor tables and a model's code. All
 * else is zero.
 */
final class BochsImage {
  private static final int FIRST_EXTERNAL = 32;
  private static final int LAST_EXTERNAL = 47;

  private final PageTables pages;
  private final Map<Long, byte[]> content = new TreeMap<>();

  private BochsImage(PageTables pages) {
    this.pages = pages;
  }

  /** The memory for a model whose text is linked as given. */
  static BochsImage of(MachineModel model, GuestProgram program) {
    PageTables pages = PageTables.of(model, program);
    if (model.system().shadowStacks().isPresent()) {
      long usersSsp = model.slots().initial()[Slot.SSP];
      pages.mapShadowStack(usersSsp - 8, true, true);
      pages.mapShadowStack(usersSsp, true, true);
    }
    BochsImage image = new BochsImage(pages);
    pages.tables().forEach((address, table) -> image.put(address, bytes(table)));
    image.putLinear(Program.BASE, program.code());
    image.putLinear(ServicePage.BASE, servicePages(model, program).content());
    return image;
  }

  private static ServicePage servicePages(MachineModel model, GuestProgram program) {
    ServicePage page = new ServicePage();
    for (Gate gate : model.gates().values()) {
      int first = gate.vector().number();
      int last = first == FIRST_EXTERNAL ? LAST_EXTERNAL : first;
      for (int vector = first; vector <= last; vector++) {
        long handler = program.translate(gate.handler());
        page.gate(vector, handler, gate.ist(), gate.interruptGate(), gate.dpl());
      }
    }
    return page;
  }

  private static byte[] bytes(long[] words) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      buffer.putLong(word);
    }
    return buffer.array();
  }

  private void putLinear(long linear, byte[] bytes) {
    for (int done = 0; done < bytes.length; done += PageTables.PAGE_BYTES) {
      int length = Math.min(PageTables.PAGE_BYTES, bytes.length - done);
      byte[] page = new byte[PageTables.PAGE_BYTES];
      System.arraycopy(bytes, done, page, 0, length);
      put(pages.physical(linear + done).orElseThrow(), page);
    }
  }

  private void put(long physical, byte[] page) {
    content.put(physical, page);
  }

  /** The page tables. */
  PageTables pages() {
    return pages;
  }

  /** Writes all of it into a guest whose memory is zero. */
  void install(BochsGuest guest) {
    content.forEach(guest::fillMemory);
  }
}
