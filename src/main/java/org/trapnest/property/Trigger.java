package org.trapnest.property;

import java.util.Set;
import org.trapnest.machine.Event;
import org.trapnest.machine.Finding;

/** The transitions that a clause is about. */
public sealed interface Trigger {

  /** Every transition, and the initial state. */
  record Everywhere() implements Trigger {}

  /** Those that begin a context of one of these events; of any when the set is empty. */
  record Delivery(Set<Event> events) implements Trigger {}

  /** Those that end a context of one of these events by resuming what it interrupted. */
  record Resume(Set<Event> events) implements Trigger {}

  /** Those that return to user mode. */
  record ReturnToUser() implements Trigger {}

  /** Those with one of these findings. */
  record Found(Set<Finding> findings) implements Trigger {}
}
