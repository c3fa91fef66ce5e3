package org.trapnest.bits;

/**
 * A 128-bit digest of a set of states that does not depend on their order: the sum, in each of two
 * lanes, of their hashes.
 *
 * <p>Each hash is mixed once more before it is added. Without that the sum over states of sums over
 * words would see only how often each word has each value, not which values occur together.
 *
 * <p>Mutable and confined to one thread; the digests of disjoint parts are united by {@link #add}.
 */
public final class SetDigest {
  private long low;
  private long high;

  /** Adds one state, which must not have been added before. */
  public void add(StateHash hash) {
    addState(hash.low(), hash.high());
  }

  /** Adds one state, given the lanes of its hash. */
  public void addState(long lowLane, long highLane) {
    low += Mixing.mix(lowLane ^ Long.rotateLeft(highLane, 32));
    high += Mixing.mixAlternately(highLane + Long.rotateLeft(lowLane, 17));
  }

  /** Adds all states of another digest. */
  public void add(SetDigest other) {
    low += other.low;
    high += other.high;
  }

  /** Adds what another digest had in its lanes. */
  public void add(long lowLane, long highLane) {
    low += lowLane;
    high += highLane;
  }

  public long low() {
    return low;
  }

  public long high() {
    return high;
  }

  /** The digest as 32 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
