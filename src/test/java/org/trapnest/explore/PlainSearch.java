package org.trapnest.explore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.trapnest.explore.ExplorationResult.Violation;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/** A breadth-first search of small graphs that keeps a whole path for each state. */
final class PlainSearch {
  private record Successor(int choice, long state, long violated) {}

  private record Candidate(int preference, List<Integer> path) {}

  private final Map<Long, List<Integer>> paths = new LinkedHashMap<>();
  private final TreeMap<Integer, Candidate> found = new TreeMap<>();
  private final Graph graph;
  private long transitions;

  PlainSearch(Graph graph) {
    this.graph = graph;
    visit(List.of(), initial(graph));
    List<Long> level = new ArrayList<>(paths.keySet());
    while (!level.isEmpty()) {
      int known = paths.size();
      for (long state : level) {
        List<Successor> successors = successors(graph, state);
        transitions += successors.size();
        visit(paths.get(state), successors);
      }
      level = new ArrayList<>(paths.keySet()).subList(known, paths.size());
    }
  }

  private void visit(List<Integer> path, List<Successor> successors) {
    for (Successor successor : successors) {
      List<Integer> longer = new ArrayList<>(path);
      longer.add(successor.choice);
      paths.putIfAbsent(successor.state, longer);
      int preference = graph.preference(new long[] {successor.state}, 0);
      for (int check = 0; check < graph.checkCount(); check++) {
        if ((successor.violated >>> check & 1) == 1) {
          offer(check, new Candidate(preference, longer));
        }
      }
    }
  }

  private void offer(int check, Candidate candidate) {
    found.merge(
        check,
        candidate,
        (old, fresh) ->
            fresh.path.size() == old.path.size() && fresh.preference < old.preference
                ? fresh
                : old);
  }

  int states() {
    return paths.size();
  }

  long transitions() {
    return transitions;
  }

  int depth() {
    return paths.values().stream().mapToInt(path -> path.size() - 1).max().orElse(0);
  }

  List<Violation> violations() {
    return found.entrySet().stream()
        .map(entry -> new Violation(entry.getKey(), entry.getValue().path))
        .toList();
  }

  /** Whether a path exists and its last transition breaks a check. */
  static boolean breaks(Graph graph, List<Integer> path, int check) {
    List<Successor> offered = initial(graph);
    long violated = 0;
    for (int choice : path) {
      Successor taken = offered.stream().filter(s -> s.choice == choice).findFirst().orElseThrow();
      violated = taken.violated;
      offered = successors(graph, taken.state);
    }
    return (violated >>> check & 1) == 1;
  }

  private static List<Successor> initial(Graph graph) {
    return collect((expander, sink) -> expander.initialStates(sink), graph);
  }

  private static List<Successor> successors(Graph graph, long state) {
    return collect((expander, sink) -> expander.expand(new long[] {state}, 0, sink), graph);
  }

  private interface Expansion {
    void run(Expander expander, SuccessorSink sink);
  }

  private static List<Successor> collect(Expansion expansion, Graph graph) {
    List<Successor> successors = new ArrayList<>();
    expansion.run(
        graph.newExpander(),
        new SuccessorSink() {
          @Override
          public void successor(
              int choice, long[] words, ChangedWords changed, long violated, long reached) {
            successors.add(new Successor(choice, words[0], violated));
          }

          @Override
          public void cut(int bound) {}
        });
    return successors;
  }
}
