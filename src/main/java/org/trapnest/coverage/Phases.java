package org.trapnest.coverage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
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
  private final Map<Integer, Integer> distance = new HashMap<>();

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
    measure(forward);
  }

  private void measure(Map<Integer, Set<Integer>> forward) {
    Deque<Integer> waiting = new ArrayDeque<>();
    boundaries.forEach(
        (index, boundary) -> {
          if (boundary.isBegin()) {
            distance.put(index, 0);
            waiting.add(index);
          }
        });
    while (!waiting.isEmpty()) {
      int index = waiting.remove();
      for (int next : forward.getOrDefault(index, Set.of())) {
        if (distance.putIfAbsent(next, distance.get(index) + 1) == null) {
          waiting.add(next);
        }
      }
    }
  }

  /**
   * How many instructions lie between the context's beginning and a boundary, on a shortest way.
   */
  int distance(int index) {
    return distance.getOrDefault(index, Integer.MAX_VALUE);
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
