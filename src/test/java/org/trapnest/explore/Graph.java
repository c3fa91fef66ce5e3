package org.trapnest.explore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/** A transition system that is written down edge by edge; states are small numbers. */
final class Graph implements TransitionSystem {
  private record Edge(int choice, int target, long violated, long reached) {}

  private final int checkCount;
  private final List<Edge> initial = new ArrayList<>();
  private final Map<Integer, List<Edge>> edges = new LinkedHashMap<>();
  private final Map<Integer, Integer> preferences = new LinkedHashMap<>();
  private final Map<Integer, Integer> cuts = new LinkedHashMap<>();

  Graph(int checkCount) {
    this.checkCount = checkCount;
  }

  Graph start(int target) {
    return start(target, 0);
  }

  Graph start(int target, long violated) {
    initial.add(new Edge(initial.size(), target, violated, 0));
    return this;
  }

  /** Adds edges whose choice numbers continue those of the source. */
  Graph edge(int source, int... targets) {
    for (int target : targets) {
      marked(source, target, 0, 0);
    }
    return this;
  }

  /** Adds an edge that breaks and reaches checks, a bit each. */
  Graph marked(int source, int target, long violated, long reached) {
    List<Edge> list = edges.computeIfAbsent(source, s -> new ArrayList<>());
    list.add(new Edge(list.size(), target, violated, reached));
    return this;
  }

  Graph prefer(int state, int preference) {
    preferences.put(state, preference);
    return this;
  }

  Graph cut(int state, int bound) {
    cuts.put(state, bound);
    return this;
  }

  @Override
  public int wordCount() {
    return 1;
  }

  @Override
  public int checkCount() {
    return checkCount;
  }

  @Override
  public int boundCount() {
    return 2;
  }

  @Override
  public boolean expandsAhead() {
    return true;
  }

  @Override
  public int preference(long[] words, int offset) {
    return preferences.getOrDefault((int) words[offset], 0);
  }

  @Override
  public Expander newExpander() {
    ChangedWords changed = new ChangedWords(1);
    changed.add(0);
    return new Expander() {
      @Override
      public void initialStates(SuccessorSink sink) {
        give(initial, sink);
      }

      @Override
      public void expand(long[] words, int offset, SuccessorSink sink) {
        int state = (int) words[offset];
        give(edges.getOrDefault(state, List.of()), sink);
        if (cuts.containsKey(state)) {
          sink.cut(cuts.get(state));
        }
      }

      private void give(List<Edge> list, SuccessorSink sink) {
        for (Edge e : list) {
          long[] words = {e.target};
          sink.successor(e.choice, words, changed, e.violated, e.reached);
        }
      }
    };
  }
}
