package org.trapnest.machine;

/**
 * Numbers of the machine's fixed slots. A slot is one 64-bit value of a {@link MachineState};
 * contexts and memory follow behind {@link #FIXED}.
 *
 * <p>General-purpose registers come first: slot {@code n} is the register with number {@code n}.
 */
public final class Slot {
  public static final int RAX = 0;
  public static final int RCX = 1;
  public static final int RDX = 2;
  public static final int RSP = 4;
  public static final int R11 = 11;
  public static final int RIP = 16;
  public static final int RFLAGS = 17;

  /** The token on which the arithmetic flags depend, or 0 when they are concrete. */
  public static final int FLAGS_TOKEN = 18;

  public static final int CS = 19;
  public static final int SS = 20;
  public static final int DS = 21;
  public static final int ES = 22;
  public static final int FS = 23;
  public static final int GS = 24;
  public static final int FS_BASE = 25;
  public static final int GS_BASE = 26;
  public static final int KERNEL_GS_BASE = 27;
  public static final int CR0 = 28;
  public static final int CR2 = 29;
  public static final int CR3 = 30;
  public static final int CR4 = 31;
  public static final int DR6 = 32;
  public static final int DR7 = 33;
  public static final int SPEC_CTRL = 34;

  /** IA32_MCG_STATUS; bit 2 is MCIP. */
  public static final int MCG_STATUS = 35;

  /** The shadow-stack pointer. */
  public static final int SSP = 36;

  /** 1 while NMIs are blocked. */
  public static final int NMI_BLOCKED = 37;

  /** 1 while an NMI is latched; stays 0 when the latch is not modelled. */
  public static final int NMI_PENDING = 38;

  /** 1 while a maskable interrupt is latched; stays 0 when the latch is not modelled. */
  public static final int IRQ_PENDING = 39;

  /** 1 while a debug trap waits for the end of an interrupt shadow or the next boundary. */
  public static final int DB_PENDING = 40;

  /**
   * The interrupt shadow of the last instruction: 0 none, 1 STI, 2 MOV SS or POP SS; 3 when the
   * last instruction was HLT and nothing has come to end the wait.
   */
  public static final int SHADOW = 41;

  /** 0 while the machine runs; otherwise a {@link Halt} code, and there are no successors. */
  public static final int HALT = 42;

  /** The number of live contexts. */
  public static final int CONTEXTS = 43;

  /** The current stack level of FRED, 0 to 3; stays 0 and takes no room where FRED is off. */
  public static final int CSL = 44;

  /**
   * 1 from the delivery of an NMI to the next start of a C function that serves NMIs; stays 0 where
   * the model declares no such function. A ghost: no instruction reads it.
   */
  public static final int NMI_OWED = 45;

  /** The number of fixed slots. */
  public static final int FIXED = 46;

  private static final String[] NAMES = {
    "rax",
    "rcx",
    "rdx",
    "rbx",
    "rsp",
    "rbp",
    "rsi",
    "rdi",
    "r8",
    "r9",
    "r10",
    "r11",
    "r12",
    "r13",
    "r14",
    "r15",
    "rip",
    "rflags",
    "flags-token",
    "cs",
    "ss",
    "ds",
    "es",
    "fs",
    "gs",
    "fs_base",
    "gs_base",
    "kernel_gs_base",
    "cr0",
    "cr2",
    "cr3",
    "cr4",
    "dr6",
    "dr7",
    "spec_ctrl",
    "mcg_status",
    "ssp",
    "nmi_blocked",
    "nmi_pending",
    "irq_pending",
    "db_pending",
    "shadow",
    "halt",
    "contexts",
    "csl",
    "nmi_owed"
  };

  private Slot() {}

  /** The name of a fixed slot as properties and traces write it. */
  public static String name(int slot) {
    return NAMES[slot];
  }

  /** The fixed slot with a name, or -1. */
  public static int byName(String name) {
    return java.util.Arrays.asList(NAMES).indexOf(name);
  }

  /** How many bits a fixed slot needs, 1 to 64. */
  public static int widthBits(int slot) {
    return switch (slot) {
      case CS, SS, DS, ES, FS, GS -> 16;
      case RFLAGS -> 22;
      case NMI_BLOCKED, NMI_PENDING, IRQ_PENDING, DB_PENDING, NMI_OWED -> 1;
      case SHADOW, CSL -> 2;
      case CONTEXTS -> 6;
      default -> 64;
    };
  }
}
