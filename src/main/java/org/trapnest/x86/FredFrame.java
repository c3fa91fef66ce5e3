package org.trapnest.x86;

/**
 * The stack frame of FRED event delivery: eight words, of which the CS and SS words hold more than
 * selectors. Source: Intel FRED specification, "Saving Information on the Regular Stack".
 */
public final class FredFrame {
  /** The bytes of the frame. */
  public static final int BYTES = 64;

  /** The bytes from the RIP word to the frame's top. */
  public static final int BYTES_FROM_RIP = 56;

  /** The selector in the CS and SS words. */
  public static final long SELECTOR = 0xffff;

  /** In the CS word: the lowest bit of the stack level at the time of the event. */
  public static final int LEVEL_SHIFT = 16;

  /** In the CS word: the stack level and the state of indirect branch tracking. */
  public static final long CS_INFORMATION = 7L << LEVEL_SHIFT;

  /** In the SS word: blocking by STI was in effect. */
  public static final long STI = 1L << 16;

  /** In the SS word: the event is SYSCALL, SYSENTER or INT n. */
  public static final long SOFTWARE = 1L << 17;

  /** In the SS word: the event is an NMI; a return with it set unblocks NMIs. */
  public static final long NMI = 1L << 18;

  /** In the SS word: reserved, must be zero on return. */
  public static final long SS_RESERVED = 0xfff8_0000L;

  /** In the SS word: the lowest bit of the vector. */
  public static final int VECTOR_SHIFT = 32;

  /** In the SS word: the lowest bit of the event type. */
  public static final int TYPE_SHIFT = 48;

  /** In the SS word: the event came from 64-bit mode. */
  public static final long LONG_MODE = 1L << 57;

  /** In the SS word: the event is an exception met while another event was being delivered. */
  public static final long NESTED = 1L << 58;

  /** In the SS word: the lowest bit of the length of the instruction that raised the event. */
  public static final int LENGTH_SHIFT = 60;

  /** The event data of #DB: B3 to B0, BD and BS as in DR6. */
  public static final long DEBUG_CAUSES = 0x600fL;

  private FredFrame() {}
}
