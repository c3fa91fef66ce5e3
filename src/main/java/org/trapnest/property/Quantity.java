package org.trapnest.property;

import java.util.Arrays;
import java.util.Optional;

/** A number that a single word names, besides registers and their fields. */
public enum Quantity {
  /** The current privilege level: the low two bits of CS. */
  CPL("cpl"),
  /** The number of live contexts. */
  LIVE("live"),
  /** The address of the lowest word of the pushed frame, or 0; in {@code on delivery} only. */
  FRAME("frame");

  private final String word;

  Quantity(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  static Optional<Quantity> parse(String word) {
    return Arrays.stream(values()).filter(q -> q.word.equals(word)).findFirst();
  }
}
