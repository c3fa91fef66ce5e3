package org.trapnest.machine;

/** Receives what becomes of each event that a model declares, at one boundary. */
public interface BoundarySink {
  void event(EventRule rule, Reception reception);
}
