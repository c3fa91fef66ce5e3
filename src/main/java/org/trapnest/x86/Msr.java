package org.trapnest.x86;

import java.util.Optional;

/** Numbers of model-specific registers. Source: Intel SDM volume 4, "Architectural MSRs". */
public final class Msr {
  public static final int SPEC_CTRL = 0x48;
  public static final int SYSENTER_CS = 0x174;
  public static final int SYSENTER_ESP = 0x175;
  public static final int SYSENTER_EIP = 0x176;
  public static final int MCG_STATUS = 0x17a;
  public static final int FRED_RSP0 = 0x1cc;
  public static final int FRED_STKLVLS = 0x1d0;
  public static final int FRED_CONFIG = 0x1d4;
  public static final int U_CET = 0x6a0;
  public static final int S_CET = 0x6a2;
  public static final int PL0_SSP = 0x6a4;
  public static final int PL1_SSP = 0x6a5;
  public static final int PL2_SSP = 0x6a6;
  public static final int PL3_SSP = 0x6a7;
  public static final int INTERRUPT_SSP_TABLE_ADDR = 0x6a8;
  public static final int EFER = 0xc0000080;
  public static final int STAR = 0xc0000081;
  public static final int LSTAR = 0xc0000082;
  public static final int CSTAR = 0xc0000083;
  public static final int FMASK = 0xc0000084;
  public static final int FS_BASE = 0xc0000100;
  public static final int GS_BASE = 0xc0000101;
  public static final int KERNEL_GS_BASE = 0xc0000102;

  private Msr() {}

  /** The name of an MSR without its prefix {@code IA32_}, where it is one of these. */
  public static Optional<String> name(int number) {
    return switch (number) {
      case PL0_SSP -> Optional.of("PL0_SSP");
      case PL3_SSP -> Optional.of("PL3_SSP");
      case INTERRUPT_SSP_TABLE_ADDR -> Optional.of("INTERRUPT_SSP_TABLE_ADDR");
      default ->
          number >= FRED_RSP0 && number < FRED_STKLVLS
              ? Optional.of("FRED_RSP" + (number - FRED_RSP0))
              : Optional.empty();
    };
  }
}
