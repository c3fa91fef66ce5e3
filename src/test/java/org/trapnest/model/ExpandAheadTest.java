package org.trapnest.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trapnest.asm.FileSources;
import org.trapnest.diag.Diagnostics;
import org.trapnest.property.ShippedCatalogue;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/** On random walks through models, expansion ahead gives what a fresh expander gives. */
class ExpandAheadTest {
  private static final int WALKS = 12;
  private static final int STEPS = 400;

  /** Everything that a sink hears, and the successors themselves. */
  private static final class Heard implements SuccessorSink {
    private final List<String> calls = new ArrayList<>();
    private final List<long[]> successors = new ArrayList<>();

    @Override
    public void successor(
        int choice, long[] words, ChangedWords changed, long violated, long reached) {
      calls.add("successor %d %d %d".formatted(choice, violated, reached));
      successors.add(words.clone());
    }

    @Override
    public void cut(int bound) {
      calls.add("cut " + bound);
    }
  }

  private static EntryModel load(String path) throws IOException {
    ModelLoader loader = new ModelLoader(new FileSources());
    Diagnostics diagnostics = new Diagnostics();
    Model model = loader.load(path, path, diagnostics).orElseThrow();
    return loader
        .configure(
            model, model.configurations().get(0), ShippedCatalogue.read().properties(), diagnostics)
        .orElseThrow()
        .transitionSystem();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models/ist/atomic.S",
        "models/iretless/proposal.S",
        "models/ibrs/nmi-saves-restores.S",
        "models/kaiser/mainline.S",
        "models/nmi2010/corrected.S"
      })
  void expandAhead_randomWalks_givesWhatAFreshExpanderGives(String path) throws IOException {
    EntryModel system = load(path);
    SplittableRandom random = new SplittableRandom(path.hashCode());
    Expander ahead = system.newExpander();
    ChangedWords moved = new ChangedWords(system.wordCount());
    moved.addAll();
    long[] last = new long[system.wordCount()];
    int steps = 0;
    for (int walk = 0; walk < WALKS; walk++) {
      Heard start = new Heard();
      ahead.initialStates(start);
      long[] words = start.successors.get(0);
      for (int step = 0; step < STEPS && words.length > 0; step++) {
        if (steps++ > 0) {
          list(last, words, moved);
        }
        last = words;
        words = step(system, ahead, words, moved, random);
      }
    }
    assertTrue(steps > WALKS);
  }

  /** Compares one expansion; returns a successor, or an array of no words. */
  private static long[] step(
      EntryModel system,
      Expander ahead,
      long[] words,
      ChangedWords moved,
      SplittableRandom random) {
    Heard known = new Heard();
    system.newExpander().expand(words, 0, known);
    Heard heard = new Heard();
    ahead.expandAhead(words, moved, heard);
    assertEquals(known.calls, heard.calls);
    assertEquals(texts(known), texts(heard));
    int count = known.successors.size();
    return count == 0 ? new long[0] : known.successors.get(random.nextInt(count));
  }

  private static void list(long[] last, long[] words, ChangedWords moved) {
    moved.clear();
    for (int word = 0; word < words.length; word++) {
      if (last[word] != words[word]) {
        moved.add(word);
      }
    }
  }

  private static List<String> texts(Heard heard) {
    return heard.successors.stream().map(Arrays::toString).toList();
  }
}
