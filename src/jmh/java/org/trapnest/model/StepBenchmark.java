package org.trapnest.model;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/** All successors of a state of a model, with its properties, without a store. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StepBenchmark {
  private static final int SKIPPED = 30_000;
  private static final int STATES = 256;

  private List<long[]> states;
  private Expander expander;

  @Setup
  public void load() throws IOException {
    Sample sample = new Sample(SKIPPED, STATES);
    states = sample.states();
    expander = sample.system().newExpander();
  }

  @Benchmark
  @OperationsPerInvocation(STATES)
  public void expand(Blackhole hole) {
    SuccessorSink sink =
        new SuccessorSink() {
          @Override
          public void successor(
              int choice, long[] words, ChangedWords changed, long violated, long reached) {
            hole.consume(words);
          }

          @Override
          public void cut(int bound) {}
        };
    for (int i = 0; i < STATES; i++) {
      expander.expand(states.get(i), 0, sink);
    }
  }
}
