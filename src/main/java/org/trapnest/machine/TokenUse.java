package org.trapnest.machine;

import java.util.List;

/** What becomes of a step that would depend on an opaque token. */
final class TokenUse {
  private static final StepResult TOKEN = new StepResult.Ended(Finding.TOKEN_USED);
  private static final StepResult DEAD = new StepResult.Ended(Finding.DEAD_VALUE_USED);
  private static final StepResult UNTRUSTED = new StepResult.Ended(Finding.STACK_UNTRUSTED);

  private final List<String> declared;

  TokenUse(MachineModel model) {
    this.declared = model.tokenNames();
  }

  /**
   * The end of a step that depends on a token.
   *
   * @param use what depends on it, as the subject of a sentence: {@code the jump's target}
   */
  StepResult ended(long token, String use, Observation seen) {
    boolean dead = Token.isDead(token);
    seen.find(dead ? Finding.DEAD_VALUE_USED : Finding.TOKEN_USED);
    explain(token, use, seen);
    return dead ? DEAD : TOKEN;
  }

  /** The end of a step that uses a stack pointer which is a token. */
  StepResult endedStackPointer(long token, Observation seen) {
    if (!Token.isUsers(token)) {
      return ended(token, "the stack pointer", seen);
    }
    seen.find(Finding.STACK_UNTRUSTED);
    explain(token, "the stack pointer", seen);
    return UNTRUSTED;
  }

  private void explain(long token, String use, Observation seen) {
    if (seen.explaining()) {
      seen.explain(
          Character.toUpperCase(use.charAt(0))
              + use.substring(1)
              + " is the unknown value "
              + Token.name(Token.plain(token), declared)
              + ".");
    }
  }
}
