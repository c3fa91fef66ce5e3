package org.trapnest.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.trapnest.x86.Selectors;

/**
 * Two pages of the emulated kernel that the model does not know: descriptor tables, the task-state
 * segment, a stack, and single instructions that change what a debugger cannot. Both views map it.
 *
 * <p>Source: Intel SDM volume 3, "Segment Descriptors", "64-Bit Mode IDT" and "64-bit TSS".
 */
final class ServicePage {
  /** The linear address of the first page. */
  static final long BASE = 0xffff_ffff_8000_0000L;

  static final int BYTES = 2 * PageTables.PAGE_BYTES;

  /** The word that a watchpoint is on: its content is where {@link Service#WATCHED_JUMP} goes. */
  static final long WATCHED = BASE + 0x800;

  /** The top of the stack that service instructions use. */
  static final long STACK = BASE + 0x1000;

  static final int TSS_SELECTOR = 0x40;

  static final int GDT_BYTES = 128;

  private static final int TSS = 0x100;
  private static final int TSS_BYTES = 104;
  private static final int TABLE_POINTERS = 0x200;
  private static final int INSTRUCTIONS = 0x300;
  private static final int SLOT = 16;
  private static final int IDT = 0x1000;
  private static final int CPU_NUMBER = 0x78;
  private static final long KERNEL_CODE = 0x00af_9b00_0000_ffffL;
  private static final long KERNEL_DATA = 0x00cf_9300_0000_ffffL;
  private static final long USER_CODE = 0x00af_fb00_0000_ffffL;
  private static final long USER_DATA = 0x00cf_f300_0000_ffffL;
  private static final long USER_CODE_32 = 0x00cf_fb00_0000_ffffL;
  private static final long CPU_NUMBER_SEGMENT = 0x0040_f500_0000_0000L;
  private static final long AVAILABLE_TSS = 0x89L << 40;

  /** An instruction that is run for its effect on what a debugger cannot write. */
  enum Service {
    WRMSR(0x0f, 0x30),
    RDMSR(0x0f, 0x32),
    LGDT(0x0f, 0x01, 0x10),
    LIDT(0x0f, 0x01, 0x18),
    LTR(0x0f, 0x00, 0xd8),
    LLDT(0x0f, 0x00, 0xd0),
    WRITE_DR0(0x0f, 0x23, 0xc0),
    WRITE_DR6(0x0f, 0x23, 0xf0),
    WRITE_DR7(0x0f, 0x23, 0xf8),
    IRETQ(0x48, 0xcf),
    STI(0xfb),
    NOP(0x90),
    LOOP(0xeb, 0xfe),
    /** {@code jmp *WATCHED}, absolute and sign-extended. */
    WATCHED_JUMP(0xff, 0x24, 0x25, 0x00, 0x08, 0x00, 0x80);

    private final byte[] code;

    Service(int... code) {
      this.code = bytes(code);
    }

    long address() {
      return BASE + INSTRUCTIONS + (long) SLOT * ordinal();
    }

    int length() {
      return code.length;
    }

    byte[] code() {
      return code.clone();
    }
  }

  private final ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

  ServicePage() {
    descriptor(Selectors.KERNEL_CS, KERNEL_CODE);
    descriptor(Selectors.KERNEL_DS, KERNEL_DATA);
    descriptor(Selectors.USER32_CS, USER_CODE_32);
    descriptor(Selectors.USER_DS, USER_DATA);
    descriptor(Selectors.USER_CS, USER_CODE);
    descriptor(CPU_NUMBER, CPU_NUMBER_SEGMENT);
    long tss = BASE + TSS;
    long split = (tss & 0xff_ffff) << 16 | (tss >>> 24 & 0xff) << 56;
    page.putLong(TSS_SELECTOR, AVAILABLE_TSS | TSS_BYTES - 1 | split);
    page.putLong(TSS_SELECTOR + 8, tss >>> 32);
    page.putShort(TSS + 102, (short) TSS_BYTES);
    page.putShort(TABLE_POINTERS, (short) (GDT_BYTES - 1));
    page.putLong(TABLE_POINTERS + 2, BASE);
    page.putShort(TABLE_POINTERS + 16, (short) (PageTables.PAGE_BYTES - 1));
    page.putLong(TABLE_POINTERS + 18, BASE + IDT);
    for (Service service : Service.values()) {
      page.put((int) (service.address() - BASE), service.code);
    }
  }

  /** MOV between AL and an absolute address. */
  static byte[] moveAl(long address, boolean store) {
    return ByteBuffer.allocate(9)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) (store ? 0xa2 : 0xa0))
        .putLong(address)
        .array();
  }

  static byte[] bytes(int... values) {
    byte[] result = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (byte) values[i];
    }
    return result;
  }

  private void descriptor(long selector, long value) {
    page.putLong((int) selector & ~7, value);
  }

  /**
   * Writes a gate.
   *
   * @param vector its number
   * @param handler where it leads
   * @param ist the IST index or 0
   * @param interruptGate whether it clears IF
   * @param dpl the privilege level that may use it by software
   */
  void gate(int vector, long handler, int ist, boolean interruptGate, int dpl) {
    int place = IDT + 16 * vector;
    long type = interruptGate ? 0x8e : 0x8f;
    long low =
        handler & 0xffff
            | Selectors.KERNEL_CS << 16
            | (long) ist << 32
            | (type | (long) dpl << 5) << 40
            | (handler >>> 16 & 0xffff) << 48;
    page.putLong(place, low);
    page.putLong(place + 8, handler >>> 32);
  }

  /** The linear address of the interrupt descriptor table. */
  static long idt() {
    return BASE + IDT;
  }

  /** The linear address of the task-state segment. */
  static long tss() {
    return BASE + TSS;
  }

  /** The linear address of the operand of LGDT. */
  static long gdtPointer() {
    return BASE + TABLE_POINTERS;
  }

  /** The linear address of the operand of LIDT. */
  static long idtPointer() {
    return BASE + TABLE_POINTERS + 16;
  }

  /** The linear address of a stack pointer in the TSS: RSP0 for 0, IST1 to IST7 for 1 to 7. */
  static long stackPointer(int ist) {
    return BASE + TSS + (ist == 0 ? 4 : 36 + 8L * (ist - 1));
  }

  /** The content of both pages. */
  byte[] content() {
    return page.array().clone();
  }
}
