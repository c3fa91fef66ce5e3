package org.trapnest.bits;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Hashing of states: whole, by one changed word, and into the digest of a set. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HashBenchmark {
  private static final int WORDS = 500;

  private final long[] words = new long[WORDS];
  private final StateHash hash = new StateHash();
  private final SetDigest digest = new SetDigest();
  private int word;

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < WORDS; i++) {
      words[i] = random.nextLong();
    }
  }

  @Benchmark
  public long whole() {
    hash.set(words, WORDS);
    return hash.low();
  }

  @Benchmark
  public long oneWord() {
    word = word == WORDS - 1 ? 0 : word + 1;
    hash.replace(word, words[word], words[word] + 1);
    return hash.high();
  }

  @Benchmark
  public SetDigest digest() {
    digest.add(hash);
    return digest;
  }
}
