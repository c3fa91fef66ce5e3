package org.trapnest.explore;

/**
 * A store took two states for equal that are not, so that the search is void and has to be made
 * with a store that compares whole states when it looks them up.
 */
final class KeyCollision extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyCollision() {
    super("two states have the same key");
  }
}
