package org.trapnest.model;

import java.util.ArrayList;
import java.util.List;
import org.trapnest.machine.Choice;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.SuccessorSink;

/** Makes paths whole that leave out forced transitions. Mutable; used by one thread. */
final class Unrolling implements SuccessorSink {
  private static final int INSTRUCTION = Choice.of(Choice.Kind.INSTRUCTION, 0);

  private final EntryExpander expander;
  private final List<Integer> choices = new ArrayList<>();
  private int wanted;
  private long[] reachedWords = {};

  Unrolling(EntryExpander expander) {
    this.expander = expander;
  }

  /** The choices of a path with the forced ones between them. */
  List<Integer> of(List<Integer> path) {
    for (int i = 0; i < path.size(); i++) {
      wanted = path.get(i);
      choices.add(wanted);
      if (i == 0) {
        expander.initialStates(this);
      } else {
        expander.expand(reachedWords, 0, this);
      }
    }
    return List.copyOf(choices);
  }

  @Override
  public void successor(
      int choice, long[] words, ChangedWords changed, long violated, long reached) {
    if (choice == wanted) {
      reachedWords = words.clone();
      for (int i = 0; i < expander.forced(); i++) {
        choices.add(INSTRUCTION);
      }
    }
  }

  @Override
  public void cut(int bound) {}
}
