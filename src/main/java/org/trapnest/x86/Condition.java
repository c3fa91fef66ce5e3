package org.trapnest.x86;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A condition of Jcc, SETcc and CMOVcc; the ordinal is the manual's condition code. */
public enum Condition {
  O("o"),
  NO("no"),
  B("b", "c", "nae"),
  AE("ae", "nc", "nb"),
  E("e", "z"),
  NE("ne", "nz"),
  BE("be", "na"),
  A("a", "nbe"),
  S("s"),
  NS("ns"),
  P("p", "pe"),
  NP("np", "po"),
  L("l", "nge"),
  GE("ge", "nl"),
  LE("le", "ng"),
  G("g", "nle");

  private static final Map<String, Condition> BY_SUFFIX = bySuffix();

  private final String[] suffixes;

  Condition(String... suffixes) {
    this.suffixes = suffixes;
  }

  /** The condition that a mnemonic's suffix names, in lower case. */
  public static Optional<Condition> parse(String suffix) {
    return Optional.ofNullable(BY_SUFFIX.get(suffix));
  }

  /** Whether the condition is met by an RFLAGS value. */
  public boolean met(long rflags) {
    boolean cf = (rflags & Rflags.CF) != 0;
    boolean zf = (rflags & Rflags.ZF) != 0;
    boolean sf = (rflags & Rflags.SF) != 0;
    boolean of = (rflags & Rflags.OF) != 0;
    boolean positive =
        switch (this) {
          case O, NO -> of;
          case B, AE -> cf;
          case E, NE -> zf;
          case BE, A -> cf || zf;
          case S, NS -> sf;
          case P, NP -> (rflags & Rflags.PF) != 0;
          case L, GE -> sf != of;
          case LE, G -> zf || sf != of;
        };
    return positive == ((ordinal() & 1) == 0);
  }

  private static Map<String, Condition> bySuffix() {
    Map<String, Condition> map = new HashMap<>();
    for (Condition condition : values()) {
      for (String suffix : condition.suffixes) {
        map.put(suffix, condition);
      }
    }
    return Map.copyOf(map);
  }
}
