package org.trapnest.x86;

/** Segment selectors as Linux lays out its GDT (arch/x86/include/asm/segment.h, v6.1). */
public final class Selectors {
  public static final long KERNEL_CS = 0x10;
  public static final long KERNEL_DS = 0x18;
  public static final long USER32_CS = 0x23;
  public static final long USER_DS = 0x2b;
  public static final long USER_CS = 0x33;

  /**
   * What SYSEXIT to 64-bit code leaves in SS where IA32_SYSENTER_CS is {@link #KERNEL_CS}: that
   * plus 40, with RPL 3. Linux's GDT has no descriptor there, and SYSEXIT reads none.
   */
  public static final long SYSEXIT_SS = 0x3b;

  /** A selector into the LDT: a 16-bit stack segment of user mode. */
  public static final long LDT_SS = 0x0f;

  private Selectors() {}

  /** The requested privilege level of a selector, 0 to 3. */
  public static int rpl(long selector) {
    return (int) selector & 3;
  }
}
