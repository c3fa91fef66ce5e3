package org.trapnest.machine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A property of the processor or its surroundings on which processors or kernels differ. */
public enum Assumption {
  /** An IRET that faults has unblocked NMIs before its fault is delivered (Intel). */
  FAULTING_IRET_UNMASKS_NMI(true),
  /** The shadow of MOV SS and POP SS holds off NMIs (Intel). */
  MOV_SS_SHADOW_BLOCKS_NMI(true),
  /** The shadow of STI holds off NMIs too. */
  STI_SHADOW_BLOCKS_NMI(false),
  /** A debug trap that MOV SS holds off still waits when the next instruction faults. */
  HELD_DEBUG_TRAP_SURVIVES_FAULT(true),
  /** SYSRET to a non-canonical RIP faults while CPL is still 0 (Intel). */
  SYSRET_FAULTS_IN_KERNEL(true),
  /** CR4.FSGSBASE is set. */
  FSGSBASE(false),
  /** An SMI may end with NMIs unblocked. */
  SMI_UNMASKS_NMI(false),
  /**
   * #VC is a contributory exception: another one while it is delivered is a double fault. The
   * tables of double faults in the manuals do not name it.
   */
  VC_IS_CONTRIBUTORY(false),
  /** No machine check occurs while MCIP is set, where it would shut the processor down. */
  MACHINE_CHECKS_WAIT(false),
  /** S_CET.WR_SHSTK_EN is set, so that WRSS may write to shadow stacks. */
  SHADOW_STACK_WRITES(true),
  /**
   * NMIs and IRQs that arrive masked are latched there, as processors do it, instead of offered
   * where the mask opens. The verdicts are the same: only hardware reads the latch, only there.
   */
  LATCHES(false),
  /**
   * Nothing reads a stack word again once it has been popped: it is dead, and reading it a finding.
   */
  POPPED_WORDS_ARE_DEAD(false);

  private final boolean usual;

  Assumption(boolean usual) {
    this.usual = usual;
  }

  /** The value where the model says nothing. */
  public boolean usual() {
    return usual;
  }

  /** The name as a model writes it: {@code faulting-iret-unmasks-nmi}. */
  public String modelName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Assumption> parse(String modelName) {
    return Arrays.stream(values()).filter(a -> a.modelName().equals(modelName)).findFirst();
  }
}
