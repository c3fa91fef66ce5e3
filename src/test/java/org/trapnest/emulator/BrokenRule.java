package org.trapnest.emulator;

/**
 * A rule of the machine broken on purpose: one piece of its source replaced. Each must be caught by
 * a rule that both sides run.
 */
enum BrokenRule {
  WRONG_PUSH_ORDER(
      "EventDelivery",
      "words[0] = state.read(Slot.SS);\n    words[1] = state.read(Slot.RSP);",
      "words[1] = state.read(Slot.SS);\n    words[0] = state.read(Slot.RSP);"),
  NO_ALIGNMENT("EventDelivery", "long top = rsp & ALIGNMENT;", "long top = rsp & -8L;"),
  IF_KEPT("EventDelivery", "gate.interruptGate() ? flags & ~Rflags.IF : flags", "flags"),
  IF_CLEARED_BY_TRAP_GATE(
      "EventDelivery", "gate.interruptGate() ? flags & ~Rflags.IF : flags", "flags & ~Rflags.IF"),
  NT_KEPT("EventDelivery", "Rflags.TF | Rflags.NT |", "Rflags.TF |"),
  DF_CLEARED("EventDelivery", "Rflags.TF | Rflags.NT |", "Rflags.TF | Rflags.NT | Rflags.DF |"),
  IST_IGNORED_FROM_KERNEL_MODE(
      "EventDelivery",
      "if (gate.ist() != 0) {\n      return",
      "if (gate.ist() != 0 && fromUser) {\n      return"),
  RSP0_IGNORED(
      "EventDelivery",
      "fromUser ? state.read(model.system().sp0Slot())",
      "fromUser ? state.read(istSlots[1])"),
  STACK_SEGMENT_KEPT_FROM_USER_MODE("EventDelivery", "state.write(Slot.SS, 0);", ";"),
  NO_ERROR_CODE("EventDelivery", "vector.hasErrorCode() && !software", "false"),
  NMI_NOT_BLOCKED("EventDelivery", "state.write(Slot.NMI_BLOCKED, 1);", ";"),
  NMI_NOT_UNBLOCKED_BY_IRET("InterruptReturn", "state.write(Slot.NMI_BLOCKED, 0);", ";"),
  NMI_UNBLOCKED_BY_RET(
      "BranchInstructions",
      "operands.seen().find(Finding.RET_EXECUTED);",
      "state.write(Slot.NMI_BLOCKED, 0);"),
  DOUBLE_FAULT_SHUTS_DOWN(
      "DoubleFault",
      "|| isPageFault(second) ? DOUBLE_FAULT : SERIAL",
      "|| isPageFault(second) ? SHUTDOWN : SERIAL"),
  NO_FAULT_ADDRESS("InstructionStep", "state.write(Slot.CR2, fault.faultAddress());", ";"),
  SYSCALL_IGNORES_FMASK("UserMode", "flags & ~fmask | Rflags.FIXED", "flags | Rflags.FIXED"),
  TRAP_BEFORE_THE_INSTRUCTION_THAT_SETS_TF(
      "InstructionStep",
      "(state.read(Slot.RFLAGS) & Rflags.TF) != 0 : stepsFromHere",
      "(state.read(Slot.RFLAGS) & Rflags.TF) != 0 : (state.read(Slot.RFLAGS) & Rflags.TF) != 0"),
  STI_WITHOUT_SHADOW(
      "SystemInstructions", "state.write(Slot.SHADOW, InstructionStep.SHADOW_STI);", ";"),
  SWAPGS_DOES_NOTHING("SystemInstructions", "FredDelivery.swapGs(state);", ";"),
  EVERY_STI_SHADOWS("SystemInstructions", "if (enable && !wereEnabled) {", "if (enable) {"),
  MOV_SS_WITHOUT_SHADOW(
      "SystemInstructions", "state.write(Slot.SHADOW, InstructionStep.SHADOW_MOV_SS);", ";"),
  SHADOW_IN_A_SHADOW(
      "InstructionStep",
      "if (inShadow && delaysEvents(instruction)) {",
      "if (inShadow && !delaysEvents(instruction)) {"),
  SYSRET_TRAPS_LATE(
      "InstructionStep",
      "stepsAtTarget = instruction.opcode() == Opcode.SYSRET;",
      "stepsAtTarget = false;"),
  FAULTING_IRET_KEEPS_NMIS_BLOCKED(
      "InterruptReturn", " || model.assumes(Assumption.FAULTING_IRET_UNMASKS_NMI)", ""),
  SYSEXIT_LOADS_THE_USUAL_SS(
      "InterruptReturn", "wide ? Selectors.SYSEXIT_SS : Selectors.USER_DS", "Selectors.USER_DS"),
  SYSRET_TO_32_BIT_CODE_LOADS_THE_USUAL_CS(
      "InterruptReturn", "wide ? Selectors.USER_CS : Selectors.USER32_CS", "Selectors.USER_CS"),
  SYSENTER_KEEPS_IF("UserMode", "~(Rflags.IF | Rflags.VM | Rflags.RF)", "~(Rflags.VM | Rflags.RF)");

  private final BrokenSource source;

  BrokenRule(String type, String text, String replacement) {
    this.source = new BrokenSource(type, text, replacement);
  }

  BrokenSource source() {
    return source;
  }
}
