package org.trapnest.x86;

/**
 * The tokens on shadow stacks. A supervisor token holds its own address and a busy bit; a restore
 * token the SSP that it restores and the mode; a previous-SSP token the SSP that was left, and bit
 * 1.
 *
 * <p>Source: Intel SDM volume 1, "Supervisor Shadow Stack Token", "RSTORSSP (Restore Shadow Stack
 * Pointer)" and "SAVEPREVSSP".
 */
public final class ShadowToken {
  /** In a supervisor token: the shadow stack is in use. */
  public static final long BUSY = 1;

  /** In a restore token and a previous-SSP token: made in 64-bit mode. */
  public static final long LONG_MODE = 1;

  /** In a previous-SSP token: that it is one. */
  public static final long PREVIOUS = 2;

  private ShadowToken() {}

  /** Whether an address is no multiple of 8. */
  public static boolean isUnaligned(long address) {
    return (address & 7) != 0;
  }
}
