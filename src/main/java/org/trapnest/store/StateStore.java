package org.trapnest.store;

import java.io.IOException;
import java.util.List;
import org.trapnest.bits.SetDigest;

/**
 * The set of visited states, numbered from zero in the order of their insertion.
 *
 * <p>States are read and proposed through a {@link StateCursor}, one for each thread. They are
 * inserted one by one by a single thread, or in rounds: {@link #begin}, by all workers {@link
 * #lookUp}, {@link #reserve}, by all workers {@link #renumber} and {@link #store}, {@link #end}; in
 * a round of one share the blocks may be looked up as they come, by one thread at a time. {@link
 * #truncate} makes it smaller before anything is numbered. The order of the candidates alone
 * decides which of several equal ones is new and what number it gets.
 */
public abstract sealed class StateStore permits TreeStore, RunStore, FlatStore, HashStore {

  /** What {@link StateCursor#insert} returns when the store takes no further state. */
  public static final long REFUSED = Long.MIN_VALUE;

  private final int wordCount;
  private final int keyWidth;
  private final long maxStates;
  StateTable table;

  StateStore(int wordCount, long maxStates, int keyWidth, StateTable table) {
    this.wordCount = wordCount;
    this.keyWidth = keyWidth;
    this.maxStates = maxStates;
    this.table = table;
  }

  /** A cursor at no state, to be used by one thread. */
  public abstract StateCursor newCursor();

  /**
   * Says that the states in {@code [from, to)}, none of them released before, will not be read
   * again, so that an inexact store may drop their words; by one thread, outside rounds.
   */
  public void release(long from, long to) {}

  /**
   * Rearranges what is stored, if that seems of use; by one thread, outside rounds.
   *
   * @return whether states have other keys since
   */
  public boolean settle() {
    return false;
  }

  /**
   * Whether states may be kept as what follows from others, so that one that will be read again has
   * to be {@link StateCursor#hold held}, and whether states are taken for equal when they are
   * looked up that have to be compared by {@link StateCursor#confirms} when the round has ended.
   */
  public boolean derives() {
    return false;
  }

  /** Receives candidates that are not new. */
  public interface KnownSink {
    /** Receives one, and the number of the state that it is equal to. */
    void known(int candidate, long number);
  }

  /** Gives the candidates of a block of the round that has ended that are not new, in order. */
  public void forEachKnown(Candidates block, KnownSink sink) {
    Candidates.Walk walk = block.newKnownWalk();
    while (walk.next()) {
      long number = numberAt(walk, block);
      if (number >= 0) {
        sink.known(walk.candidate(), number);
      }
    }
  }

  /** The number of the state that a candidate is equal to; negative if truncation took it away. */
  final long numberAt(Candidates.Walk walk, Candidates block) {
    Candidates.Share share = block.share(walk.worker());
    return table.find(share.keys, walk.position() * keyWidth, share.hashes[walk.position()]);
  }

  /** The bytes that the store takes. */
  public abstract long bytes();

  /** An upper bound on the probability that two states were taken for one; 0 for exact stores. */
  public double collisionBound() {
    return 0;
  }

  /** Adds the states with numbers from {@code from} up to the last one to a digest. */
  public void digestInto(SetDigest digest, long from) {
    StateCursor cursor = newCursor();
    for (long number = from; number < states(); number++) {
      cursor.moveTo(number);
      digest.add(cursor.hash());
    }
  }

  /** The order-independent 128-bit digest of all states, 32 hexadecimal digits. */
  public String digest() {
    SetDigest digest = new SetDigest();
    digestInto(digest, 0);
    return digest.toString();
  }

  /** The number of longs in each state. */
  public int wordCount() {
    return wordCount;
  }

  /** The number of distinct states. */
  public long states() {
    return table.size();
  }

  /** How many more states are allowed. */
  public long allowance() {
    return maxStates - states();
  }

  /** A new list of candidates for this store. */
  public Candidates newCandidates() {
    return new Candidates(keyWidth, table.keyHash());
  }

  /** The number of longs in a candidate's key. */
  public int keyWidth() {
    return keyWidth;
  }

  /** About how many bytes a candidate takes. */
  public long candidateBytes() {
    return 8L * keyWidth + 16;
  }

  /** Begins a round; by one thread. False, without effect, when it is too large for the store. */
  public boolean begin(List<Candidates> blocks) {
    return table.begin(blocks);
  }

  /**
   * Looks up one worker's share of each block of the round, where there are several shares; by all
   * workers at once.
   *
   * @return false when memory is spent; the round must then be truncated to nothing
   */
  public boolean lookUp(int worker) {
    return table.lookUp(worker);
  }

  /**
   * Looks up the next block of a round in which one worker looks up all; by one thread at a time,
   * while others may expand.
   *
   * @return false when memory is spent; the round must then be truncated to nothing
   */
  public boolean lookUp(Candidates block) {
    return table.lookUp(block);
  }

  /**
   * Makes room for the new ones of the round; by one thread, when all is looked up.
   *
   * @return false when memory is spent; the round must then be truncated to nothing
   */
  public boolean reserve(int freshCount) {
    return table.reserve(freshCount);
  }

  /**
   * Gives the new ones of a worker's shares their numbers; by all workers at once.
   *
   * @param firstNumbers for each block of the round the number of its first new one
   */
  public void renumber(int worker, long[] firstNumbers) {
    table.renumber(worker, firstNumbers);
  }

  /** Stores the new ones of a block; once for each block, by any threads. */
  public void store(Candidates block, long firstNumber) {
    table.writeRows(block, (int) firstNumber);
  }

  /** Ends a round whose blocks are all numbered; by one thread. */
  public void end(int freshCount) {
    table.end(freshCount);
  }

  /**
   * Takes away all new ones of the round but the first few, as if the others had not been proposed;
   * by one thread, when all is looked up and nothing is numbered.
   */
  public void truncate(int kept) {
    table.truncate(kept);
  }

  /** Writes all states; by one thread, outside rounds. */
  public void save(SnapshotWriter out) throws IOException {
    table.save(out);
  }

  /**
   * Reads all states into an empty store.
   *
   * @throws IOException also if there is no memory for them
   */
  public void load(SnapshotReader in) throws IOException {
    table.load(in);
  }
}
