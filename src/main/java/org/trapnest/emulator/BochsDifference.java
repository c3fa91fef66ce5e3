package org.trapnest.emulator;

import org.trapnest.emulator.KnownDifference.Treatment;

/** Where Bochs and the manual or the machine differ; the manual decides. */
enum BochsDifference {
  RF_KEPT(
      Treatment.TOLERATED,
      "The machine forgets the RF that IRET loads, which only instruction breakpoints would see;"
          + " Bochs keeps it until the next instruction",
      "Volume 3, Instruction-Breakpoint Exception Condition: the sentence on IRETD/IRETQ above"),
  CLRSSBSY_FLAG(
      Treatment.TOLERATED,
      "Bochs' CLRSSBSY sets CF where it cleared the busy bit, and clears CF where the token was"
          + " invalid",
      "Volume 2, CLRSSBSY: \"CF is set if an invalid token was detected, else it is cleared.\""),
  TOKEN_FREED_ON_THE_SAME_STACK(
      Treatment.TOLERATED,
      "Bochs' IRETQ to the same privilege level frees a busy token just above what it pops, even"
          + " where SSP stays on that shadow stack",
      "Volume 2, IRET: \"The below check verifies if the stack switch was to self stack and if so,"
          + " do not try to free the token on this shadow stack.\""),
  TOKEN_ERROR_CODE(
      Treatment.TOLERATED,
      "Bochs sets EXT in the error code of a delivery that fails at a shadow-stack token",
      "Volume 2, INT n: \"IF shadow_stack_lock_cmpxchg8b(NewSSP, new_token_value,"
          + " expected_token_value) != expected_token_value THEN #GP(0)\""),
  DOUBLE_FAULT_PUSHES_RF(
      Treatment.TOLERATED,
      "Bochs pushes RF = 1 for a double fault, which is an abort",
      "Volume 3, Instruction-Breakpoint Exception Condition: \"For other cases, the value pushed"
          + " for RF is the value that was in EFLAG.RF at the time the event handler was called.\""),
  SINGLE_STEP_CLEARS_HITS(
      Treatment.TOLERATED,
      "Bochs clears bits 3:0 of DR6 at a single-step trap; the machine keeps them",
      "Volume 3, Debug Status Register (DR6): as for QEMU, both are allowed"),
  CALL_WRITES_BEFORE_ITS_FAULT(
      Treatment.TOLERATED,
      "Bochs' CALL whose push on the shadow stack faults has written the return address below RSP",
      "Volume 3, Exception Classifications: the sentence below"),
  PRIVILEGE_LOST_AT_BAD_TOKEN(
      Treatment.NOT_TAKEN,
      "An event of user mode that fails at a shadow-stack token leaves CPL 0 and the kernel's CS"
          + " and SS for the #GP of Bochs to push",
      "Volume 3, Exception Classifications: \"When a fault is reported, the processor restores the"
          + " machine state to the state prior to the beginning of execution of the faulting"
          + " instruction.\""),
  RETURN_LOADED_BEFORE_ITS_FAULT(
      Treatment.NOT_TAKEN,
      "Bochs' IRETQ that faults at the token which it is to free has loaded its target already",
      "Volume 3, Exception Classifications: the same sentence"),
  STI_HOLDS_NMI(
      Treatment.NOT_TAKEN,
      "Bochs holds an NMI off behind STI; the machine does not",
      "Volume 2, STI: \"NMI interrupts (and SMIs) may be blocked for one macroinstruction following an"
          + " STI.\"; both are allowed"),
  RESTORED_POINTER_NOT_CHECKED(
      Treatment.NOT_TAKEN,
      "Bochs' IRETQ loads an SSP that is not canonical",
      "Volume 2, IRET: \"tempSSP is not canonical relative to the current paging mode THEN"
          + " #GP(0)\"");

  private final Treatment treatment;
  private final String emulator;
  private final String manual;

  BochsDifference(Treatment treatment, String emulator, String manual) {
    this.treatment = treatment;
    this.emulator = emulator;
    this.manual = manual;
  }

  Treatment treatment() {
    return treatment;
  }

  /** What Bochs does. */
  String emulator() {
    return emulator;
  }

  /** The sentence of the manual that decides. */
  String manual() {
    return manual;
  }
}
