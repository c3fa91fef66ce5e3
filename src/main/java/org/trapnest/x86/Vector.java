package org.trapnest.x86;

import java.util.Arrays;
import java.util.Optional;

/**
 * An exception or interrupt with a vector of its own. Source: Intel SDM volume 3, "Exception and
 * Interrupt Vectors"; AMD APM volume 2, "Vectors" for #HV and #VC.
 */
public enum Vector {
  DE(0, Kind.FAULT, false),
  DB(1, Kind.TRAP, false),
  NMI(2, Kind.INTERRUPT, false),
  BP(3, Kind.TRAP, false),
  OF(4, Kind.TRAP, false),
  BR(5, Kind.FAULT, false),
  UD(6, Kind.FAULT, false),
  NM(7, Kind.FAULT, false),
  DF(8, Kind.ABORT, true),
  TS(10, Kind.FAULT, true),
  NP(11, Kind.FAULT, true),
  SS(12, Kind.FAULT, true),
  GP(13, Kind.FAULT, true),
  PF(14, Kind.FAULT, true),
  MF(16, Kind.FAULT, false),
  AC(17, Kind.FAULT, true),
  MC(18, Kind.ABORT, false),
  XM(19, Kind.FAULT, false),
  VE(20, Kind.FAULT, false),
  CP(21, Kind.FAULT, true),
  HV(28, Kind.INTERRUPT, false),
  VC(29, Kind.FAULT, true),
  /** A maskable external interrupt; its number stands for any of 32 to 255. */
  IRQ(32, Kind.INTERRUPT, false),
  /** The software interrupt {@code INT 0x80}. */
  INT80(128, Kind.TRAP, false);

  private static final Vector[] BY_NUMBER = new Vector[256];

  static {
    Arrays.stream(values()).forEach(v -> BY_NUMBER[v.number] = v);
  }

  private final int number;
  private final Kind kind;
  private final boolean errorCode;

  Vector(int number, Kind kind, boolean errorCode) {
    this.number = number;
    this.kind = kind;
    this.errorCode = errorCode;
  }

  /** What the saved RIP means. */
  public enum Kind {
    FAULT,
    TRAP,
    INTERRUPT,
    ABORT
  }

  /** The vector number, 0 to 255. */
  public int number() {
    return number;
  }

  public Kind kind() {
    return kind;
  }

  public boolean hasErrorCode() {
    return errorCode;
  }

  /** Whether it takes part in double-fault promotion as a contributory exception. */
  public boolean isContributory() {
    return switch (this) {
      case DE, TS, NP, SS, GP, CP -> true;
      default -> false;
    };
  }

  /** How the manuals print it: {@code #PF}, {@code NMI}, {@code IRQ}, {@code INT 0x80}. */
  public String manualName() {
    return switch (this) {
      case NMI, IRQ -> name();
      case INT80 -> "INT 0x80";
      default -> "#" + name();
    };
  }

  public static Optional<Vector> byNumber(int number) {
    return number < 0 || number > 255 ? Optional.empty() : Optional.ofNullable(BY_NUMBER[number]);
  }

  /** The vector that a model names, for example {@code PF} or {@code IRQ}, in upper case. */
  public static Optional<Vector> parse(String name) {
    return Arrays.stream(values()).filter(v -> v.name().equals(name)).findFirst();
  }
}
