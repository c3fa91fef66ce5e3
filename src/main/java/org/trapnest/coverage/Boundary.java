package org.trapnest.coverage;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.trapnest.machine.Reception;
import org.trapnest.x86.Vector;

/** What was seen at one instruction boundary in contexts of one kind. Filled by one thread. */
final class Boundary {
  private final Map<Vector, Map<Reception, Long>> receptions = new EnumMap<>(Vector.class);
  private final Map<Gap, Long> open = new EnumMap<>(Gap.class);
  private final Map<Gap, Map<Vector, Map<Reception, Long>>> inGap = new EnumMap<>(Gap.class);
  private final TreeSet<Integer> next = new TreeSet<>();
  private long states;
  private int closes;
  private boolean begins;
  private boolean ends;

  void visit(int openGaps) {
    states++;
    for (Gap gap : Gap.values()) {
      if ((openGaps & gap.bit()) != 0) {
        open.merge(gap, 1L, Long::sum);
      }
    }
  }

  void receive(Vector vector, Reception reception, int openGaps) {
    count(receptions, vector, reception);
    for (Gap gap : Gap.values()) {
      if ((openGaps & gap.bit()) != 0) {
        count(inGap.computeIfAbsent(gap, g -> new EnumMap<>(Vector.class)), vector, reception);
      }
    }
  }

  private static void count(
      Map<Vector, Map<Reception, Long>> counts, Vector vector, Reception reception) {
    counts
        .computeIfAbsent(vector, v -> new EnumMap<>(Reception.class))
        .merge(reception, 1L, Long::sum);
  }

  /** Its instruction leads to another boundary of the same context. */
  void goesTo(int index, int closedGaps) {
    next.add(index);
    closes |= closedGaps;
  }

  void begins() {
    begins = true;
  }

  void ends(int closedGaps) {
    ends = true;
    closes |= closedGaps;
  }

  long states() {
    return states;
  }

  /** In how many states a gap is open. */
  long open(Gap gap) {
    return open.getOrDefault(gap, 0L);
  }

  /** Whether the instruction closes a gap in some state. */
  boolean closes(Gap gap) {
    return (closes & gap.bit()) != 0;
  }

  Map<Vector, Map<Reception, Long>> receptions() {
    return receptions;
  }

  /** What becomes of events while a gap is open. */
  Map<Vector, Map<Reception, Long>> receptions(Gap gap) {
    return inGap.getOrDefault(gap, new TreeMap<>());
  }

  Iterable<Integer> next() {
    return next;
  }

  boolean isBegin() {
    return begins;
  }

  boolean isEnd() {
    return ends;
  }
}
