package org.trapnest.bench;

import java.util.List;
import java.util.Optional;

/**
 * What an independent explorer, {@code src/bench/c/nestref.c}, counts on an instance of the family.
 *
 * @param name what the instance is called in tables
 * @param levels D
 * @param steps L
 * @param latches P, 0 or 1
 * @param counts what is counted; the same for both vectors
 */
public record NestReference(String name, int levels, int steps, int latches, Counts counts) {

  /**
   * Exact counts.
   *
   * @param states distinct states, the initial one included
   * @param transitions transitions, those to known states included, none into the initial state
   * @param depth the greatest distance of a state from the initial one
   */
  public record Counts(long states, long transitions, int depth) {}

  /** All instances with a reference, from the smallest. */
  public static final List<NestReference> ALL =
      List.of(
          new NestReference("tiny", 2, 12, 0, new Counts(2_245, 2_430, 37)),
          new NestReference("tiny-p", 2, 12, 1, new Counts(8_980, 18_574, 41)),
          new NestReference("small", 3, 16, 0, new Counts(160_689, 170_650, 82)),
          new NestReference("small-p", 3, 12, 1, new Counts(269_332, 556_966, 67)),
          new NestReference("med", 4, 16, 0, new Counts(4_651_185, 4_938_906, 115)),
          new NestReference("medp", 4, 12, 1, new Counts(5_799_508, 11_984_518, 93)),
          new NestReference("big-p", 4, 16, 1, new Counts(18_604_740, 38_140_894, 121)),
          new NestReference("large", 5, 13, 0, new Counts(36_635_418, 39_413_212, 121)),
          new NestReference("huge", 5, 19, 0, new Counts(251_874_660, 265_001_734, 175)));

  /** The reference for an instance, if there is one. */
  public static Optional<NestReference> of(Nest nest) {
    return ALL.stream().filter(r -> !nest.bug() && r.sameInstance(nest)).findFirst();
  }

  private boolean sameInstance(Nest nest) {
    return levels == nest.levels() && steps == nest.steps() && (latches == 1) == nest.latches();
  }

  /** The instance itself. */
  public Nest nest(Nest.Vector vector) {
    return Nest.thin(levels, steps, latches).withVector(vector);
  }
}
