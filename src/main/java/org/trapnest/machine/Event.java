package org.trapnest.machine;

import java.util.Optional;
import org.trapnest.x86.Vector;

/** What began a context: a vector's delivery, or an instruction that enters without a frame. */
public enum Event {
  DE,
  DB,
  NMI,
  BP,
  OF,
  BR,
  UD,
  NM,
  DF,
  TS,
  NP,
  SS,
  GP,
  PF,
  MF,
  AC,
  MC,
  XM,
  VE,
  CP,
  HV,
  VC,
  IRQ,
  INT80,
  SYSCALL,
  SYSCALL32,
  SYSENTER;

  private static final Event[] ALL = values();

  public static Event byOrdinal(int ordinal) {
    return ALL[ordinal];
  }

  public static Event of(Vector vector) {
    return ALL[vector.ordinal()];
  }

  /** The vector, unless the event is an instruction that enters without a frame. */
  public Optional<Vector> vector() {
    return ordinal() < SYSCALL.ordinal() ? Vector.parse(name()) : Optional.empty();
  }

  /** The event that a model or property names, in upper case. */
  public static Optional<Event> parse(String name) {
    return java.util.Arrays.stream(ALL).filter(e -> e.name().equals(name)).findFirst();
  }

  /** How traces print it. */
  public String manualName() {
    return vector().map(Vector::manualName).orElse(name());
  }
}
