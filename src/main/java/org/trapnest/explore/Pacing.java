package org.trapnest.explore;

/**
 * How a parallel search divides its work; it changes nothing but the time that the search takes.
 *
 * @param blockStates the greatest number of states that a worker takes at once
 * @param blocksPerWorker the greatest number of blocks between two barriers, for each worker
 * @param soloStates how many states at most one worker expands alone, while the others rest
 * @param pause what a worker does between its blocks; nothing, but in tests
 */
record Pacing(int blockStates, int blocksPerWorker, int soloStates, Runnable pause) {
  private static final int BLOCK_STATES = 128;
  private static final int BLOCKS = 64;
  private static final int SOLO_STATES = 96;
  private static final long ROUND_BYTES = 4L << 20;

  /**
   * Rounds whose successors take some megabytes for each worker, and less in a small heap.
   *
   * @param successorBytes how many bytes a successor takes while it waits
   */
  static Pacing usual(long successorBytes, int workers) {
    long heapShare = Runtime.getRuntime().maxMemory() / 64 / workers;
    long states = Math.min(ROUND_BYTES, heapShare) / successorBytes / BLOCKS;
    int blockStates = (int) Math.max(1, Math.min(BLOCK_STATES, states));
    return new Pacing(blockStates, BLOCKS, SOLO_STATES, () -> {});
  }
}
