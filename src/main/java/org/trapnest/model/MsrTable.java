package org.trapnest.model;

import java.util.HashMap;
import java.util.Map;
import org.trapnest.x86.Msr;

/** Which MSRs the machine keeps in registers of its own, and which bits of them may be written. */
final class MsrTable {
  /** IBRS, STIBP and SSBD. Source: Intel SDM volume 4, "IA32_SPEC_CTRL". */
  private static final long SPEC_CTRL_BITS = 7;

  /** FRED's stack pointers are multiples of 64. Source: Intel FRED specification, "FRED MSRs". */
  private static final long RSP_RESERVED = 0x3f;

  /** Shadow-stack pointers are multiples of 4. Source: Intel SDM volume 4, "IA32_PL0_SSP". */
  private static final long SSP_RESERVED = 3;

  private MsrTable() {}

  /** Whether an MSR that a model declares has no register of its own. */
  static boolean needsSlot(long number) {
    return switch ((int) number) {
      case Msr.SPEC_CTRL, Msr.MCG_STATUS, Msr.FS_BASE, Msr.GS_BASE, Msr.KERNEL_GS_BASE -> false;
      default -> true;
    };
  }

  /** The bits of each MSR that are not reserved. */
  static Map<Integer, Long> writableBits(Declarations declared) {
    Map<Integer, Long> bits = new HashMap<>();
    bits.put(Msr.SPEC_CTRL, SPEC_CTRL_BITS);
    bits.put(Msr.MCG_STATUS, -1L);
    bits.put(Msr.FS_BASE, -1L);
    bits.put(Msr.GS_BASE, -1L);
    bits.put(Msr.KERNEL_GS_BASE, -1L);
    for (int level = 0; level < 4 && declared.fred.isPresent(); level++) {
      bits.put(Msr.FRED_RSP0 + level, ~RSP_RESERVED);
    }
    if (!declared.shadowStacks.isEmpty()) {
      bits.put(Msr.PL0_SSP, ~SSP_RESERVED);
      bits.put(Msr.PL3_SSP, ~SSP_RESERVED);
      bits.put(Msr.INTERRUPT_SSP_TABLE_ADDR, -1L);
    }
    declared.msrs.forEach(m -> bits.put((int) m.number(), m.writable()));
    return bits;
  }
}
