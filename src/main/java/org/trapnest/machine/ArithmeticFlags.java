package org.trapnest.machine;

import org.trapnest.x86.Condition;
import org.trapnest.x86.Rflags;

/**
 * The arithmetic flags of a state, and which of them depend on an opaque token.
 *
 * <p>{@link Slot#FLAGS_TOKEN} is 0 when no flag depends on a token. Otherwise it is the token, with
 * a 1 in its bits 31:20 for each arithmetic flag (at its place in RFLAGS) that does <em>not</em>
 * depend on it: BT after a call, say, defines CF alone. Invariants: (1) a flag that depends on a
 * token is 0 in RFLAGS; (2) at least one flag depends on a token that is there.
 */
final class ArithmeticFlags {
  private ArithmeticFlags() {}

  /** The flags that depend on a token, as bits of RFLAGS. */
  static long dependent(MachineState state) {
    return Token.dependentFlags(state.read(Slot.FLAGS_TOKEN));
  }

  /** The flags that a condition looks at, as bits of RFLAGS. */
  static long lookedAt(Condition condition) {
    return switch (condition) {
      case O, NO -> Rflags.OF;
      case B, AE -> Rflags.CF;
      case E, NE -> Rflags.ZF;
      case BE, A -> Rflags.CF | Rflags.ZF;
      case S, NS -> Rflags.SF;
      case P, NP -> Rflags.PF;
      case L, GE -> Rflags.SF | Rflags.OF;
      case LE, G -> Rflags.ZF | Rflags.SF | Rflags.OF;
    };
  }

  /** Whether a condition depends on a token. */
  static boolean isDependent(MachineState state, Condition condition) {
    return state.read(Slot.FLAGS_TOKEN) != 0 && (dependent(state) & lookedAt(condition)) != 0;
  }

  /** Whether a condition depends on a value that the user chose, so that both outcomes count. */
  static boolean isUsers(MachineState state, Condition condition) {
    return isDependent(state, condition) && Token.isUsers(state.read(Slot.FLAGS_TOKEN));
  }

  /** Gives the changed flags the values that {@code flags} has for them. */
  static void define(MachineState state, long changed, long flags) {
    state.write(Slot.RFLAGS, state.read(Slot.RFLAGS) & ~changed | flags & changed);
    long token = state.read(Slot.FLAGS_TOKEN);
    if (token != 0) {
      long stillDependent = dependent(state) & ~changed;
      state.write(Slot.FLAGS_TOKEN, stillDependent == 0 ? 0 : withDependent(token, stillDependent));
    }
  }

  /** The word that PUSHF and event delivery save, with further bits set. */
  static long image(MachineState state, long more) {
    long token = state.read(Slot.FLAGS_TOKEN);
    long flags = state.read(Slot.RFLAGS) | more;
    return token == 0 ? flags : FlagsImage.word(flags, dependent(state), token);
  }

  /**
   * Loads RFLAGS.
   *
   * @param flags the known bits
   * @param word the number or image ({@link FlagsImage#isLoadable}) from which they come
   */
  static void load(MachineState state, long flags, long word) {
    long unknown = FlagsImage.unknown(word);
    state.write(Slot.RFLAGS, flags);
    state.write(
        Slot.FLAGS_TOKEN, unknown == 0 ? 0 : withDependent(FlagsImage.token(word), unknown));
  }

  /**
   * Makes the changed flags depend on a token. One token names them all: where other flags still
   * depend on another one, the stricter.
   */
  static void depend(MachineState state, long changed, long token) {
    if (changed == 0) {
      return;
    }
    long others = dependent(state) & ~changed;
    long old = state.read(Slot.FLAGS_TOKEN);
    long named = others == 0 ? token : Token.stricter(old, token);
    state.write(Slot.RFLAGS, state.read(Slot.RFLAGS) & ~changed);
    state.write(Slot.FLAGS_TOKEN, withDependent(named, others | changed));
  }

  private static long withDependent(long token, long dependent) {
    return Token.plain(token) | (Rflags.ARITHMETIC & ~dependent) << Token.INDEPENDENT_SHIFT;
  }
}
