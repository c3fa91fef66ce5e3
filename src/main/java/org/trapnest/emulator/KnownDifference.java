package org.trapnest.emulator;

/**
 * Where the emulator does not do what the manual says, so that the machine's word stands; and where
 * the machine leaves something out. Each is tolerated at the one place that it names, where the
 * guest then takes the machine's value, or such steps are not taken.
 *
 * <p>The sentences are those of the Intel SDM; what stands in quotation marks is quoted.
 */
enum KnownDifference {
  RF_NOT_PUSHED(
      "QEMU pushes RFLAGS with RF = 0 for faults",
      "Volume 3, Instruction-Breakpoint Exception Condition: \"For any fault-class exception except a"
          + " debug exception generated in response to an instruction breakpoint, the value pushed"
          + " for RF is 1.\""),
  RF_NOT_KEPT(
      "The machine forgets the RF that IRET loads, which only instruction breakpoints would see; QEMU"
          + " keeps it until the next instruction",
      "Volume 3, Instruction-Breakpoint Exception Condition: \"Task Switches and IRETD/IRETQ"
          + " instructions transfer the RF image from the TSS/stack to the EFLAGS register.\""),
  IST_LOADS_NULL_SS(
      "QEMU loads a null SS on delivery through an IST stack even where CPL stays 0",
      "Volume 3, Stack Switching in IA-32e Mode: a new SS is forced to NULL \"when stacks are switched"
          + " as part of a 64-bit mode privilege-level change\""),
  GATE_ERROR_CODE(
      "QEMU's error code for a gate that is missing or not allowed is 16 times the vector, plus 2",
      "Volume 3, Error Code: bits 15:3 are the index into the IDT, and EXT is set unless a software"
          + " interrupt was delivered"),
  SYSCALL_CLEARS_FLAGS(
      "QEMU's SYSCALL clears the arithmetic flags whatever IA32_FMASK says",
      "Volume 2, SYSCALL: \"the processor clears in RFLAGS every bit corresponding to a bit that is set"
          + " in the IA32_FMASK MSR\""),
  SINGLE_STEP_CLEARS_HITS(
      "QEMU clears bits 3:0 of DR6 at a single-step trap; the machine keeps them",
      "Volume 3, Debug Status Register (DR6): some debug exceptions may clear bits 3:0, so that both"
          + " are allowed"),
  EVERY_STI_SHADOWS(
      "QEMU holds interrupts off for one instruction behind every STI",
      "Volume 2, STI: \"The STI instruction delays recognition of interrupts only if it is executed"
          + " with EFLAGS.IF = 0.\""),
  STI_HOLDS_SINGLE_STEP(
      "QEMU takes no single-step trap behind STI; a NOP stands in for it",
      "Volume 2, STI: \"The IF flag and the STI and CLI instructions do not prohibit the generation of"
          + " exceptions and nonmaskable interrupts (NMIs).\""),
  SHADOW_OUTLIVES_DELIVERY(
      "QEMU's interrupt shadow goes on at the first instruction of a fault's handler",
      "Volume 2, STI: \"The inhibition ends after delivery of another event (e.g., exception) or the"
          + " execution of the next instruction.\""),
  SHADOW_OUTLIVES_JUMP(
      "QEMU's interrupt shadow goes on behind a direct jump or call",
      "Volume 2, STI: the same sentence"),
  FAULTING_IRET_KEEPS_NMIS_BLOCKED(
      "QEMU leaves NMIs blocked where an IRET faults",
      "Volume 3, Handling Multiple NMIs: \"Execution of the IRET instruction unblocks NMIs even if the"
          + " instruction causes a fault.\""),
  CODE_ADDRESSES(
      "Instructions have their real lengths in QEMU and 16 bytes in the machine, so flags behind a"
          + " comparison or POPF of code addresses are the machine's",
      "Order and identity of addresses are the same"),
  MOV_SS_LETS_NMI_THROUGH(
      Treatment.NOT_TAKEN,
      "QEMU takes an NMI behind MOV SS at once",
      "Volume 2, POP: \"A POP SS instruction inhibits all interrupts, including the NMI interrupt, until"
          + " after execution of the next instruction.\""),
  NMI_BEFORE_MACHINE_CHECK(
      Treatment.NOT_TAKEN,
      "QEMU takes a pending NMI before a #MC",
      "Volume 3, Priority Among Simultaneous Exceptions and Interrupts: machine checks are of the first"
          + " class, NMIs of the fifth"),
  UNKNOWN_MSR_IGNORED(
      Treatment.NOT_TAKEN,
      "QEMU ignores MSRs that it does not know, and reserved bits",
      "Volume 2, WRMSR: \"Specifying a reserved or unimplemented MSR address in ECX will also cause a"
          + " general protection exception.\""),
  ADDRESSES_NOT_CHECKED(
      Treatment.NOT_TAKEN,
      "QEMU's IRET, SYSRET and SYSEXIT load addresses that are not canonical",
      "Volume 2, IRET, SYSRET and SYSEXIT: #GP(0), with CPL still 0"),
  NO_GENERAL_DETECT(
      Treatment.NOT_TAKEN,
      "QEMU has no DR7.GD",
      "Volume 3, General-Detect Exception Condition: #DB before an access to a debug register");

  /** What becomes of a step that meets a difference. */
  enum Treatment {
    /** Both take it; the one place is not compared, and noted. */
    TOLERATED,
    /** It is not taken. */
    NOT_TAKEN
  }

  private final Treatment treatment;
  private final String emulator;
  private final String manual;

  KnownDifference(String emulator, String manual) {
    this(Treatment.TOLERATED, emulator, manual);
  }

  KnownDifference(Treatment treatment, String emulator, String manual) {
    this.treatment = treatment;
    this.emulator = emulator;
    this.manual = manual;
  }

  Treatment treatment() {
    return treatment;
  }

  /** What the emulator does. */
  String emulator() {
    return emulator;
  }

  /** The sentence of the manual that decides. */
  String manual() {
    return manual;
  }
}
