package org.trapnest.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeShapeTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 16, 17, 65, 554})
  void balanced_anyWordCount_reachesEachLeafOnceAndHasTwoToFourChildren(int words) {
    TreeShape shape = TreeShape.balanced(words);
    List<Integer> leaves = new ArrayList<>();
    collect(shape, shape.root(), leaves);
    assertEquals(IntStream.range(0, Math.max(2, words)).boxed().toList(), leaves);
    assertEquals(2, children(shape, shape.root()).size());
    for (int node = shape.leafCount(); node < shape.root(); node++) {
      assertTrue(children(shape, node).size() >= 2, "node " + node);
      for (int child : children(shape, node)) {
        assertTrue(child < node, "children come first");
        assertEquals(node, shape.parent(child));
      }
    }
    assertTrue(depth(shape) <= 1 + Math.ceil(Math.log(Math.max(2, words)) / Math.log(3)));
  }

  private static List<Integer> children(TreeShape shape, int node) {
    List<Integer> children = new ArrayList<>();
    for (int place = 0; place < TreeShape.PLACES; place++) {
      if (shape.child(node, place) != shape.nobody()) {
        assertEquals(place, children.size(), "no place is left out");
        children.add(shape.child(node, place));
      }
    }
    return children;
  }

  private static void collect(TreeShape shape, int node, List<Integer> leaves) {
    if (shape.isLeaf(node)) {
      leaves.add(node);
      return;
    }
    for (int child : children(shape, node)) {
      collect(shape, child, leaves);
    }
  }

  private static int depth(TreeShape shape) {
    int deepest = 0;
    for (int leaf = 0; leaf < shape.leafCount(); leaf++) {
      int depth = 0;
      for (int node = leaf; node != shape.root(); node = shape.parent(node)) {
        depth++;
      }
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  }
}
