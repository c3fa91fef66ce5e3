package org.trapnest.cli;

/** The exit statuses. */
enum ExitStatus {
  AS_EXPECTED(0, 0),
  DIFFERS(1, 4),
  USAGE(2, 7),
  REJECTED(3, 5),
  LIMIT(4, 1),
  UNMODELLED(5, 3),
  DRIFT(6, 2),
  INTERNAL(70, 6),
  INTERRUPTED(130, 8);

  private final int code;
  private final int rank;

  ExitStatus(int code, int rank) {
    this.code = code;
    this.rank = rank;
  }

  int code() {
    return code;
  }

  /** The status that wins in a batch: 130, 2, 70, 3, 1, 5, 6, 4, 0. */
  ExitStatus worse(ExitStatus other) {
    return other.rank > rank ? other : this;
  }
}
