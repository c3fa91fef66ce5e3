package org.trapnest.explore;

/** Watches an exploration from outside; called at the end of blocks of states, never per state. */
public interface ExplorationMonitor {

  /** Receives the counts so far. */
  void progress(Statistics soFar);

  /** Whether the exploration should end as {@code INTERRUPTED}. */
  boolean interrupted();

  /** A monitor that neither shows nor interrupts anything. */
  ExplorationMonitor SILENT =
      new ExplorationMonitor() {
        @Override
        public void progress(Statistics soFar) {}

        @Override
        public boolean interrupted() {
          return false;
        }
      };
}
