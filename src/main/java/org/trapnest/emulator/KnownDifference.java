package org.trapnest.emulator;

/**
 * Where the emulator does not do what the manual says, so that the machine's word stands. Each is
 * tolerated at the one place that it names, and the guest then takes the machine's value.
 */
enum KnownDifference {
  /** A fault's frame has RF = 0. */
  RF_NOT_PUSHED(
      "QEMU pushes RFLAGS with RF = 0 for faults",
      "Intel SDM volume 3, \"Instruction-Breakpoint Exception Condition\": the processor sets RF in"
          + " the image of RFLAGS that it pushes for a fault-class exception other than a debug"
          + " exception for an instruction breakpoint"),
  /** An IRET that loads RF = 1 leaves it so, which the machine does not follow. */
  RF_NOT_KEPT(
      "QEMU keeps the RF that IRET loads until the next instruction; the machine has RF as it was"
          + " when the event interrupted, since only instruction breakpoints look at it",
      "Intel SDM volume 2, \"IRET/IRETD/IRETQ\": RF is loaded from the image"),
  /** Delivery through an IST from kernel mode loads a null SS. */
  IST_LOADS_NULL_SS(
      "QEMU loads a null SS on delivery through an IST stack even where CPL stays 0",
      "Intel SDM volume 3, \"Stack Switching in IA-32e Mode\": the new SS selector is forced to NULL"
          + " when stacks are switched as part of a 64-bit mode privilege-level change"),
  /** A fault of a gate has another error code. */
  GATE_ERROR_CODE(
      "QEMU's error code for a gate that is missing or not allowed is 16 times the vector, plus 2",
      "Intel SDM volume 3, \"Error Code\": bits 15:3 are the index into the IDT, bit 1 says that it is"
          + " one, bit 0 that the event was external or an earlier exception"),
  /** SYSCALL clears the arithmetic flags. */
  SYSCALL_CLEARS_FLAGS(
      "QEMU's SYSCALL clears the arithmetic flags whatever IA32_FMASK says",
      "Intel SDM volume 2, \"SYSCALL\": RFLAGS is ANDed with the complement of IA32_FMASK"),
  /** STI holds interrupts off whatever IF was. */
  EVERY_STI_SHADOWS(
      "QEMU holds interrupts off for one instruction behind every STI",
      "Intel SDM volume 2, \"STI\": \"The STI instruction delays recognition of interrupts only if it"
          + " is executed with EFLAGS.IF = 0.\""),
  /** No single-step trap is taken behind STI. */
  STI_HOLDS_SINGLE_STEP(
      "QEMU takes no single-step trap behind STI, so a NOP stood in for it",
      "Intel SDM volume 2, \"STI\": \"The IF flag and the STI and CLI instructions do not prohibit the"
          + " generation of exceptions and nonmaskable interrupts (NMIs).\""),
  /** A shadow goes on in the handler of a fault. */
  SHADOW_OUTLIVES_DELIVERY(
      "QEMU's interrupt shadow goes on at the first instruction of a fault's handler",
      "Intel SDM volume 2, \"STI\": \"The inhibition ends after delivery of another event (e.g.,"
          + " exception) or the execution of the next instruction.\""),
  /** A shadow goes on behind a jump. */
  SHADOW_OUTLIVES_JUMP(
      "QEMU's interrupt shadow goes on behind a direct jump or call",
      "Intel SDM volume 2, \"STI\": \"The inhibition ends after delivery of another event (e.g.,"
          + " exception) or the execution of the next instruction.\""),
  /** An IRET that faults does not unblock NMIs. */
  FAULTING_IRET_KEEPS_NMIS_BLOCKED("QEMU leaves NMIs blocked where an IRET faults", ""),
  /** A single-step trap clears the watchpoint bits of DR6. */
  SINGLE_STEP_CLEARS_HITS(
      "QEMU clears bits 3:0 of DR6 at a single-step trap; the machine keeps them",
      "Intel SDM volume 3, \"Debug Status Register (DR6)\": certain debug exceptions may clear bits"
          + " 3:0, so that both are allowed"),
  /** Comparing addresses of code gives other low bits. */
  CODE_ADDRESSES(
      "instructions have their real lengths in QEMU and 16 bytes in the machine, so AF and PF behind"
          + " a comparison of code addresses are the machine's",
      "order and identity of addresses are the same");

  private final String emulator;
  private final String manual;

  KnownDifference(String emulator, String manual) {
    this.emulator = emulator;
    this.manual = manual;
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
