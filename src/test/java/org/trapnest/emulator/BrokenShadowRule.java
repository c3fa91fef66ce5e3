package org.trapnest.emulator;

/**
 * A rule of shadow stacks broken on purpose: one piece of the machine's source replaced. Each must
 * be caught by a rule that the machine and Bochs run.
 */
enum BrokenShadowRule {
  BUSY_NOT_SET(
      "ShadowStack",
      "return memory.storeShadowWord(state, token, token | ShadowToken.BUSY, seen);",
      "return StepResult.DONE;"),
  WRONG_PUSH_ORDER(
      "ShadowStack",
      "StepResult pushed = push(state, state.read(Slot.CS), seen);\n"
          + "    if (pushed == StepResult.DONE) {\n"
          + "      pushed = push(state, state.read(Slot.RIP), seen);",
      "StepResult pushed = push(state, state.read(Slot.RIP), seen);\n"
          + "    if (pushed == StepResult.DONE) {\n"
          + "      pushed = push(state, state.read(Slot.CS), seen);"),
  TOKEN_NOT_CHECKED("ShadowStack", "if (found == token) {", "if (found == token || token != 0) {"),
  PLACE_OF_THE_TOKEN_NOT_CHECKED("ShadowStack", " || !fitsIntoOneBlock(token)", ""),
  TABLE_INDEX_IGNORED("ShadowStack", "+ 8L * ist;", "+ 8L;"),
  PUSHES_FROM_USER_MODE(
      "ShadowStack",
      "if (taken != StepResult.DONE || fromUser) {",
      "if (taken != StepResult.DONE) {"),
  USERS_POINTER_NOT_SAVED_BY_DELIVERY("ShadowStack", "state.write(declared.pl3Slot(), old);", ";"),
  BUSY_NOT_CLEARED_BY_IRET_TO_USER_MODE(
      "ShadowStack",
      "StepResult freed = clearBusy(state, ssp, seen);",
      "StepResult freed = StepResult.DONE;"),
  BUSY_NOT_CLEARED_BY_IRET_FROM_AN_IST(
      "ShadowStack",
      "popped[0] == reached ? StepResult.DONE : clearBusy(state, reached, seen)",
      "StepResult.DONE"),
  BUSY_CLEARED_ON_THE_SAME_STACK(
      "ShadowStack",
      "popped[0] == reached ? StepResult.DONE : clearBusy(state, reached, seen)",
      "clearBusy(state, reached, seen)"),
  WRONG_ERROR_CODE_OF_IRET(
      "ShadowStack",
      "return mismatch(ControlProtection.FAR_RET_IRET, why, seen);",
      "return mismatch(ControlProtection.NEAR_RET, why, seen);"),
  RETURN_ADDRESS_NOT_COMPARED(
      "ShadowStack", "if (memory.value() != target) {", "if (memory.value() == ~target) {"),
  USERS_POINTER_NOT_SAVED_BY_SYSCALL(
      "ShadowStack", "state.write(stacks.orElseThrow().pl3Slot(), state.read(Slot.SSP));", ";"),
  POINTER_KEPT_BY_SYSCALL("ShadowStack", "state.write(Slot.SSP, 0);", ";"),
  POINTER_KEPT_BY_SYSRET("ShadowStack", "state.write(Slot.SSP, usersPointer(state));", ";"),
  POINTER_KEPT_BY_CLRSSBSY("ShadowStackInstructions", "state.write(Slot.SSP, 0);", ";"),
  FLAG_OF_CLRSSBSY(
      "ShadowStackInstructions",
      "shadow.cleared() ? 0 : Rflags.CF",
      "shadow.cleared() ? Rflags.CF : 0"),
  WRONG_ERROR_CODE_OF_SETSSBSY(
      "ShadowStackInstructions",
      "ControlProtection.SETSSBSY.errorCode()",
      "ControlProtection.RSTORSSP.errorCode()"),
  RSTORSSP_LEAVES_THE_TOKEN(
      "ShadowStackInstructions",
      "memory.storeShadowWord(state, address, previous, seen)",
      "StepResult.DONE"),
  SAVEPREVSSP_LEAVES_THE_HOLE(
      "ShadowStackInstructions", "memory.storeShadowHole(state, old - 4, seen)", "StepResult.DONE"),
  INCSSP_BY_MORE_THAN_255("ShadowStackInstructions", "operands.value() & 0xff", "operands.value()");

  private final BrokenSource source;

  BrokenShadowRule(String type, String text, String replacement) {
    this.source = new BrokenSource(type, text, replacement);
  }

  BrokenSource source() {
    return source;
  }
}
