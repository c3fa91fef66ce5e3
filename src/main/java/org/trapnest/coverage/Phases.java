package org.trapnest.coverage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.trapnest.machine.MachineModel;

/** Tells entry from exit: what runs before the first C code of a context, and behind the last. */
final class Phases {
  private final MachineModel model;
  private final SortedMap<Integer, Boundary> boundaries;
  private final Set<Integer> beforeC;
  private final Set<Integer> behindC;

  /** The phases of contexts of one kind. */
  Phases(MachineModel model, SortedMap<Integer, Boundary> boundaries) {
    this.model = model;
    this.boundaries = boundaries;
    Map<Integer, Set<Integer>> forward = new TreeMap<>();
    Map<Integer, Set<Integer>> backward = new TreeMap<>();
    boundaries.forEach(
        (index, boundary) ->
            boundary
                .next()
                .forEach(
                    next -> {
                      forward.computeIfAbsent(index, i -> new HashSet<>()).add(next);
                      backward.computeIfAbsent(next, i -> new HashSet<>()).add(index);
                    }));
    this.beforeC = reach(forward, Boundary::isBegin);
    this.behindC = reach(backward, Boundary::isEnd);
  }

  private Set<Integer> reach(
      Map<Integer, Set<Integer>> edges, java.util.function.Predicate<Boundary> start) {
    Set<Integer> reached = new HashSet<>();
    Deque<Integer> waiting = new ArrayDeque<>();
    boundaries.forEach(
        (index, boundary) -> {
          if (start.test(boundary)) {
            waiting.add(index);
          }
        });
    while (!waiting.isEmpty()) {
      int index = waiting.remove();
      if (!model.c().running().get(index) && reached.add(index)) {
        waiting.addAll(edges.getOrDefault(index, Set.of()));
      }
    }
    return reached;
  }

  Phase of(int index) {
    if (beforeC.contains(index)) {
      return behindC.contains(index) ? Phase.THROUGH : Phase.ENTRY;
    }
    return behindC.contains(index) ? Phase.EXIT : Phase.BODY;
  }
}
