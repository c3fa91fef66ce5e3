package org.trapnest.slip;

import java.util.Locale;

/**
 * One line of code written wrongly.
 *
 * @param path the file
 * @param line the line, from one; the first of two that are exchanged
 * @param kind how
 * @param text the line as it should be, without its surroundings
 */
public record Slip(String path, int line, Kind kind, String text) {

  /** How a line is written wrongly. */
  public enum Kind {
    /** It is missing; its labels stay. */
    DROP,
    /** It stands there twice, one behind the other. */
    DOUBLE,
    /** It stands behind the next one. */
    SWAP;

    /** The name on command lines and in reports. */
    public String printed() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
