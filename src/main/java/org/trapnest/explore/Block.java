package org.trapnest.explore;

import java.util.Arrays;
import java.util.BitSet;
import org.trapnest.bits.SetDigest;
import org.trapnest.store.Candidates;
import org.trapnest.store.StateStore;
import org.trapnest.transition.TransitionSystem;

/**
 * Some states in a row, and what came of expanding them. Hot and mutable; used by one worker at a
 * time, again and again.
 */
final class Block {
  /** The number of the origin, whose successors are the initial states. */
  static final long ORIGIN = -1;

  private final Candidates candidates;
  private final Verdicts verdicts;
  private final long[] cuts;
  private SetDigest digest = new SetDigest();
  private long firstState;
  private int stateCount;
  private int expanded;
  private int[] ends = new int[1];
  private long decided;
  private boolean refused;
  private byte[] claims = new byte[0];
  private long[] pointers = new long[0];
  private int pointerCount;
  private int foreseen;
  private int foreseenInVain;
  private final BitSet cutOff = new BitSet();
  private boolean cutInState;

  Block(TransitionSystem system, StateStore store) {
    this.candidates = store.newCandidates();
    this.verdicts = new Verdicts(system.checkCount());
    this.cuts = new long[system.boundCount()];
  }

  /**
   * Becomes a block of states that are to be expanded.
   *
   * @param workers how many will look up the successors
   * @param decidedChecks the checks that were violated at a lesser depth, a bit each
   */
  void begin(long first, int count, int workers, long decidedChecks) {
    firstState = first;
    decided = decidedChecks;
    stateCount = count;
    expanded = 0;
    if (ends.length < count) {
      ends = new int[count];
    }
    candidates.clear(workers);
    verdicts.clear();
    Arrays.fill(cuts, 0);
    digest = new SetDigest();
    refused = false;
    Arrays.fill(claims, (byte) 0);
    pointerCount = 0;
    foreseen = 0;
    foreseenInVain = 0;
    cutOff.clear();
    cutInState = false;
  }

  long decided() {
    return decided;
  }

  long firstState() {
    return firstState;
  }

  int stateCount() {
    return stateCount;
  }

  Candidates candidates() {
    return candidates;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  SetDigest digest() {
    return digest;
  }

  /**
   * Says which claims of {@link Possibilities} are so in the next candidate.
   *
   * @param bits a bit for each, by position
   */
  void claim(int bits) {
    int candidate = candidates.size();
    if (candidate >= claims.length) {
      claims = Arrays.copyOf(claims, 2 * candidate + 64);
    }
    claims[candidate] = (byte) bits;
  }

  /** The claims that are so in a candidate, a bit each, by position. */
  int claims(int candidate) {
    return candidate < claims.length ? claims[candidate] & 0xff : 0;
  }

  /** Says that all candidates of the next state are there. */
  void endState() {
    int before = expanded == 0 ? 0 : ends[expanded - 1];
    if (cutInState && candidates.size() == before) {
      cutOff.set(expanded);
    }
    cutInState = false;
    ends[expanded++] = candidates.size();
  }

  /** The number of the candidate behind the last one of a state of the block. */
  int end(int state) {
    return ends[state];
  }

  /** The number of the state of which a candidate is a successor. */
  long parent(int candidate) {
    int state = Arrays.binarySearch(ends, 0, expanded, candidate + 1);
    return firstState + (state < 0 ? ~state : firstOf(state));
  }

  /** The first of the states that end where a state does: the others have no successors. */
  private int firstOf(int state) {
    int first = state;
    while (first > 0 && ends[first - 1] == ends[state]) {
      first--;
    }
    return first;
  }

  /** Whether bounds suppressed everything that a state of the block could go on to. */
  boolean isCutOff(int state) {
    return cutOff.get(state);
  }

  /** Says that a bound suppressed so many successors of the next state. */
  void cut(int bound, int times) {
    cutInState = true;
    cuts[bound] += times;
  }

  /** Says where the expansion of the last candidate is recorded, if it is. */
  void foresee(long pointer) {
    int candidate = candidates.size() - 1;
    if (candidate >= pointers.length) {
      pointers = Arrays.copyOf(pointers, 2 * candidate + 64);
    }
    Arrays.fill(pointers, pointerCount, candidate, Foresight.NONE);
    pointers[candidate] = pointer;
    pointerCount = candidate + 1;
    foreseen += pointer == Foresight.NONE ? 0 : 1;
  }

  /** Says that a candidate whose expansion is recorded is not new. */
  void foreseeInVain() {
    foreseenInVain++;
  }

  /** Of how many candidates the expansion is recorded. */
  int foreseen() {
    return foreseen;
  }

  /** How many of those are not new. */
  int foreseenInVain() {
    return foreseenInVain;
  }

  /** Where the expansion of a candidate is recorded, or {@link Foresight#NONE}. */
  long pointer(int candidate) {
    return candidate < pointerCount ? pointers[candidate] : Foresight.NONE;
  }

  long[] cuts() {
    return cuts;
  }

  /** Says that the store had no room to prepare a candidate, so that the block is incomplete. */
  void refuse() {
    refused = true;
  }

  boolean refused() {
    return refused;
  }
}
