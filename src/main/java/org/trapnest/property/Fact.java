package org.trapnest.property;

import java.util.Arrays;
import java.util.Optional;

/** A condition that a single word names. */
public enum Fact {
  /** CPL is 3 and the machine runs. */
  USER("user"),
  /** CPL is not 3 and the machine runs. */
  KERNEL("kernel"),
  /** The machine has stopped: a finding ended it, or the model did. */
  HALTED("halted"),
  /** RIP is at an instruction of C code. */
  IN_C("in_c"),
  /**
   * CR3 is a user CR3 by the bits that tell the two apart; false when page tables are not split.
   */
  CR3_USER("cr3.user"),
  /** GS_BASE is the kernel's GS base. */
  GS_KERNEL("gs.kernel"),
  /** GS_BASE is not the kernel's GS base. */
  GS_USER("gs.user"),
  /** KERNEL_GS_BASE, the swapped-out one, is the kernel's GS base. */
  KERNEL_GS_KERNEL("kernel_gs.kernel"),
  /** The delivery came from user mode; in {@code on delivery} only. */
  FROM_USER("from_user");

  private final String word;

  Fact(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  static Optional<Fact> parse(String word) {
    return Arrays.stream(values()).filter(f -> f.word.equals(word)).findFirst();
  }
}
