package org.trapnest.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.trapnest.bench.Nest;

class SimulationTest {
  @Test
  void run_sameSeed_isTheSameRun() {
    Nest nest = Nest.thin(3, 12, 1);
    assertEquals(Simulation.run(nest, 7, 500), Simulation.run(nest, 7, 500));
    assertNotEquals(Simulation.run(nest, 7, 500), Simulation.run(nest, 8, 500));
    assertEquals(501, Simulation.run(nest, 7, 500).size());
  }

  @Test
  void run_deadlock_endsThere() {
    Graph graph = new Graph(0).start(0).edge(0, 1).edge(1, 2);
    assertEquals(List.of(0, 0, 0), Simulation.run(graph, 1, 100));
  }

  @Test
  void run_noSteps_picksOnlyTheInitialState() {
    assertEquals(List.of(0), Simulation.run(new Graph(0).start(0).edge(0, 0), 1, 0));
  }

  @Test
  void run_manySeeds_drawsSuccessorsEquallyOften() {
    Graph graph = new Graph(0).start(0).edge(0, 1, 2, 3, 4);
    TreeMap<Integer, Integer> drawn = new TreeMap<>();
    LongStream.range(0, 4000)
        .forEach(seed -> drawn.merge(Simulation.run(graph, seed, 5).get(1), 1, Integer::sum));
    assertEquals(List.of(0, 1, 2, 3), List.copyOf(drawn.keySet()));
    drawn.values().forEach(count -> assertEquals(1000, count, 150));
  }
}
