package org.trapnest.x86;

/** Segment selectors as Linux lays out its GDT (arch/x86/include/asm/segment.h, v6.1). */
public final class Selectors {
  public static final long KERNEL_CS = 0x10;
  public static final long KERNEL_DS = 0x18;
  public static final long USER32_CS = 0x23;
  public static final long USER_DS = 0x2b;
  public static final long USER_CS = 0x33;

  /** A selector into the LDT: a 16-bit stack segment of user mode. */
  public static final long LDT_SS = 0x0f;

  private Selectors() {}

  /** The requested privilege level of a selector, 0 to 3. */
  public static int rpl(long selector) {
    return (int) selector & 3;
  }
}
