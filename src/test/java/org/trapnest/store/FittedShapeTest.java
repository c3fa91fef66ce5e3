package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FittedShapeTest {
  private static final int STATES = 2048;

  private static int depth(TreeShape shape, int word) {
    int depth = 0;
    for (int node = shape.leafOfWord(word); node != shape.root(); node = shape.parent(node)) {
      depth++;
    }
    return depth;
  }

  /** Twenty words, of which some take many values in the sample. */
  private static long[][] sample(int... varyingWords) {
    long[][] sample = new long[STATES][20];
    for (int state = 0; state < STATES; state++) {
      for (int word : varyingWords) {
        sample[state][word] = state;
      }
    }
    return sample;
  }

  @Test
  void leaves_wordsWithFewValues_areTakenTogetherUpToEight() {
    TreeShape shape = new FittedShape(sample(), new long[20]).shape();
    assertEquals(3, shape.leafCount());
    assertEquals(8, shape.wordsIn(0));
    assertEquals(8, shape.wordsIn(1));
    assertEquals(4, shape.wordsIn(2));
    assertEquals(1, shape.leafOfWord(15));
  }

  @Test
  void leaves_wordWithManyValues_standsAlone() {
    TreeShape shape = new FittedShape(sample(2), new long[20]).shape();
    int leaf = shape.leafOfWord(2);
    assertEquals(1, shape.wordsIn(leaf));
    assertEquals(2, shape.firstWord(leaf));
    assertEquals(2, shape.wordsIn(shape.leafOfWord(0)));
  }

  @Test
  void root_twoVaryingWords_areParted() {
    long[][] sample = new long[STATES][20];
    for (int state = 0; state < STATES; state++) {
      sample[state][3] = state % 45 << 8 | state % 7;
      sample[state][17] = state / 45;
    }
    TreeShape shape = new FittedShape(sample, new long[20]).shape();
    int root = shape.root();
    int first = shape.leafOfWord(3);
    int second = shape.leafOfWord(17);
    assertTrue(shape.nodeCount() > 1);
    assertEquals(shape.child(root, 0), ancestorBelow(shape, first));
    assertEquals(shape.child(root, 1), ancestorBelow(shape, second));
  }

  private static int ancestorBelow(TreeShape shape, int leaf) {
    int node = leaf;
    while (shape.parent(node) != shape.root()) {
      node = shape.parent(node);
    }
    return node;
  }

  @Test
  void inner_wordThatChangesOften_isNearTheRoot() {
    long[][] sample = sample(0, 2, 4, 5, 7, 9, 11, 13, 15, 17, 19);
    int before = depth(new FittedShape(sample, new long[20]).shape(), 9);
    long[] changes = new long[20];
    changes[9] = 1_000;
    changes[0] = 10;
    changes[5] = 10;
    changes[13] = 10;
    int after = depth(new FittedShape(sample, changes).shape(), 9);
    assertTrue(after <= 2 && after < before, before + " before, " + after + " after");
  }
}
