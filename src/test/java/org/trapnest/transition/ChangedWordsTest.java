package org.trapnest.transition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangedWordsTest {

  private static Set<Integer> listed(ChangedWords changed) {
    Set<Integer> words = new TreeSet<>();
    for (int i = 0; i < changed.size(); i++) {
      words.add(changed.wordIndex(i));
    }
    assertEquals(changed.size(), words.size());
    return words;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 200})
  void add_randomWordsAgainAndAgain_listsEachOnce(int wordCount) {
    SplittableRandom random = new SplittableRandom(wordCount);
    ChangedWords changed = new ChangedWords(wordCount);
    for (int run = 0; run < 200; run++) {
      changed.clear();
      Set<Integer> added = new TreeSet<>();
      for (int i = random.nextInt(wordCount + 1); i > 0; i--) {
        int word = random.nextInt(wordCount);
        changed.add(word);
        added.add(word);
      }
      assertEquals(added, listed(changed));
    }
    changed.addAll();
    assertEquals(wordCount, listed(changed).size());
  }
}
